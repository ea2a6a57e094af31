fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders LIMIT 10 ORDER BY o_custkey);
}
