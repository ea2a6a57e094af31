fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE row_number() OVER (ORDER BY o_orderdate) = 1);
}
