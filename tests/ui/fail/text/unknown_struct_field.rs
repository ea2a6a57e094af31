struct Order {
    o_orderkey: i64,
}

fn main() {
    let _ = lakequery::query_as!(Order, "SELECT o_orderkey, o_custkey FROM tpch.orders");
}
