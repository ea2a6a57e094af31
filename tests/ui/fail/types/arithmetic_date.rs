fn main() {
    let _ = lakequery::query!(SELECT o_orderdate + 1 AS next FROM tpch.orders);
}
