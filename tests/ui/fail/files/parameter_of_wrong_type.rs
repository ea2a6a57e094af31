fn main() {
    let since = 1995;
    let _ = lakequery::query_file!("sql/since.sql");
}
