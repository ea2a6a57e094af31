fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders JOIN tpch.customer ON c_custkey = max(o_custkey));
}
