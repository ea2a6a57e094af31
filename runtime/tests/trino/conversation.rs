//! The protocol of a statement: what is sent, what is followed, what is
//! cancelled.

use std::sync::Mutex;
use std::time::Duration;

use lakequery::State;

use crate::server::{Reply, Server, page};

/// A server of endless pages.
async fn endless() -> Server {
    Server::start(|seen| match seen.method.as_str() {
        "DELETE" => Reply::status(204, ""),
        _ => {
            let number = seen.path.strip_prefix("/next/").map_or(0, |n| n.parse().unwrap());
            Reply::json(page(Some(number + 1), &format!("[[{number}]]")))
        }
    })
    .await
}

#[tokio::test]
async fn pages_are_asked_for_as_they_are_read_and_a_dropped_query_is_cancelled() {
    let server = endless().await;
    let lake = server.connect().await;
    let mut rows = lakequery::sql("SELECT n").fetch(&lake);
    assert_eq!(rows.next().await.unwrap().unwrap().get::<i64>(0).unwrap(), 0);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let asked = server.asked();
    assert!(asked.len() < 10, "{asked:?}");
    for n in 1..30 {
        assert_eq!(rows.next().await.unwrap().unwrap().get::<i64>(0).unwrap(), n);
    }
    drop(rows);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let asked = server.asked();
    let last = asked.last().unwrap();
    assert!(last.starts_with("DELETE /next/"), "{asked:?}");
    assert_eq!(asked.iter().filter(|asked| asked.starts_with("DELETE")).count(), 1);
}

/// A server that does not wait while it has no rows is not asked for ever faster.
#[tokio::test]
async fn pages_without_rows_are_asked_for_with_pauses() {
    let server = Server::start(|seen| {
        let number = seen.path.strip_prefix("/next/").map_or(0, |n| n.parse().unwrap());
        match seen.method.as_str() {
            "DELETE" => Reply::status(204, ""),
            _ => Reply::json(page(Some(number + 1), "")),
        }
    })
    .await;
    let lake = server.connect().await;
    let query = lakequery::sql("SELECT n").fetch_all(&lake);
    assert!(tokio::time::timeout(Duration::from_secs(1), query).await.is_err());
    let asked = server.asked().len();
    assert!((8..40).contains(&asked), "{asked}");
}

#[tokio::test]
async fn a_query_dropped_while_it_is_submitted_is_cancelled() {
    let server = Server::start(|seen| match seen.method.as_str() {
        "POST" => Reply::json(page(Some(1), "")).after(Duration::from_millis(300)),
        _ => Reply::status(204, ""),
    })
    .await;
    let lake = server.connect().await;
    let query = lakequery::sql("SELECT n").fetch_all(&lake);
    assert!(tokio::time::timeout(Duration::from_millis(100), query).await.is_err());
    server.wait_for("DELETE /next/1").await;
    assert_eq!(server.asked(), ["POST /v1/statement", "DELETE /next/1"]);
}

/// The answer to the statement may come just as its reader goes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_query_dropped_around_the_answer_to_its_statement_is_cancelled() {
    const DROPS: u64 = 600;
    let server = Server::start(|seen| match seen.method.as_str() {
        "POST" => Reply::json(page(Some(1), "")).after(Duration::from_millis(5)),
        "GET" => Reply::json(page(Some(1), "")).after(Duration::from_secs(60)),
        _ => Reply::status(204, ""),
    })
    .await;
    let lake = server.connect().await;
    for n in 0..DROPS {
        let query = lakequery::sql("SELECT n").fetch_all(&lake);
        let limit = Duration::from_micros(5_000 + n * 10);
        assert!(tokio::time::timeout(limit, query).await.is_err());
    }
    let count =
        |method: &str| server.seen().iter().filter(|seen| seen.method == method).count() as u64;
    for _ in 0..500 {
        if count("DELETE") >= count("POST") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // One that was dropped early was not sent; each that was is cancelled.
    assert_eq!(count("POST"), count("DELETE"));
    assert!(count("POST") > DROPS / 2, "{}", count("POST"));
}

#[tokio::test]
async fn a_pause_beyond_the_deadline_is_not_waited_for() {
    for (status, pause) in
        [(429, "18446744073709551615"), (503, "18446744073709551615"), (503, "7")]
    {
        let reply = Reply::status(status, "").header("retry-after", pause);
        // Of the statement, and of a page.
        for first in [reply.clone(), Reply::json(page(Some(1), ""))] {
            let (first, reply) = (first.clone(), reply.clone());
            let server = Server::start(move |seen| match seen.method.as_str() {
                "POST" => first.clone(),
                "GET" => reply.clone(),
                _ => Reply::status(204, ""),
            })
            .await;
            let lake = lakequery::connect(&server.url("?request_timeout=5")).await.unwrap();
            let begun = std::time::Instant::now();
            let error = lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap_err();
            assert!(error.is_connection(), "{status} {pause}: {error}");
            assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        }
    }
}

#[tokio::test]
async fn a_query_whose_rows_can_not_be_read_is_cancelled() {
    let server = Server::start(|seen| match seen.method.as_str() {
        "DELETE" => Reply::status(204, ""),
        _ => Reply::json(page(Some(1), "[[\"x\"]]")),
    })
    .await;
    let lake = server.connect().await;
    lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap_err();
    server.wait_for("DELETE /next/1").await;
}

