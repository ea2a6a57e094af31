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
