//! What real servers sent (Trino 476, Presto 0.287), decoded. The files hold the
//! answers to one statement each, with `---` between.

use lakequery::chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};
use lakequery::{Lake, Months, Value};

use crate::server::{Pages, Reply, Server};

pub(crate) fn pages(file: &str) -> Vec<String> {
    let path = format!("{}/tests/trino/recorded/{file}.pages", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.split("\n---\n").map(str::to_owned).collect()
}

fn replies(file: &str) -> Vec<Reply> {
    pages(file).into_iter().map(Reply::json).collect()
}

async fn trino(file: &str) -> Lake {
    Server::pages(replies(file)).await.connect().await
}

/// A Presto that sends what is in the file, with parameters in its URL.
pub(crate) async fn presto(file: &str, parameters: &str) -> Lake {
    let pages = Pages::new(replies(file));
    let server = Server::of_version("0.287", move |seen| pages.answer(seen)).await;
    lakequery::connect(&format!("presto://me@{}{parameters}", server.address)).await.unwrap()
}

pub(crate) async fn rows(lake: &Lake) -> Vec<Vec<Value>> {
    let rows = lakequery::sql("SELECT recorded").fetch_all(lake).await.unwrap();
    let values = |row: &lakequery::Row| (0..row.len()).map(|i| row.get(i).unwrap()).collect();
    rows.iter().map(values).collect()
}

fn text(text: &str) -> Value {
    Value::from(text)
}

/// What the statement of `*-types.pages` selects. NaN equals nothing, so it
/// stands apart.
fn expected() -> Vec<Value> {
    let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let at = date(2024, 2, 29).and_hms_milli_opt(1, 2, 3, 123).unwrap();
    vec![
        true.into(),
        i8::MIN.into(),
        i16::MAX.into(),
        i32::MIN.into(),
        i64::MAX.into(),
        1.5f32.into(),
        text("NaN"),
        "-99999999999999999999999999999.123456789".parse::<lakequery::Decimal>().unwrap().into(),
        text("é😀\"\\"),
        text("ab  "),
        b"\x00\xff".into(),
        date(-44, 3, 15).into(),
        NaiveTime::from_hms_milli_opt(23, 59, 59, 999).unwrap().into(),
        at.into(),
        // It was written with the offset +05:30, and keeps the instant.
        DateTime::parse_from_rfc3339("2024-02-28T19:32:03.123Z").unwrap().into(),
        Months(-14).into(),
        TimeDelta::milliseconds(93_784_500).into(),
        text("{\"a\":[1,null]}"),
        text("12151fd2-7586-11e9-8f9e-2a86e4085a59"),
        text("2001:db8::1"),
        Value::Array(vec![
            Value::Array(vec![text("x"), Value::Null]),
            Value::Null,
            Value::Array(vec![]),
        ]),
        Value::Map(vec![
            (text("k\"1"), Value::Map(vec![(1.5f64.into(), date(2024, 1, 2).into())])),
            (text("k2"), Value::Null),
        ]),
        Value::Row(vec![1i32.into(), Value::Row(vec![text("y"), f64::INFINITY.into()])]),
    ]
}

/// Puts the entries of maps in order: they have none, and Presto's come in
/// another one than they were written in.
pub(crate) fn sort(value: &mut Value) {
    match value {
        Value::Map(entries) => {
            entries.iter_mut().for_each(|(_, value)| sort(value));
            entries.sort_by_key(|(key, _)| key.to_string());
        }
        Value::Array(values) | Value::Row(values) => values.iter_mut().for_each(sort),
        _ => {}
    }
}

pub(crate) fn check(mut rows: Vec<Vec<Value>>) {
    assert_eq!(rows.len(), 2);
    let nulls = rows.pop().unwrap();
    assert!(nulls.iter().all(Value::is_null), "{nulls:?}");
    let mut values = rows.pop().unwrap();
    assert!(matches!(values[6], Value::Double(nan) if nan.is_nan()), "{:?}", values[6]);
    values[6] = text("NaN");
    values.iter_mut().for_each(sort);
    assert_eq!(values, expected());
    // Equal instants are equal, whatever their zone is.
    assert_eq!(values[14].to_string(), "2024-02-28 19:32:03.123 +00:00");
    assert_eq!(nulls.len(), values.len());
}

#[tokio::test]
async fn every_type_of_trino() {
    check(rows(&trino("trino-types").await).await);
}

#[tokio::test]
async fn every_type_of_presto() {
    check(rows(&presto("presto-types", "").await).await);
}

#[tokio::test]
async fn types_that_rust_has_no_counterpart_for_are_text() {
    let rows = rows(&trino("trino-times").await).await;
    let at = |nanoseconds| {
        let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        Value::from(date.and_hms_nano_opt(1, 2, 3, nanoseconds).unwrap())
    };
    let sketch = b"\x02\x0c\x01\x00\x80\x03\x44\x00";
    assert_eq!(
        rows,
        [vec![
            text("2024-02-29 01:02:03.123456789012"),
            at(123_456_000),
            at(123_456_789),
            NaiveTime::from_hms_nano_opt(1, 2, 3, 123_456_789).unwrap().into(),
            text("01:02:03+05:30"),
            DateTime::parse_from_rfc3339("2024-02-29T00:02:03.123456Z").unwrap().into(),
            sketch.into(),
            text("red"),
            text("01:02:03.123456789012"),
        ]]
    );
}

#[tokio::test]
async fn statements_say_how_many_rows_they_wrote() {
    for (file, written) in
        [("trino-create", 0), ("trino-insert", 3), ("trino-drop", 0), ("trino-use", 0)]
    {
        let lake = trino(file).await;
        let count = lakequery::sql("INSERT recorded").execute(&lake).await.unwrap();
        assert_eq!(count, written, "{file}");
    }
}

#[tokio::test]
async fn rows_of_a_result_are_no_counts() {
    let lake = trino("trino-orders").await;
    assert_eq!(lakequery::sql("SELECT recorded").execute(&lake).await.unwrap(), 0);
    let rows = rows(&lake).await;
    assert_eq!(rows.len(), 200);
    assert_eq!(rows[0][0], Value::BigInt(1));
    assert_eq!(rows[0][1].to_string(), "172799.49");
}

#[tokio::test]
async fn inline_segments_are_rows() {
    let rows = rows(&trino("trino-segment").await).await;
    assert_eq!(rows.len(), 20);
    assert_eq!(rows[19][0], Value::BigInt(68));
}

#[tokio::test]
async fn errors_have_code_name_and_position() {
    let lake = trino("trino-error").await;
    let error = lakequery::sql("SELECT recorded").fetch_all(&lake).await.unwrap_err();
    assert!(error.is_query());
    let shown = error.to_string();
    let (message, query) = shown.split_once(", query ").unwrap();
    assert_eq!(message, "Column 'nope' cannot be resolved [COLUMN_NOT_FOUND 47, line 1:8");
    assert!(query.ends_with("] (trino)"), "{query}");
    let lake = presto("presto-error", "").await;
    let error = lakequery::sql("SELECT recorded").fetch_all(&lake).await.unwrap_err();
    let shown = error.to_string();
    let message = "Column 'nope' cannot be resolved [SYNTAX_ERROR 1, line 1:8, query ";
    assert!(shown.starts_with(message), "{shown}");
}
