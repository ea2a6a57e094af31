//! The anonymous struct: names and types of its fields.

use std::collections::HashMap;

use lakequery::chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use lakequery::{Decimal, query, query_scalar};

use super::reads;

#[test]
fn every_type_has_its_rust_type() {
    let query = query!(
        SELECT e.id, e.name, e.r#type, e.at, e.seen, e.ok, e.small, e.tiny, e.ratio, e.weight,
            e.payload, e.tags, e.counts, e.place, o.o_totalprice, o.o_orderdate, o.o_shippriority
        FROM app.event AS e JOIN tpch.orders AS o ON o.o_orderkey = e.id
    );
    let _ = reads(query, |row| {
        let _: i64 = row.id;
        let _: String = row.name;
        let _: String = row.r#type;
        let _: NaiveDateTime = row.at;
        let _: Option<DateTime<FixedOffset>> = row.seen;
        let _: bool = row.ok;
        let _: i16 = row.small;
        let _: Option<i8> = row.tiny;
        let _: f64 = row.ratio;
        let _: Option<f32> = row.weight;
        let _: Option<Vec<u8>> = row.payload;
        let _: Vec<Option<String>> = row.tags;
        let _: Option<HashMap<String, Option<i64>>> = row.counts;
        let _: Option<(Option<f64>, Option<f64>)> = row.place;
        let _: Decimal = row.o_totalprice;
        let _: NaiveDate = row.o_orderdate;
        let _: i32 = row.o_shippriority;
    });
}

#[test]
fn null_goes_where_the_query_lets_it() {
    let query = query!(
        SELECT c.c_name, o.o_orderkey AS key, count(*) AS n, max(c.c_acctbal) AS most
        FROM tpch.customer AS c LEFT JOIN tpch.orders AS o ON o.o_custkey = c.c_custkey
        GROUP BY c.c_name, o.o_orderkey
    );
    let _ = reads(query, |row| {
        let _: String = row.c_name;
        let _: Option<i64> = row.key;
        let _: i64 = row.n;
        let _: Decimal = row.most;
    });
    let none = query_scalar!(SELECT max(o_orderdate) FROM tpch.orders);
    let _ = reads(none, |_: Option<NaiveDate>| {});
    let some = query_scalar!(SELECT o_comment FROM tpch.orders WHERE o_comment IS NOT NULL);
    let _ = reads(some, |_: String| {});
}

#[test]
fn rows_can_be_shown_and_sent() {
    fn is<T: std::fmt::Debug + Send + Sync + 'static>(_: T) {}
    let _ = reads(query!(SELECT o_orderkey, o_comment FROM tpch.orders), is);
}

#[test]
fn names_are_lower_case_and_raw_where_rust_asks_for_it() {
    let _ = reads(query!(SELECT O_ORDERKEY, o_custkey AS CustKey FROM TPCH.Orders), |row| {
        let _: (i64, i64) = (row.o_orderkey, row.custkey);
    });
    let _ = reads(query!("SELECT o_orderkey AS \"type\", o_custkey AS move FROM orders"), |row| {
        let _: (i64, i64) = (row.r#type, row.r#move);
    });
}
