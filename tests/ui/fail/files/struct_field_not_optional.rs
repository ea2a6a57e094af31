struct Order {
    o_orderkey: i64,
    o_comment: String,
}

fn main() {
    let _ = lakequery::query_file_as!(Order, "sql/orders.sql");
}
