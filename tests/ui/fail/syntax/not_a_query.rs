fn main() {
    let _ = lakequery::query!(EXPLAIN SELECT o_custkey FROM tpch.orders);
}
