//! SQL in files.

use lakequery::{query_file, query_file_as, query_file_scalar};

use super::{reads, trino};

struct Order {
    o_orderkey: i64,
    o_comment: Option<String>,
}

#[test]
fn files_are_queries() {
    let query = query_file!("sql/orders.sql");
    assert!(trino(&query).contains("orders"));
    let _ = reads(query, |row| {
        let _: (i64, Option<String>) = (row.o_orderkey, row.o_comment);
    });
    let _ = reads(query_file_as!(Order, "sql/orders.sql"), |order| {
        let _ = (order.o_orderkey, order.o_comment);
    });
    let _ = reads(query_file_scalar!("sql/count.sql"), |_: i64| {});
}
