fn main() {
    let _ = lakequery::query!(SELECT o_orderkey FORM tpch.orders);
}
