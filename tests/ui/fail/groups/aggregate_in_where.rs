fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE count(*) > 5 GROUP BY o_custkey);
}
