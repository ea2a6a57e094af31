fn main() {
    let _ = lakequery::query_file!("sql/unterminated_string.sql");
}
