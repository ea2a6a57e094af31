fn main() {
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders JOIN tpch.customer WHERE o_custkey = c_custkey);
}
