fn main() {
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders JOIN tpch.customer ON o_custkey = c_name);
}
