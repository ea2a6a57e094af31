//! Each type names the Rust types that may be bound, and no others.

fn main() {
    let x: u128 = 1;
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {x});
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_totalprice > {1.5});
    let _ = lakequery::query!(SELECT upper({None::<&str>}) AS x);
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderstatus IN {Some(vec!["F"])});
    let _ = lakequery::query!(SELECT id FROM app.event WHERE at > {"2024-01-01"} AND ok = {1});
    let _ = lakequery::query!("SELECT id FROM app.event WHERE at > {\"2024-01-01\"}");
}
