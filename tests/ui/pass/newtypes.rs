//! `#[derive(SqlType)]`

use lakequery::{SqlType, query};

use super::{reads, trino};

#[derive(SqlType, Debug, Clone, PartialEq)]
pub(crate) struct OrderKey(i64);

#[derive(SqlType, Debug, Clone, PartialEq)]
struct Name {
    text: String,
}

#[test]
fn a_newtype_stands_where_its_inner_type_can() {
    let key = OrderKey(7);
    let keys = [OrderKey(1), OrderKey(2)];
    let name = Name { text: "x".to_owned() };
    let query = query!(
        SELECT o_orderkey AS key: OrderKey, o_comment AS comment: Name FROM tpch.orders
        WHERE o_orderkey = {key} OR o_orderkey IN {keys} OR o_comment = {name}
    );
    assert!(trino(&query).contains("IN (?, …)"));
    let _ = reads(query, |row| {
        let _: OrderKey = row.key;
        let _: Option<Name> = row.comment;
    });
}
