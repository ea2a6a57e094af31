fn main() {
    let _ = lakequery::query!(SELECT o_custkey +, o_orderkey k o_orderdate FROM tpch.orders WHERE o_custkey IN 5 GROUP o_custkey ORDER BY);
    let _ = lakequery::query!(SELECT CASE WHEN TRUE THEN 1, o_custkey FROM tpch.orders JOIN tpch.customer WHERE o_custkey == 1 LIMIT);
}
