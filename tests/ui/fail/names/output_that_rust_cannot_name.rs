fn main() {
    let _ = lakequery::query!(SELECT o_orderkey AS self FROM tpch.orders);
}
