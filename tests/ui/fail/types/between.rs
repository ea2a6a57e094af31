fn main() {
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderdate BETWEEN DATE "1995-01-01" AND 7);
}
