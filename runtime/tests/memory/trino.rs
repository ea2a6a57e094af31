//! Trino's answers, whose rows are JSON, in an answer or in segments.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::child::Outcome::{Rows, TooLarge};
use crate::child::REFLECT;
use crate::http::Seen;
use crate::{Case, case};

fn url(address: &str) -> String {
    format!("trino://me@{address}")
}

/// Asks for tables.
fn tables(address: &str) -> String {
    format!("trino://me@{address}/hive{REFLECT}")
}

/// Answers a statement with pages of long texts without end.
fn endless() -> impl Fn(&Seen) -> Vec<u8> + Send + Sync {
    let rows = list(&format!("[\"{}\"]", "x".repeat(100_000)), 50);
    let page = format!(
        r#"{{"id":"q","nextUri":"{{base}}/next","columns":[{}],"data":{rows},"stats":{{}}}}"#,
        column("varchar")
    );
    move |seen| match seen.path.as_str() {
        "/v1/info" => br#"{"nodeVersion":{"version":"476"}}"#.to_vec(),
        _ => page.clone().into_bytes(),
    }
}

/// Answers a statement with one page.
fn page(columns: &str, data: &str) -> impl Fn(&Seen) -> Vec<u8> + Send + Sync + use<> {
    let page = format!(r#"{{"id":"q","columns":[{columns}],"data":{data},"stats":{{}}}}"#);
    move |seen| match seen.path.as_str() {
        "/v1/info" => br#"{"nodeVersion":{"version":"476"}}"#.to_vec(),
        _ => page.clone().into_bytes(),
    }
}

fn column(ty: &str) -> String {
    format!(r#"{{"name":"n","type":"{ty}"}}"#)
}

/// Items with commas between.
fn times(item: &str, count: usize) -> String {
    let mut list = format!("{item},").repeat(count);
    list.pop();
    list
}

fn list(item: &str, count: usize) -> String {
    format!("[{}]", times(item, count))
}

/// A row type of so many fields.
fn row(fields: usize) -> String {
    format!("row({})", times("bigint", fields))
}

/// Segments of these rows in the answer itself, packed with zstd.
fn segments(rows: &str, count: usize) -> String {
    let packed = zstd::bulk::compress(rows.as_bytes(), 3).unwrap();
    let (size, unpacked) = (packed.len(), rows.len());
    let segment = format!(
        r#"{{"type":"inline","data":"{}","metadata":{{"segmentSize":{size},"uncompressedSize":{unpacked}}}}}"#,
        STANDARD.encode(packed)
    );
    format!(r#"{{"encoding":"json+zstd","segments":{}}}"#, list(&segment, count))
}

pub(crate) fn cases() -> Vec<Case> {
    let nulls = list("[null]", 1_000_000);
    let of =
        |name, outcome, columns: &str, data: &str| case(name, url, outcome, page(columns, data));
    vec![
        of("rows that are NULL", TooLarge, &column(&row(1_000)), &nulls),
        of("the same in a segment", TooLarge, &column(&row(1_000)), &segments(&nulls, 1)),
        of(
            "the same in many",
            TooLarge,
            &column(&row(1_000)),
            &segments(&list("[null]", 50_000), 40),
        ),
        of("wide rows that are NULL", TooLarge, &column(&row(100_000)), &list("[null]", 100_000)),
        of(
            "lists of rows that are NULL",
            TooLarge,
            &column(&format!("array({})", row(1_000))),
            &format!("[[{}]]", list("null", 500_000)),
        ),
        of(
            "maps of rows that are NULL",
            TooLarge,
            &column(&format!("map(varchar,{})", row(1_000))),
            &format!("[[{{{}}}]]", times(r#""":null"#, 500_000)),
        ),
        of("columns", TooLarge, &times(r#"{"name":"","type":"bigint"}"#, 1_600_000), "[]"),
        of("leaves", TooLarge, &column(&format!("row({})", times("row(bigint)", 300_000))), "[]"),
        of("a long type", TooLarge, &column(&"x".repeat(50 << 20)), "[]"),
        of(
            "segments of nothing",
            TooLarge,
            &column("bigint"),
            &format!(
                r#"{{"encoding":"json","segments":{}}}"#,
                list(r#"{"type":"inline","data":""}"#, 1_800_000)
            ),
        ),
        of(
            "a segment that unpacks to much",
            TooLarge,
            &column("bigint"),
            &segments(&" ".repeat(400 << 20), 1),
        ),
        case("names of schemas without end", tables, TooLarge, endless()),
        // What is only large.
        of(
            "a long text",
            Rows(1),
            &column("varchar"),
            &format!("[[\"{}\"]]", "x".repeat(50 << 20)),
        ),
        of(
            "a long list",
            Rows(1),
            &column("array(bigint)"),
            &format!("[[{}]]", list("0", 5_000_000)),
        ),
        of("wide rows", Rows(100), &times(&column("bigint"), 2_000), &list(&list("7", 2_000), 100)),
        of(
            "columns of NULL",
            Rows(20_000),
            &times(&column("decimal(38,2)"), 20),
            &list(&list("null", 20), 20_000),
        ),
        of(
            "rows in segments",
            Rows(400_000),
            &column("bigint"),
            &segments(&list("[0]", 100_000), 4),
        ),
    ]
}
