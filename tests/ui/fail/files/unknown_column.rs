fn main() {
    let _ = lakequery::query_file!("sql/unknown_column.sql");
}
