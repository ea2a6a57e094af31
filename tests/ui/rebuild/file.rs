pub fn names() {
    let _ = lakequery::query_file!("sql/names.sql");
}
