fn main() {
    let _ = lakequery::query_as!(SELECT o_orderkey FROM tpch.orders);
}
