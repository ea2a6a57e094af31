fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders GROUP BY o_custkey ORDER BY o_orderdate);
}
