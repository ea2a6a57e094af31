//! Spooled results: where segments are fetched, with what, in which order.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::server::{COLUMN, Reply, Seen, Server, page};

fn spooled(encoding: &str, segments: &[String]) -> String {
    format!(
        r#"{{"id":"q1","columns":[{COLUMN}],"data":{{"encoding":"{encoding}","segments":[{}]}},"stats":{{"state":"RUNNING"}}}}"#,
        segments.join(",")
    )
}

fn segment(storage: &str, n: usize, metadata: &str) -> String {
    format!(
        r#"{{"type":"spooled","uri":"http://{storage}/s/{n}","ackUri":"http://{storage}/ack/{n}","headers":{{"x-key":["k{n}"]}},"metadata":{{{metadata}}}}}"#
    )
}

fn n(seen: &Seen) -> usize {
    seen.path.rsplit('/').next().unwrap().parse().unwrap()
}

async fn numbers(lake: &lakequery::Lake) -> lakequery::Result<Vec<i64>> {
    let rows = lakequery::sql("SELECT n").fetch_all(lake).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn segments_come_in_order_without_credentials_and_are_acknowledged() {
    let storage = Server::start(|seen| {
        let n = n(seen);
        // The first come last.
        let delay = Duration::from_millis(200 / (n as u64 + 1));
        Reply::status(200, format!("[[{n}]]")).after(delay)
    })
    .await;
    let address = storage.address.clone();
    let segments: Vec<String> =
        (0..10).map(|n| segment(&address, n, r#""rowsCount":1,"segmentSize":5"#)).collect();
    let server = Server::start(move |_| Reply::json(spooled("json", &segments))).await;
    let parameters = "?http_headers={\"authorization\":\"Bearer s3cret\"}";
    let lake = lakequery::connect(&server.url(parameters)).await.unwrap();
    assert_eq!(numbers(&lake).await.unwrap(), (0..10).collect::<Vec<_>>());
    for n in 0..10 {
        storage.wait_for(&format!("GET /ack/{n}")).await;
    }
    assert_eq!(server.seen()[0].header("authorization").as_deref(), Some("Bearer s3cret"));
    for seen in storage.seen() {
        assert_eq!(seen.header("authorization"), None);
        assert_eq!(seen.header("x-trino-user"), None);
        let key = seen.path.starts_with("/s/").then(|| format!("k{}", n(&seen)));
        assert_eq!(seen.header("x-key"), key);
    }
}

#[tokio::test]
async fn segments_are_unpacked() {
    let rows: String =
        (0..100).map(|n| format!("{}[{n}]", if n > 0 { "," } else { "[" })).collect();
    let rows = format!("{rows}]");
    let length = rows.len();
    for (encoding, packed) in [
        ("json", rows.clone().into_bytes()),
        ("json+lz4", lz4_flex::block::compress(rows.as_bytes())),
        ("json+zstd", zstd::bulk::compress(rows.as_bytes(), 3).unwrap()),
    ] {
        let size = packed.len();
        let inline = |declared: usize, data: &[u8]| {
            let data = STANDARD.encode(data);
            spooled(
                encoding,
                &[format!(
                    r#"{{"type":"inline","data":"{data}","metadata":{{"rowsCount":100,"segmentSize":{size},"uncompressedSize":{declared}}}}}"#
                )],
            )
        };
        let good = inline(length, &packed);
        let server = Server::start(move |_| Reply::json(good.clone())).await;
        let numbers_found = numbers(&server.connect().await).await.unwrap();
        assert_eq!(numbers_found, (0..100).collect::<Vec<_>>());
        let mut broken = vec![inline(length, &packed[..size - 1])];
        if encoding != "json" {
            broken.push(inline(length - 1, &packed));
            broken.push(inline(length + 1, &packed));
            broken.push(inline(usize::MAX / 2, &packed));
            broken.push(inline(length, &vec![0x55; size]));
        }
        for body in broken {
            let reply = Reply::json(body);
            let server = Server::start(move |_| reply.clone()).await;
            let error = numbers(&server.connect().await).await.unwrap_err();
            assert!(error.is_broken_data(), "{encoding}: {error}");
        }
    }
}

#[tokio::test]
async fn what_the_storage_does_wrong_is_an_error() {
    for (reply, told) in [
        (Reply::status(404, "gone"), "could not be fetched from 127.0.0.1:"),
        (Reply::status(200, "[[1]"), "cut short"),
        (Reply::status(200, "[1]]]"), "broken or cut short"),
        (Reply::status(200, "[   ]"), "another number of rows"),
        (Reply::status(302, "").header("location", "/s/0"), "from place to place"),
        (Reply::status(200, "\u{fffd}  "), "broken or cut short"),
    ] {
        let storage = Server::start(move |_| reply.clone()).await;
        let body =
            spooled("json", &[segment(&storage.address, 0, r#""rowsCount":1,"segmentSize":5"#)]);
        let server = Server::start(move |_| Reply::json(body.clone())).await;
        let error = numbers(&server.connect().await).await.unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
    for body in [
        spooled("json+brotli", &[]),
        spooled("json", &[r#"{"type":"spooled","metadata":{}}"#.to_owned()]),
        spooled("json", &[segment("[", 0, "")]),
        spooled("json", &[segment("127.0.0.1", 0, "").replace("http://127.0.0.1/s", "file:///s")]),
    ] {
        let server = Server::start(move |_| Reply::json(body.clone())).await;
        let error = numbers(&server.connect().await).await.unwrap_err();
        assert!(error.is_broken_data(), "{error}");
    }
}

#[tokio::test]
async fn a_coordinator_may_redirect_to_the_storage() {
    let storage = Server::start(|_| Reply::status(200, "[[7]]")).await;
    let to = format!("http://{}/s/9", storage.address);
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/v1/statement" => {
            let host = seen.header("host").unwrap();
            Reply::json(spooled("json", &[segment(&host, 0, r#""rowsCount":1"#)]))
        }
        _ => Reply::status(303, "").header("location", &to),
    })
    .await;
    assert_eq!(numbers(&server.connect().await).await.unwrap(), [7]);
    assert_eq!(storage.seen()[0].path, "/s/9");
    // What is meant for one host does not go on to another.
    assert_eq!(storage.seen()[0].header("x-key"), None);
}

#[tokio::test]
async fn pages_without_segments_may_follow() {
    let inline = |n: usize| {
        let data = STANDARD.encode(format!("[[{n}]]"));
        format!(r#"{{"type":"inline","data":"{data}","metadata":{{}}}}"#)
    };
    let first = spooled("json", &[inline(1), inline(2)])
        .replace(r#""id":"q1""#, r#""id":"q1","nextUri":"{base}/next/1""#);
    let replies = [first, page(Some(2), "[[3]]"), page(None, "")];
    let server = Server::pages(replies.into_iter().map(Reply::json).collect()).await;
    assert_eq!(numbers(&server.connect().await).await.unwrap(), [1, 2, 3]);
}
