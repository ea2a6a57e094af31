#[derive(Debug, Clone, PartialEq, lakequery::SqlType)]
struct OrderKey(i64);

fn main() {
    let _ = lakequery::query!(SELECT o_orderdate AS day: OrderKey FROM tpch.orders);
}
