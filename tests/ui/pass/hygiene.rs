//! Whatever the user calls things, the expansion means its own.

#![allow(dead_code, non_camel_case_types)]

use lakequery::query_scalar;

use super::{reads, trino};

struct String;
struct Vec;
struct Option;
struct Result;
struct Row(i64);
enum Query {}
type i64_ = i64;
mod core {}
mod std {}

const STATEMENT: i64 = 7;

#[allow(non_snake_case)]
fn Ok(row: i64) -> i64 {
    row
}

#[test]
fn names_of_the_user_are_the_users() {
    let row = Row(1);
    let query = lakequery::query!(
        SELECT o_orderkey, o_comment AS comment FROM tpch.orders
        WHERE o_orderkey IN ({row.0}, {STATEMENT}, {Ok(2)}, {Row(3).0})
    );
    assert_eq!(trino(&query).matches('?').count(), 4);
    let _ = reads(query, |row| {
        let _: i64_ = row.o_orderkey;
        let _: ::std::option::Option<::std::string::String> = row.comment;
    });
}

macro_rules! count {
    ($table:ident where $column:ident = $value:expr) => {
        query_scalar!(SELECT count(*) FROM tpch.$table WHERE $column = {$value})
    };
    ($text:literal) => {
        query_scalar!($text)
    };
}

#[test]
fn macros_may_write_queries() {
    let key = 1_i64;
    let query = count!(orders where o_orderkey = key + 1);
    assert!(trino(&query).ends_with("= ?"), "{}", trino(&query));
    assert!(trino(&count!("SELECT count(*) FROM orders")).contains("count(*)"));
}

#[test]
fn futures_of_queries_can_be_sent() {
    fn is_send<T: Send>(_: T) {}
    is_send(async |lake: lakequery::Lake| {
        let since = 5_i64;
        let rows = lakequery::query!(SELECT o_orderkey FROM orders WHERE o_orderkey > {since})
            .fetch_all(&lake)
            .await?;
        ::core::result::Result::<usize, lakequery::Error>::Ok(rows.len())
    });
}
