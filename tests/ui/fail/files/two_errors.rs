fn main() {
    let _ = lakequery::query_file!("sql/two_errors.sql");
}
