//! The type that is written is underlined, and the column named.

fn main() {
    let _ = lakequery::query!(SELECT o_totalprice AS price: f64 FROM tpch.orders);
    let _ = lakequery::query!("SELECT o_totalprice AS price: f64, o_orderkey AS k: String FROM tpch.orders");
    let _ = lakequery::query!(SELECT tiny AS t: String FROM app.event);
    let _ = lakequery::query_scalar!(SELECT count(*) AS n: i32 FROM app.event);
}
