//! Presto's binary pages: what a real 0.287 sent, against the rows that it sent
//! as text for the same statements; and when they are asked for.

use lakequery::{Lake, Value};

use crate::recorded::{check, presto, rows, sort};
use crate::server::{Reply, Server};

async fn binary(file: &str) -> Lake {
    presto(file, "?binary_results=true").await
}

#[tokio::test]
async fn every_type() {
    check(rows(&binary("presto-binary-types").await).await);
}

/// NaN is NaN here, and -0 is not 0.
fn shown(mut rows: Vec<Vec<Value>>) -> Vec<String> {
    rows.iter_mut().flatten().for_each(sort);
    rows.into_iter().map(|row| format!("{row:?}")).collect()
}

#[tokio::test]
async fn binary_pages_and_text_are_the_same_rows() {
    for (text, pages, count) in [
        ("presto-text-edges", "presto-binary-edges", 1),
        ("presto-text-blocks", "presto-binary-blocks", 360),
        ("presto-text-blocks", "presto-packed-blocks", 360),
        ("presto-text-dictionaries", "presto-binary-dictionaries", 40),
    ] {
        let text = shown(rows(&presto(text, "").await).await);
        let pages = shown(rows(&binary(pages).await).await);
        assert_eq!(text.len(), count);
        for (text, page) in text.iter().zip(&pages) {
            assert_eq!(page, text);
        }
        assert_eq!(pages.len(), count);
    }
}

#[tokio::test]
async fn keys_of_maps_may_be_lists() {
    let rows = rows(&binary("presto-binary-keys").await).await;
    let list = |values: Vec<i32>| Value::Array(values.into_iter().map(Value::from).collect());
    let entries = vec![(list(vec![1, 2]), "x".into()), (list(vec![]), Value::Null)];
    assert_eq!(rows, [vec![Value::Map(entries)]]);
}

/// A server with one row of a type on its first page and no more on its second.
async fn server(ty: &str) -> Server {
    let columns = format!(r#""columns":[{{"name":"n","type":"{ty}"}}],"stats":{{}}"#);
    Server::of_version("0.287", move |seen| match seen.path.as_str() {
        path if path.starts_with("/v1/statement") => {
            Reply::json(format!(r#"{{"id":"q","nextUri":"{{base}}/1?slug=x",{columns}}}"#))
        }
        _ => Reply::json(format!(r#"{{"id":"q",{columns}}}"#)),
    })
    .await
}

#[tokio::test]
async fn they_are_asked_for_once_it_is_known_what_is_in_them() {
    for (ty, parameters, asked) in [
        ("array(bigint)", "", true),
        ("timestamp", "", true),
        ("map(varchar,row(a time))", "", true),
        ("bigint", "?binary_results=false", false),
        // In another zone it depends on the server's settings what they are.
        ("row(a timestamp)", "?timezone=Asia/Tokyo", false),
        ("time", "?session_properties={\"time_zone_id\":\"Asia/Tokyo\"}", false),
        ("timestamp with time zone", "?timezone=Asia/Tokyo", true),
        // Only the server knows how to write these.
        ("color", "", false),
        ("array(time with time zone)", "", false),
        ("HyperLogLog", "", false),
    ] {
        let server = server(ty).await;
        let url = server.url(parameters).replace("trino:", "presto:");
        let lake = lakequery::connect(&url).await.unwrap();
        lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap();
        let next = if asked { "GET /1?slug=x&binaryResults=true" } else { "GET /1?slug=x" };
        assert_eq!(server.asked(), ["POST /v1/statement", next], "{ty}");
    }
}

#[tokio::test]
async fn what_can_not_be_read_is_told() {
    let server = server("color").await;
    let url = server.url("?binary_results=true").replace("trino:", "presto:");
    let lake = lakequery::connect(&url).await.unwrap();
    let error = lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap_err();
    assert!(error.is_unsupported(), "{error}");
    assert_eq!(
        error.to_string(),
        "column `n` (color) can't be read from binary pages (presto); leave `binary_results=true` \
         out of the URL"
    );
    let error = lakequery::connect(&server.url("?binary_results=true")).await.unwrap_err();
    assert!(error.is_url(), "{error}");
}

#[tokio::test]
async fn pages_that_nobody_asked_for_are_refused() {
    let reply =
        r#"{"id":"q","columns":[{"name":"n","type":"bigint"}],"binaryData":["AAAA"],"stats":{}}"#;
    let server = Server::of_version("0.287", move |_| Reply::json(reply)).await;
    let url = server.url("").replace("trino:", "presto:");
    let lake = lakequery::connect(&url).await.unwrap();
    let error = lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap_err();
    assert!(error.is_broken_data() && error.to_string().contains("not asked for"), "{error}");
}
