fn main() {
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderdate = DATE "1995-02-30");
}
