//! `query_as!`: structs of the user's own.

use lakequery::chrono::NaiveDate;
use lakequery::{Decimal, query, query_as};

use super::{reads, trino};

#[derive(Debug)]
struct Order {
    o_orderkey: i64,
    day: NaiveDate,
    comment: Option<String>,
}

mod elsewhere {
    #[derive(Debug)]
    pub(crate) struct Pair<A, B> {
        pub(crate) a: A,
        pub(crate) b: B,
    }
}

#[test]
fn fields_are_filled_by_name() {
    let query = query_as!(
        Order,
        SELECT o_orderdate AS day, o_comment AS comment, o_orderkey FROM tpch.orders
    );
    let _ = reads(query, |order: Order| {
        let _ = (order.o_orderkey, order.day, order.comment);
    });
}

#[test]
fn wider_types_hold_narrower_columns() {
    struct Wide {
        o_shippriority: i64,
        o_orderkey: Option<i64>,
        price: Option<Decimal>,
    }
    let query = query_as!(
        Wide,
        "SELECT o_shippriority, o_orderkey, o_totalprice AS price FROM tpch.orders"
    );
    let _ = reads(query, |wide| {
        let _ = (wide.o_shippriority, wide.o_orderkey, wide.price);
    });
}

#[test]
fn a_struct_may_be_generic_and_lie_elsewhere() {
    let query = query_as!(
        elsewhere::Pair<i64, Option<String>>,
        SELECT o_orderkey AS a, o_comment AS b FROM tpch.orders
    );
    assert!(trino(&query).starts_with("SELECT"));
    let _ = reads(query, |pair| {
        let _: (i64, Option<String>) = (pair.a, pair.b);
    });
    let query = query_as!(
        elsewhere::Pair::<_, _>,
        SELECT o_orderkey AS a, o_custkey AS b FROM tpch.orders
    );
    let _ = reads(query, |pair: elsewhere::Pair<i64, i64>| {
        let _ = (pair.a, pair.b);
    });
}

#[test]
fn the_author_may_know_better() {
    let query = query!(
        SELECT max(o_orderdate) AS latest: NaiveDate, o_shippriority AS priority: i64,
            o_comment AS comment: String, min(o_orderdate) AS first!, o_custkey AS customer?
        FROM tpch.orders GROUP BY o_shippriority, o_comment, o_custkey
    );
    let _ = reads(query, |row| {
        let _: NaiveDate = row.latest;
        let _: i64 = row.priority;
        let _: Option<String> = row.comment;
        let _: NaiveDate = row.first;
        let _: Option<i64> = row.customer;
    });
}

impl Order {
    fn all() -> lakequery::Query<Self> {
        query_as!(Self, SELECT o_orderkey, o_orderdate AS day, o_comment AS comment FROM tpch.orders)
    }
}

#[test]
fn the_struct_may_be_self() {
    assert!(trino(&Order::all()).starts_with("SELECT"));
}
