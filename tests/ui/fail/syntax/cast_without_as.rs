fn main() {
    let _ = lakequery::query!(SELECT CAST(o_custkey bigint) AS x FROM tpch.orders);
}
