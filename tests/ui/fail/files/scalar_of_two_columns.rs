fn main() {
    let _ = lakequery::query_file_scalar!("sql/orders.sql");
}
