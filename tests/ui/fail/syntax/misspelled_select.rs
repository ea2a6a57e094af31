fn main() {
    let _ = lakequery::query!(SELCT o_orderkey FROM tpch.orders);
}
