fn main() {
    let _ = lakequery::query_file!("sql/no_such_file.sql");
}
