fn main() {
    let _ = lakequery::query!(SELECT o_orderkey AS key: String FROM tpch.orders);
}
