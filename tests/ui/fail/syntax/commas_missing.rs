fn main() {
    let _ = lakequery::query!(SELECT o_custkey k, o_orderkey o o_orderdate FROM tpch.orders);
    let _ = lakequery::query!(SELECT o_custkey, o_orderkey FROM tpch.orders GROUP BY o_custkey o_orderkey);
    let _ = lakequery::query!(SELECT substr(o_comment 2) AS s FROM tpch.orders);
}
