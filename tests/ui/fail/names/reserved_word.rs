fn main() {
    let _ = lakequery::query!(SELECT o_orderkey AS order FROM tpch.orders);
}
