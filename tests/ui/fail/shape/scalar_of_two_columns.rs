fn main() {
    let _ = lakequery::query_scalar!(SELECT o_orderkey, o_custkey FROM tpch.orders);
}
