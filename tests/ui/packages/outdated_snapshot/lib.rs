pub fn keys() {
    let _ = lakequery::query!(SELECT o_orderkey, o_channel FROM tpch.orders);
}
