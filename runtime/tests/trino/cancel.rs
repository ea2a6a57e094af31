//! Programs that end at once: a cancel that is waited for reaches the server before
//! the runtime is gone.

use std::time::Duration;

use lakequery::Lake;

use crate::server::{Reply, Server, page};

/// A server of endless pages, which takes its time for each answer.
async fn slow(version: &'static str) -> Server {
    Server::of_version(version, |seen| match seen.method.as_str() {
        "DELETE" => Reply::status(204, "").after(Duration::from_millis(50)),
        _ => {
            let number = seen.path.strip_prefix("/next/").map_or(0, |n| n.parse().unwrap());
            let page = page(Some(number + 1), &format!("[[{number}]]"));
            Reply::json(page).after(Duration::from_millis(50))
        }
    })
    .await
}

/// Runs a program of its own, which ends as soon as it is done.
async fn program<F: Future<Output = ()>>(
    url: String,
    main: impl FnOnce(Lake) -> F + Send + 'static,
) {
    let program = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { main(lakequery::connect(&url).await.unwrap()).await });
        runtime.shutdown_background();
    });
    program.await.unwrap();
}

fn sql() -> lakequery::RawQuery {
    lakequery::sql("SELECT n")
}

/// How many statements the server got, and how many it was told to end, at once.
fn ended(server: &Server) -> (usize, usize) {
    let count = |method: &str| server.seen().iter().filter(|seen| seen.method == method).count();
    (count("POST"), count("DELETE"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_that_is_waited_for_is_sent() {
    for (scheme, version) in [("trino:", "476"), ("presto:", "0.287")] {
        let url = |server: &Server| server.url("").replace("trino:", scheme);

        let server = slow(version).await;
        program(url(&server), |lake| async move {
            let mut rows = sql().fetch(&lake);
            rows.next().await.unwrap().unwrap();
            rows.cancel().await;
        })
        .await;
        assert_eq!(ended(&server), (1, 1), "rows");

        let server = slow(version).await;
        program(url(&server), |lake| async move {
            let mut batches = sql().fetch_arrow(&lake).await.unwrap();
            batches.next().await.unwrap().unwrap();
            batches.cancel().await;
        })
        .await;
        assert_eq!(ended(&server), (1, 1), "batches");

        // Some that were dropped in the middle, of which one is not yet taken.
        let server = slow(version).await;
        program(url(&server), |lake| async move {
            let mut read = sql().fetch(&lake);
            read.next().await.unwrap().unwrap();
            drop(read);
            for limit in [70, 20] {
                let all = sql().fetch_all(&lake);
                assert!(tokio::time::timeout(Duration::from_millis(limit), all).await.is_err());
            }
            lake.close().await;
        })
        .await;
        assert_eq!(ended(&server), (3, 3), "dropped");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_waited_for_where_nothing_was_given_up() {
    let server = slow("476").await;
    program(server.url(""), |lake| async move {
        // Never read, so never sent.
        sql().fetch(&lake).cancel().await;
        // Another query is still read.
        let mut read = sql().fetch(&lake);
        read.next().await.unwrap().unwrap();
        let begun = std::time::Instant::now();
        lake.clone().close().await;
        assert!(begun.elapsed() < Duration::from_millis(40), "{:?}", begun.elapsed());
        read.next().await.unwrap().unwrap();
    })
    .await;
    assert_eq!(ended(&server).0, 1);
}

/// A server that does not answer ends the wait at the deadline of requests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wait_has_an_end() {
    let server = Server::start(|seen| match seen.method.as_str() {
        "DELETE" => Reply::status(204, "").after(Duration::from_secs(60)),
        _ => Reply::json(page(Some(1), "[[1]]")),
    })
    .await;
    let begun = std::time::Instant::now();
    program(server.url("?request_timeout=0.5"), |lake| async move {
        let mut rows = sql().fetch(&lake);
        rows.next().await.unwrap().unwrap();
        rows.cancel().await;
    })
    .await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
