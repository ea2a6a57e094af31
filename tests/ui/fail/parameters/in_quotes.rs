//! What is in quotes is a text, in strings as well as in Rust tokens.

fn main() {
    let (status, day, n) = ("F", "1995-01-01", 7);
    let _ = lakequery::query!("SELECT o_orderkey FROM tpch.orders WHERE o_orderstatus = '{status}'");
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderstatus = "{status}");
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_comment LIKE "%{status}%");
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderdate > DATE "{day}");
    let _ = lakequery::query!(
        SELECT o_orderkey FROM tpch.orders WHERE o_orderdate > current_date - INTERVAL "{n}" DAY
    );
}
