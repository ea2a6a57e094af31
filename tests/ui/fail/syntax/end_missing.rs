fn main() {
    let _ = lakequery::query!(SELECT CASE WHEN o_orderkey = 1 THEN 2 AS x FROM tpch.orders);
}
