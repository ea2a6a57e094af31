pub fn keys() {
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders);
}
