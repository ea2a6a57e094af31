fn main() {
    let _ = lakequery::query!(SELECT o_orderkey, o_custkey FROM tpch.orders UNION SELECT c_custkey FROM tpch.customer);
}
