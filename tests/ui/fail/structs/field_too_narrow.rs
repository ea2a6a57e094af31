struct Order {
    o_orderkey: i32,
}

fn main() {
    let _ = lakequery::query_as!(Order, SELECT o_orderkey FROM tpch.orders);
}
