//! Parameters: any expression, of any type that fits.

use std::collections::{BTreeSet, HashSet};

use lakequery::chrono::NaiveDate;
use lakequery::{Query, query, query_scalar};

use super::trino;

#[test]
fn any_expression_is_a_parameter() {
    struct Filter {
        since: NaiveDate,
        names: Vec<String>,
    }
    impl Filter {
        fn latest(&self) -> Option<i64> {
            self.names.first().and_then(|name| name.parse().ok())
        }
    }
    let filter = Filter { since: NaiveDate::MIN, names: vec!["a".to_owned()] };
    let key = 7;
    let query = query!(
        SELECT o_orderkey FROM tpch.orders
        WHERE o_orderdate >= {filter.since}
            AND o_orderkey = {key + 1}
            AND o_custkey < {filter.latest().unwrap_or_default()}
            AND o_orderstatus IN {filter.names.iter().map(String::as_str).collect::<Vec<_>>()}
            AND o_comment = {if key > 3 { "x" } else { "y" }}
    );
    assert!(trino(&query).contains("o_orderdate >= ?"));
    // Nothing is moved.
    drop(filter);
}

#[test]
fn lists_are_slices_and_sets() {
    let list = vec![1_i64, 2];
    let slice = list.as_slice();
    let array = [1_i32, 2];
    let set: HashSet<i64> = list.iter().copied().collect();
    let tree: BTreeSet<i64> = list.iter().copied().collect();
    let query = query!(
        SELECT o_orderkey FROM tpch.orders
        WHERE o_orderkey IN {list} OR o_orderkey IN {slice} OR o_orderkey NOT IN {array}
            OR o_orderkey IN {set} OR o_orderkey IN {tree} OR o_orderkey IN {[] as [i64; 0]}
    );
    assert_eq!(trino(&query).matches("IN (?, …)").count(), 6);
}

#[test]
fn the_three_spellings_are_one() {
    let since = NaiveDate::MIN;
    let status = "F";
    let bare = query!(
        SELECT o_orderkey FROM tpch.orders WHERE o_orderdate >= {since} AND o_orderstatus = {status}
    );
    let text = query!(
        "SELECT o_orderkey FROM tpch.orders WHERE o_orderdate >= {since} AND o_orderstatus = {status}"
    );
    let raw = query!(
        r#"
        SELECT "o_orderkey" -- the key
        FROM tpch.`orders` /* all of them */
        WHERE o_orderdate >= { since } AND o_orderstatus = {status}
        "#
    );
    let file = lakequery::query_file!("sql/since_and_status.sql");
    assert_eq!(trino(&bare), trino(&text));
    assert_eq!(trino(&bare), trino(&raw));
    assert_eq!(trino(&bare), trino(&file));
}

#[test]
fn a_query_outlives_its_parameters() {
    fn build(name: &str) -> Query<i64> {
        let owned = name.to_uppercase();
        query_scalar!(SELECT count(*) FROM tpch.customer WHERE c_name = {owned} OR c_name = {name})
    }
    assert!(trino(&build("a")).contains("count(*)"));
}

#[test]
fn a_literal_does_not_fix_the_width() {
    let (after, tenant, page) = (Some(7_i64), 7_u64, 50_usize);
    let query = query!(
        SELECT o_orderkey, CASE WHEN o_orderkey > 1 THEN {tenant} ELSE 0 END AS t FROM tpch.orders
        WHERE o_orderkey > coalesce({after}, 0) AND {tenant} > 0
        OFFSET {page * 2} LIMIT {page}
    );
    assert!(trino(&query).ends_with("OFFSET ? LIMIT ?"));
}

#[test]
fn the_same_words_share_their_type() {
    let status = Some("F");
    let since: Option<NaiveDate> = None;
    let bare = query!(
        SELECT o_orderkey FROM tpch.orders
        WHERE ({status} IS NULL OR o_orderstatus = {status})
            AND ({since} IS NULL OR o_orderdate >= {since})
    );
    let text = query!(
        "SELECT o_orderkey FROM tpch.orders
        WHERE ({status} IS NULL OR o_orderstatus = {status})
            AND ({ since } IS NULL OR o_orderdate >= {since})"
    );
    assert_eq!(trino(&bare), trino(&text));
}

#[test]
fn the_same_words_are_one_expression() {
    struct Settings {
        unknown: &'static str,
    }
    let settings = Settings { unknown: "?" };
    let query = query!(
        SELECT upper(coalesce(o_comment, {settings.unknown})) AS x, count(*) AS n FROM tpch.orders
        GROUP BY coalesce(o_comment, {settings.unknown})
        ORDER BY coalesce(o_comment, {settings.unknown})
    );
    assert!(trino(&query).contains("GROUP BY coalesce(o_comment, ?)"));
}

/// Two variables of one name, one of which comes from outside.
macro_rules! either {
    ($key:ident) => {{
        let key = 2_i64;
        query!(SELECT o_custkey FROM tpch.orders WHERE o_orderkey = {$key} OR o_orderkey = {key})
    }};
}

#[test]
fn a_macros_variable_is_not_the_callers() {
    let key = 1_i32;
    // They are of two types; as one parameter, one would not be used.
    assert!(trino(&either!(key)).ends_with("o_orderkey = ? OR o_orderkey = ?"));
}
