fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders ORDER BY o_custkey WHERE o_custkey = 1);
}
