pub fn query() {
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders);
    let _ = lakequery::query!("SELECT o_orderkey FROM tpch.orders");
}
