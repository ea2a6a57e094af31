//! Answers that are cut short, malformed or slow: an error each time, never a
//! shorter result.

use std::time::{Duration, Instant};

use futures::StreamExt;

use crate::recorded::pages;
use crate::server::{Reply, Server, page};

async fn error(server: &Server, parameters: &str) -> lakequery::Error {
    let lake = lakequery::connect(&server.url(parameters)).await.unwrap();
    match lakequery::sql("SELECT 1").fetch_all(&lake).await {
        Ok(rows) => panic!("{} rows of a broken answer", rows.len()),
        Err(error) => error,
    }
}

/// Cuts the page with the data at every so many bytes, each time with a length
/// that agrees.
async fn sweep(file: &'static str, step: usize) {
    let pages = pages(file);
    let at = pages.iter().position(|page| page.contains("\"data\"")).unwrap();
    let cuts = (0..pages[at].trim_end().len()).step_by(step);
    futures::stream::iter(cuts)
        .for_each_concurrent(16, |cut| {
            let mut replies: Vec<Reply> = pages.iter().cloned().map(Reply::json).collect();
            async move {
                let data = crate::recorded::pages(file).swap_remove(at);
                replies[at] = Reply::json(data.as_bytes()[..cut].to_vec());
                let server = Server::pages(replies).await;
                let error = error(&server, "").await;
                assert!(error.is_broken_data(), "{cut}: {error}");
            }
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_cut_anywhere_is_an_error() {
    sweep("trino-types", 23).await;
    sweep("trino-segment", 23).await;
}

#[tokio::test]
async fn a_page_that_breaks_off_is_fetched_again() {
    for status in [200, 502, 503, 504, 429] {
        let server = Server::start({
            let tries = std::sync::atomic::AtomicUsize::new(0);
            move |seen| match (seen.method.as_str(), seen.path.as_str()) {
                ("POST", _) => Reply::json(page(Some(1), "")),
                (_, "/next/1") => Reply::json(page(Some(2), "[[1],[2]]")),
                _ if tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 1 => {
                    Reply::json(page(None, "[[3]]"))
                }
                _ if status == 200 => Reply::json(page(None, "[[3]]")).cut(20),
                _ => Reply::status(status, "later"),
            }
        })
        .await;
        let lake = server.connect().await;
        let rows = lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap();
        assert_eq!(rows.len(), 3);
        let asked =
            ["POST /v1/statement", "GET /next/1", "GET /next/2", "GET /next/2", "GET /next/2"];
        assert_eq!(server.asked(), asked, "{status}");
    }
}

#[tokio::test]
async fn a_statement_is_sent_again_only_where_it_reads_and_was_not_taken() {
    let reply = |status| Reply::status(status, "no");
    for (first, times) in [
        (reply(500), 1),
        (reply(502), 1),
        (reply(503), 1),
        (reply(504), 1),
        (Reply::json(page(None, "")).cut(10), 1),
        (reply(503).header("retry-after", "0"), 2),
        (reply(429).header("retry-after", "0"), 2),
        (reply(429), 2),
    ] {
        for (sql, times) in [("SELECT n", times), ("INSERT INTO t SELECT n", 1)] {
            let server = Server::start({
                let (first, tries) = (first.clone(), std::sync::atomic::AtomicUsize::new(0));
                move |_| match tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
                    0 => first.clone(),
                    _ => Reply::json(page(None, "[[1]]")),
                }
            })
            .await;
            let lake = server.connect().await;
            let result = lakequery::sql(sql).execute(&lake).await;
            assert_eq!(server.asked(), vec!["POST /v1/statement"; times], "{first:?}");
            assert_eq!(result.is_ok(), times == 2, "{result:?}");
            if let Err(error) = result {
                assert!(error.is_connection(), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn waiting_has_an_end() {
    let slow = Reply::json(page(None, "[[1]]")).after(Duration::from_secs(60));
    for (reply, timeout) in
        [(slow, true), (Reply::status(503, "no").header("retry-after", "3600"), false)]
    {
        let server = Server::start(move |_| reply.clone()).await;
        let started = Instant::now();
        let error = error(&server, "?request_timeout=0.4").await;
        assert_eq!(error.is_timeout(), timeout, "{error}");
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

/// Where an answer to a statement that may write is missing, it is said that it may
/// have run; and nowhere else.
#[tokio::test]
async fn it_is_said_whether_a_write_may_have_run() {
    let slow = |page: String| Reply::json(page).after(Duration::from_secs(60));
    let first = || Reply::json(page(Some(1), ""));
    let no = |status| Reply::status(status, "no");
    for (post, get, missing) in [
        // No head, half of a body, and statuses that proxies give, too.
        (slow(page(None, "")), first(), true),
        (Reply::json(page(None, "[[1]]")).cut(10), first(), true),
        (no(500), first(), true),
        (no(502), first(), true),
        (no(503).header("retry-after", "0"), first(), true),
        (first(), slow(page(None, "")), true),
        (first(), Reply::json(page(None, "[[1]]")).cut(10), true),
        (first(), no(503), true),
        // The server's own word.
        (
            Reply::json(
                r#"{"id":"q","error":{"message":"no","errorName":"X"},"stats":{"state":"FAILED"}}"#,
            ),
            first(),
            false,
        ),
        (no(401), first(), false),
        (no(403), first(), false),
    ] {
        for (sql, writes) in [("INSERT INTO t SELECT n", true), ("SELECT n", false)] {
            let (post, get) = (post.clone(), get.clone());
            let server = Server::start(move |seen| match seen.method.as_str() {
                "POST" => post.clone(),
                "GET" => get.clone(),
                _ => Reply::status(204, ""),
            })
            .await;
            let url = server.url("?request_timeout=0.3");
            let lake = lakequery::connect(&url).await.unwrap();
            let error = lakequery::sql(sql).execute(&lake).await.unwrap_err().to_string();
            let said = error.contains("the statement may have run all the same");
            assert_eq!(said, missing && writes, "{sql}: {error}");
        }
    }
    // Nothing was sent.
    let server = Server::start(|_| Reply::json(page(None, ""))).await;
    let lake = server.connect().await;
    server.stop();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = lakequery::sql("INSERT").execute(&lake).await.unwrap_err().to_string();
    assert!(error.starts_with("could not connect") && !error.contains("may have run"), "{error}");
}

#[tokio::test]
async fn malformed_answers_are_told() {
    let broken = |body: &str| (body.to_owned(), "broken or cut short");
    for (body, told) in [
        broken("{}"),
        broken(""),
        broken("[]"),
        broken(r#"{"id":1}"#),
        broken(r#"{"id":"q","data":[[1]}"#),
        broken(r#"{"id":"q"} x"#),
        (r#"{"id":"q","data":[[1]]}"#.to_owned(), "did not say what columns"),
        (r#"{"id":"q","nextUri":"nowhere"}"#.to_owned(), "a next page that is not a URL"),
        (page(None, "[[1,2]]"), "expected the end of a row"),
        (page(None, "[[]]"), "expected another column"),
        (page(None, "[[\"x\"]]"), "column `n` of row 1 is not of type bigint"),
        (page(None, "[[1],[9223372036854775808]]"), "column `n` of row 2 is not of type bigint"),
        (page(None, "[[1.5]]"), "column `n` of row 1 is not of type bigint"),
        (page(None, "[1]"), "expected an array"),
        (page(None, "[[[1]]]"), "column `n` of row 1 is not of type bigint"),
    ] {
        let reply = Reply::json(body.clone());
        let server = Server::start(move |_| reply.clone()).await;
        let error = error(&server, "").await;
        assert!(error.is_broken_data() && error.to_string().contains(told), "{body}: {error}");
    }
    let not_utf8 = Reply::json(b"{\"id\":\"\xff\"}".to_vec());
    let server = Server::start(move |_| not_utf8.clone()).await;
    assert!(error(&server, "").await.is_broken_data());
}

#[tokio::test]
async fn a_declared_length_is_not_believed() {
    let server = Server::start(|_| {
        Reply::json(page(None, "[[1]]")).header("content-length", "99999999999999")
    })
    .await;
    let error = error(&server, "?request_timeout=2").await;
    assert!(error.is_connection() || error.is_timeout(), "{error}");
}
