fn main() {
    let _ = lakequery::query_as!(i64, SELECT o_orderkey FROM tpch.orders);
}
