#[derive(lakequery::SqlType)]
struct OrderKey(i64);

fn main() {
    let key = OrderKey(1);
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderdate = {key});
}
