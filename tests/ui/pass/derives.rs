//! Derives on what a struct can be in Rust: generic, under conditions, with raw names,
//! with fields that are left out, and made by a macro.

use std::fmt::Debug;

use lakequery::{LakeTable, SqlType, query};

use super::newtypes::OrderKey;
use super::{reads, trino};

/// A newtype around any type.
#[derive(SqlType, Debug, Clone, PartialEq)]
struct Tagged<T>(T);

/// A newtype with conditions and defaults.
#[derive(SqlType, Debug, Clone, PartialEq)]
struct Limited<T: Clone = i64, const MOST: usize = 3>
where
    T: Debug + PartialEq,
    Vec<T>: Sized,
{
    /// The value.
    r#type: T,
}

/// A newtype whose parameter has the name of one that the derive writes.
#[derive(SqlType, Debug)]
struct Items<K>(Vec<K>);

#[derive(SqlType, Debug)]
#[allow(non_camel_case_types)]
struct r#struct(String);

/// A table whose columns are read into types of the user's choice.
///
/// Quotes in a comment: `"x"`, `#[lake(table = "other")]`.
#[derive(LakeTable, Debug)]
#[lake(table = "tpch.orders")]
struct Order<K, C = String, const N: usize = 0>
where
    K: Debug,
{
    /// The key.
    o_orderkey: K,
    #[cfg(not(all()))]
    #[lake(column = "no_such_column")]
    left_out: i64,
    #[cfg_attr(all(), lake(column = "o_comment"))]
    #[doc = "What the customer said."]
    comment: Option<C>,
    #[cfg(all())]
    o_shippriority: i32,
}

#[derive(LakeTable)]
#[cfg_attr(all(), lake(table = "app.event"))]
#[allow(non_camel_case_types)]
struct r#enum {
    r#type: r#struct,
    tags: Vec<Option<String>>,
}

macro_rules! table {
    ($(#[$attribute:meta])* $visibility:vis $name:ident, $table:literal, $($field:ident: $ty:ty),*) => {
        $(#[$attribute])*
        #[derive(LakeTable)]
        #[lake(table = $table)]
        $visibility struct $name { $($field: $ty),* }
    };
}

table!(#[derive(Debug)] pub(crate) Made, "tpch.orders", o_orderkey: i64, o_comment: Option<String>);

#[test]
fn newtypes_may_be_generic() {
    let key = Tagged(7_i64);
    let text = Limited::<_, 1> { r#type: "x".to_owned() };
    let keys = [Limited::<i64> { r#type: 1 }];
    let query = query!(
        SELECT o_orderkey AS key: Tagged<OrderKey>, o_comment AS comment: Limited<String, 7>
        FROM tpch.orders
        WHERE o_orderkey = {key} OR o_comment = {text} OR o_orderkey IN {keys}
    );
    assert!(trino(&query).contains("IN (?, …)"));
    let _ = reads(query, |row| {
        let _: Tagged<OrderKey> = row.key;
        let _: Option<Limited<String, 7>> = row.comment;
    });
    let query = query!(SELECT tags AS tags: Items<Option<String>> FROM app.event);
    let _ = reads(query, |row| {
        let _: Items<Option<String>> = row.tags;
    });
}

#[test]
fn tables_may_be_generic() {
    let sql = trino(&Order::<OrderKey>::scan());
    for column in ["o_orderkey", "o_comment", "o_shippriority"] {
        assert!(sql.contains(column), "{sql}");
    }
    assert_eq!(sql, trino(&Order::<Tagged<i64>, Tagged<String>, 9>::scan()));
    assert_eq!(Order::<i64>::TABLE, "tpch.orders");
    let _ = |order: Order<i64>| (order.o_orderkey, order.comment, order.o_shippriority);
}

#[test]
fn structs_may_be_local() {
    #[derive(SqlType, Debug)]
    struct Key<T>(T);
    #[derive(LakeTable)]
    #[lake(table = "tpch.orders")]
    struct Local<T> {
        o_orderkey: Key<T>,
    }
    let sql = trino(&Local::<i64>::scan());
    assert!(sql.contains("o_orderkey"), "{sql}");
    let _ = |local: Local<i64>| local.o_orderkey.0;
}

#[test]
fn names_may_be_raw_and_made_by_macros() {
    assert!(trino(&r#enum::scan()).contains("type"));
    let _ = |event: r#enum| (event.r#type.0, event.tags);
    assert!(trino(&Made::scan()).contains("o_orderkey"));
    let _ = |made: Made| (made.o_orderkey, made.o_comment);
}
