//! The chunks of a result: fetched side by side and read in order, from links that end.

use std::sync::Arc;
use std::time::Duration;

use lakequery::arrow_array::{Int64Array, RecordBatch};
use lakequery::arrow_schema::{DataType, Field, Schema};

use crate::http::Reply;
use crate::warehouse::{
    Answer, Chunk, STATEMENT, asked, connect, frames, numbers, pieces, runs, url,
};

#[tokio::test]
async fn chunks_are_fetched_side_by_side_and_read_in_order() {
    let lengths: Vec<usize> = (1..=40).collect();
    // The earlier ones take longer.
    let server = Answer::numbers(&lengths).serve_but(|seen, _| {
        let index: u64 = seen.path.strip_prefix("/storage/")?.split('?').next()?.parse().ok()?;
        let reply = Answer::numbers(&(1..=40).collect::<Vec<_>>()).reply(seen);
        Some(reply.after(Duration::from_millis(100 * (5 - index % 6))))
    });
    let server = server.await;
    let lake = connect(&server).await;
    let begun = std::time::Instant::now();
    assert_eq!(numbers(&lake).await.unwrap(), (0..820).collect::<Vec<i64>>());
    // One after the other they would take 10 s.
    assert!(begun.elapsed() < Duration::from_secs(7), "{:?}", begun.elapsed());
    assert_eq!(asked(&server, "GET /storage/"), 40);
    let links = asked(&server, &format!("GET /api/2.0/sql/statements/{STATEMENT}/result/chunks/"));
    assert_eq!(links, 39, "the first link comes with the answer");
    assert_eq!(runs(&server), 1);
}

#[tokio::test]
async fn few_chunks_are_fetched_ahead_of_a_slow_reader() {
    let server = Answer::numbers(&[10; 60]).serve().await;
    let lake = connect(&server).await;
    let mut rows = lakequery::sql("SELECT n FROM t").fetch(&lake);
    rows.next().await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let ahead = asked(&server, "GET /storage/");
    assert!(ahead < 15, "{ahead} chunks are fetched");
    let mut count = 1;
    while rows.next().await.transpose().unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 600);
}

#[tokio::test]
async fn several_links_may_come_at_once() {
    let answer = Answer::numbers(&[5, 6, 7]);
    let links: Vec<String> =
        (0..3).map(|i| answer.link(i, "2999-01-01T00:00:00.000Z", "{base}")).collect();
    let body =
        answer.with_state("SUCCEEDED", &format!(r#"{{"external_links":[{}]}}"#, links.join(",")));
    let server = answer.serve_but(move |seen, _| {
        (seen.path == "/api/2.0/sql/statements").then(|| Reply::json(body.clone()))
    });
    let server = server.await;
    assert_eq!(numbers(&connect(&server).await).await.unwrap().len(), 18);
    assert_eq!(asked(&server, &format!("GET /api/2.0/sql/statements/{STATEMENT}/result")), 0);
}

#[tokio::test]
async fn links_that_ended_are_asked_for_anew() {
    let answer = Answer::numbers(&[4, 4]);
    // By the clock, and by the word of the storage: S3 answers 403, others 400 or 404.
    let old = answer.link(0, "2020-01-01T00:00:00.000Z", "{base}");
    let body = answer.with_state("SUCCEEDED", &format!(r#"{{"external_links":[{old}]}}"#));
    for status in [400, 403, 404] {
        let body = body.clone();
        let server = answer.clone().serve_but(move |seen, before| match seen.path.as_str() {
            "/api/2.0/sql/statements" => Some(Reply::json(body.clone())),
            "/storage/1?sig=secret" if before == 0 => {
                Some(Reply::status(status, "Request has expired"))
            }
            _ => None,
        });
        let server = server.await;
        assert_eq!(numbers(&connect(&server).await).await.unwrap().len(), 8);
        assert_eq!(
            asked(&server, &format!("GET /api/2.0/sql/statements/{STATEMENT}/result/chunks/0")),
            1
        );
        assert_eq!(
            asked(&server, &format!("GET /api/2.0/sql/statements/{STATEMENT}/result/chunks/1")),
            2
        );
        assert_eq!(asked(&server, "GET /storage/0"), 1);
        assert_eq!(asked(&server, "GET /storage/1"), 2);
    }
}

#[tokio::test]
async fn a_storage_elsewhere_gets_its_headers_and_no_token() {
    let answer = Answer::numbers(&[9]);
    let storage = answer.clone().serve().await;
    let link = answer.link(0, "2999-01-01T00:00:00.000Z", &format!("http://{}", storage.address));
    let body = answer.with_state("SUCCEEDED", &format!(r#"{{"external_links":[{link}]}}"#));
    let server = answer.serve_but(move |seen, _| {
        (seen.path == "/api/2.0/sql/statements").then(|| Reply::json(body.clone()))
    });
    let server = server.await;
    assert_eq!(numbers(&connect(&server).await).await.unwrap().len(), 9);
    let seen = storage.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(seen[0].header("x-key").as_deref(), Some("k0"));
}

/// A chunk that is written in another way.
fn rewritten(write: impl FnOnce(Vec<Vec<u8>>) -> Vec<u8>, rows: usize) -> Answer {
    let schema = Schema::new(vec![Field::new("other", DataType::Int64, false)]);
    let batch = |values: std::ops::Range<i64>| {
        let values = Arc::new(Int64Array::from_iter_values(values));
        RecordBatch::try_new(Arc::new(schema.clone()), vec![values]).unwrap()
    };
    let bytes = write(pieces(&schema, &[batch(0..4), batch(4..6), batch(6..10)]));
    let columns = vec![("n".to_owned(), "BIGINT".to_owned())];
    Answer { columns, chunks: vec![Chunk { bytes, rows }], packed: true }
}

#[tokio::test]
async fn chunks_are_read_however_they_are_written() {
    let whole = |pieces: Vec<Vec<u8>>| vec![pieces.concat()];
    for (what, answer, rows) in [
        ("a frame for each piece", rewritten(|pieces| frames(&pieces), 10), 10),
        ("one frame", rewritten(|pieces| frames(&whole(pieces)), 10), 10),
        (
            "frames that end anywhere",
            rewritten(
                |pieces| {
                    let bytes = pieces.concat();
                    frames(&bytes.chunks(7).map(<[u8]>::to_vec).collect::<Vec<_>>())
                },
                10,
            ),
            10,
        ),
        (
            "an empty frame between",
            {
                rewritten(
                    |mut pieces| {
                        pieces.insert(1, Vec::new());
                        frames(&pieces)
                    },
                    10,
                )
            },
            10,
        ),
        ("rows beyond those declared", rewritten(|pieces| frames(&pieces), 5), 5),
        (
            "no end of the stream",
            {
                rewritten(
                    |mut pieces| {
                        pieces.pop();
                        frames(&pieces)
                    },
                    10,
                )
            },
            10,
        ),
        ("plain", Answer { packed: false, ..rewritten(|pieces| pieces.concat(), 10) }, 10),
    ] {
        let server = answer.serve().await;
        let found = numbers(&connect(&server).await).await;
        assert_eq!(found.unwrap(), (0..rows).collect::<Vec<i64>>(), "{what}");
    }
}

#[tokio::test]
async fn names_are_the_manifests() {
    let server = rewritten(|pieces| frames(&pieces), 10).serve().await;
    let lake = lakequery::connect(&url(&server, "")).await.unwrap();
    let row = lakequery::sql("SELECT n FROM t LIMIT 1").fetch_all(&lake).await.unwrap().remove(0);
    assert_eq!(format!("{row:?}"), r#"{"n": 0}"#);
}
