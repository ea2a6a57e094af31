fn main() {
    let _ = lakequery::query!(r#"SELECT "o_orderkey FROM tpch.orders"#);
}
