fn main() {
    let _ = lakequery::query!("SELECT o_custkey, o_orderdate FROM tpch.orders GROUP BY o_custkey");
}
