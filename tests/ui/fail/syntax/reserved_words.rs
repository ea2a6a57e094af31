fn main() {
    let _ = lakequery::query!(SELECT end FROM app.event);
    let _ = lakequery::query!(SELECT o_custkey AS FROM tpch.orders);
    let _ = lakequery::query!(SELECT order FROM tpch.orders);
}
