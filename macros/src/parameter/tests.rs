//! What an editor needs of the parameters in an expansion.

use proc_macro2::TokenStream;

use crate::expand::Output;
use crate::query;

/// What rust-analyzer adds to the input to complete at the cursor.
const MARKER: &str = "raCompletionMarker";

fn expanded(input: &str) -> String {
    let (name, query) = input.split_once("! ").expect("a macro");
    let input: TokenStream = query.parse().expect("tokens");
    let expansion = match name {
        "query" => query::inline(input, Output::Row),
        "query_scalar" => query::inline(input, Output::Value),
        "query_as" => query::into_struct(input, query::inline),
        "query_file_as" => query::into_struct(input, query::file),
        _ => panic!("{name}"),
    };
    expansion.to_string()
}

/// The cursor is `|`. Each is expanded as it stands and with the marker.
const CURSORS: &[&str] = &[
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {ke|}",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {self.ke|}",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {self.|}",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {|}",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderkey IN {ke|}",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderkey IN {|} LIMIT {n}",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {x} AND o_orderkey > {x|} LIMIT {n}",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderkey IN {f(x, |)} AND o_orderdate > {day}",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_comment LIKE {a} AND o_orderkey > {|} LIMIT {n}",
    // Of nested types.
    "query! SELECT CAST({ke|} AS array(bigint)) AS x, {y} > 1 AS y",
    "query! SELECT CAST({|} AS row(a bigint, b row(c date))) AS x",
    "query_as! Order, SELECT CAST({a} AS row(x bigint)) AS a, CAST({ke|} AS map(date, date)) AS b",
    // Beside errors.
    "query! SELECT o_orderkye FROM tpch.orders WHERE o_orderkey = {ke|}",
    "query! SELECT o_orderkye FROM tpch.orders WHERE o_orderkey = {|}",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {key} AND o_orderkye > {|} LIMIT {n}",
    "query! SELECT o_orderkey, FROM tpch.orders WHERE o_orderkey = {ke|}",
    "query! SELECT o_orderkey FROM tpch.nosuch WHERE o_orderkey = {|}",
    "query! SELECT {|} IS NULL AS x",
    "query! SELECT {ke|} IS NULL AS x",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderstatus = 'F AND o_orderkey = {ke|}",
    "query! SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {a} AND o_orderkey = 1u8 LIMIT {|}",
    "query! SELECT count(*) FROM tpch.orders WHERE o_orderkey = {ke|}",
    "query! INSERT INTO tpch.orders VALUES ({ke|})",
    // The other macros.
    "query_scalar! SELECT count(*) FROM tpch.orders WHERE o_orderkey = {ke|}",
    "query_scalar! SELECT count(*) FROM tpch.orders WHERE o_orderkey = {|}",
    "query_as! Order, SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {ke|}",
    "query_as! Order, SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {|}",
    "query_as! Order, SELECT o_orderkye FROM tpch.orders WHERE o_orderkey = {ke|}",
    "query_as! Order SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {ke|}",
    "query_file_as! Order, SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {ke|}",
];

#[test]
fn an_editor_finds_the_cursor_in_both_expansions() {
    for input in CURSORS {
        let with = expanded(&input.replace('|', MARKER));
        let without = expanded(&input.replace('|', ""));
        let place = with.find(MARKER).unwrap_or_else(|| panic!("{input}: not in {with}"));
        let before = with[..place].trim_end();
        assert!(without.starts_with(before), "{input}: {before}\n{without}");
    }
}

/// Each expression once, so that what is wrong with it is said once, and what it does is
/// done once.
#[test]
fn no_expression_is_dropped_or_doubled() {
    for input in CURSORS {
        let expansion = expanded(&input.replace('{', "{p!() + ").replace('|', ""));
        let written = input.matches('{').count();
        assert_eq!(expansion.matches("p ! ()").count(), written, "{input}: {expansion}");
    }
}

/// An expression that is missing is one error, whatever else is wrong.
#[test]
fn a_missing_expression_is_one_error() {
    for input in CURSORS.iter().filter(|input| input.contains("{|}")) {
        let expansion = expanded(&input.replace('|', ""));
        assert_eq!(expansion.matches("this parameter is empty").count(), 1, "{input}");
        assert!(!expansion.contains("untyped-parameter"), "{input}: {expansion}");
    }
}