/// An answer that names no next page is not the end where its rows are garbage:
/// the query is cancelled where the answer before said.
#[tokio::test]
async fn a_query_that_seems_to_end_in_garbage_is_cancelled() {
    let server = Server::start(|seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("DELETE", _) => Reply::status(204, ""),
        ("POST", _) => Reply::json(page(Some(1), "[[1]]")),
        _ => Reply::json(page(None, "[[\"x\"]]")),
    })
    .await;
    let lake = server.connect().await;
    lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap_err();
    server.wait_for("DELETE /next/1").await;
}

#[tokio::test]
async fn a_query_that_ended_is_not_cancelled() {
    for last in [
        page(None, "[[1]]"),
        r#"{"id":"q","error":{"message":"no","errorName":"X"},"stats":{"state":"FAILED"}}"#.into(),
    ] {
        let server = Server::pages(vec![Reply::json(page(Some(1), "")), Reply::json(last)]).await;
        let lake = server.connect().await;
        let _ = lakequery::sql("SELECT n").fetch_all(&lake).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(server.asked(), ["POST /v1/statement", "GET /next/1"]);
    }
}

#[tokio::test]
async fn no_other_host_is_followed() {
    let other = endless().await;
    let body = format!(r#"{{"id":"q","nextUri":"http://{}/next/1"}}"#, other.address);
    let server = Server::start(move |_| Reply::json(body.clone())).await;
    let lake = server.connect().await;
    let error = lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap_err();
    assert!(error.is_connection(), "{error}");
    assert!(error.to_string().contains("sends the client to another place, http://127.0.0.1:"));
    let to = format!("http://{}/v1/statement", other.address);
    let server = Server::start(move |_| Reply::status(307, "").header("location", &to)).await;
    let lake = server.connect().await;
    let error = lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap_err();
    assert!(error.to_string().contains("redirects the client, to http://127.0.0.1:"), "{error}");
    assert_eq!(other.asked(), [""; 0]);
}

#[tokio::test]
async fn parameters_are_literals_behind_using() {
    let server = Server::start(|_| Reply::json(page(None, "[[1]]"))).await;
    let lake = server.connect().await;
    let query = lakequery::sql("SELECT '?' WHERE a = ? AND b = ?").bind("it's").bind(7);
    query.clone().fetch_all(&lake).await.unwrap();
    assert_eq!(
        server.seen()[0].body,
        "EXECUTE IMMEDIATE 'SELECT ''?'' WHERE a = ? AND b = ?' USING CAST('it''s' AS varchar), \
         INTEGER '7'"
    );
    let url = server.url("?legacy_prepared_statements=true");
    let lake = lakequery::connect(&url).await.unwrap();
    query.fetch_all(&lake).await.unwrap();
    let seen = &server.seen()[1];
    let using = "EXECUTE lakequery_statement USING CAST('it''s' AS varchar), INTEGER '7'";
    assert_eq!(seen.body, using);
    assert_eq!(
        seen.header("x-trino-prepared-statement").unwrap(),
        "lakequery_statement=SELECT%20%27%3F%27%20WHERE%20a%20%3D%20%3F%20AND%20b%20%3D%20%3F"
    );
}

#[tokio::test]
async fn what_the_server_says_is_rid_of_secrets_and_its_position_put_right() {
    let server = Server::start(|_| {
        Reply::json(
            r#"{"id":"q","stats":{"state":"FAILED"},"error":{"message":"line 1:26: Cannot cast 'hunter2' to INT","errorCode":9,"errorName":"INVALID_CAST_ARGUMENT","errorType":"USER_ERROR","errorLocation":{"lineNumber":1,"columnNumber":26}}}"#,
        )
    })
    .await;
    let lake = server.connect().await;
    let query = lakequery::sql("SELECT CAST(? AS integer)").bind("hunter2");
    let error = query.fetch_all(&lake).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Cannot cast '…' to INT [INVALID_CAST_ARGUMENT 9, line 1:7, query q] (trino)"
    );
}

#[tokio::test]
async fn progress_is_reported() {
    static HEARD: Mutex<Vec<lakequery::Progress>> = Mutex::new(Vec::new());
    let last = r#"{"id":"q1","stats":{"state":"FINISHED","processedRows":70,"processedBytes":800,"progressPercentage":100.0}}"#;
    let first = page(Some(1), "").replace("RUNNING", "QUEUED");
    let replies = [first, page(Some(2), "[[1],[2]]"), last.to_owned()];
    let server = Server::pages(replies.into_iter().map(Reply::json).collect()).await;
    let lake = server.connect().await;
    let query = lakequery::sql("SELECT n").on_progress(|p| HEARD.lock().unwrap().push(p.clone()));
    query.fetch_all(&lake).await.unwrap();
    let heard = HEARD.lock().unwrap();
    let states: Vec<State> = heard.iter().map(|progress| progress.state).collect();
    assert_eq!(states, [State::Queued, State::Running, State::Finished]);
    let last = heard.last().unwrap();
    assert_eq!(last.query_id.as_deref(), Some("q1"));
    assert_eq!((last.rows, last.processed_rows, last.processed_bytes), (2, Some(70), Some(800)));
    assert_eq!(last.fraction, Some(1.0));
    assert!(last.bytes > 100);
}
