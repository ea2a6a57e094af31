fn main() {
    let _ = lakequery::query!(SELECT max(sum(o_totalprice)) AS x FROM tpch.orders GROUP BY o_custkey);
}
