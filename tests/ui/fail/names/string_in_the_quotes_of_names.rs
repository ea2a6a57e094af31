//! In a string query, `"` is for names: said alike in raw and other strings.

fn main() {
    let _ = lakequery::query!("SELECT o_orderkey FROM tpch.orders WHERE o_orderstatus = \"paid\"");
    let _ = lakequery::query!(r#"SELECT o_orderkey FROM tpch.orders WHERE o_orderstatus = "paid""#);
}
