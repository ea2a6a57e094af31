fn main() {
    let since = "1995-01-01";
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderdate >= {since});
}
