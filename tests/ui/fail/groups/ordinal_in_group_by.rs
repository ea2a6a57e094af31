fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders GROUP BY 3);
}
