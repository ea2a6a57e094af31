fn main() {
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_custkey IN (SELECT c_custkey, c_name FROM tpch.customer));
}
