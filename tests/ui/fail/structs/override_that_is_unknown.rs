fn main() {
    let _ = lakequery::query!(SELECT o_orderkey AS key: OrderKey FROM tpch.orders);
}
