struct Order {
    o_orderkey: i64,
    o_orderdate: lakequery::chrono::NaiveDate,
}

fn main() {
    let _ = lakequery::query_as!(Order, SELECT o_orderkey, o_totalprice AS o_orderdate FROM tpch.orders);
}
