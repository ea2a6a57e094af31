fn main() {
    let _ = lakequery::query!(SELECT o_custkey, count(*) AS n FROM tpch.orders);
}
