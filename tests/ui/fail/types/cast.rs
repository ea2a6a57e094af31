fn main() {
    let _ = lakequery::query!(SELECT CAST(o_orderdate AS bigint) AS x FROM tpch.orders);
}
