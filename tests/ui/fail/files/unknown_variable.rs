fn main() {
    let _ = lakequery::query_file!("sql/since.sql");
}
