fn main() {
    let _ = lakequery::query!(SELECT orders.o_orderkey FROM tpch.orders AS o);
}
