fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_custkey BETWEEN 1, 5);
}
