//! Programs that end at once: a cancel that is waited for reaches the server before
//! the runtime is gone, over both transports.

use std::time::Duration;

use lakequery::Lake;

use crate::http;
use crate::reply::{self, Column};
use crate::server::{Act, Call, Server};

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

/// Rows without end; what starts and ends a statement takes a while.
fn slow(call: &Call) -> Option<Act> {
    let reply = match call.method.as_str() {
        "ExecuteStatement" => reply::executed(&[3; 16]),
        "FetchResults" => return Some(Act::Reply(reply::fetched(&[Column::I64(&[7; 100])]))),
        "CancelOperation" | "CloseOperation" | "CloseSession" => reply::done(&call.method),
        _ => return None,
    };
    Some(Act::Later(Duration::from_millis(50), reply))
}

/// How many statements, their cancels, their ends and the session's end the server
/// was called for.
fn ended(methods: &[String]) -> [usize; 4] {
    ["ExecuteStatement", "CancelOperation", "CloseOperation", "CloseSession"]
        .map(|method| methods.iter().filter(|other| *other == method).count())
}

async fn one(lake: Lake) {
    // No query, so that it is not described before.
    let mut rows = lakequery::sql("SHOW n").fetch(&lake);
    rows.next().await.unwrap().unwrap();
    rows.cancel().await;
}

/// Some that were dropped in the middle, of which one is not yet taken.
async fn several(lake: Lake) {
    let mut rows = lakequery::sql("SHOW n").fetch(&lake);
    rows.next().await.unwrap().unwrap();
    drop(rows);
    for limit in [75, 20] {
        let all = lakequery::sql("SHOW n").fetch_all(&lake);
        assert!(tokio::time::timeout(Duration::from_millis(limit), all).await.is_err());
    }
    lake.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_that_is_waited_for_is_sent() {
    let server = Server::start(slow).await;
    program(server.url(""), one).await;
    assert_eq!(ended(&server.methods())[..3], [1, 1, 1]);
    let server = Server::start(slow).await;
    program(server.url(""), several).await;
    assert_eq!(ended(&server.methods()), [3, 3, 3, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_that_is_waited_for_is_sent_over_http() {
    let server = http::Server::of(slow).await;
    program(server.url(""), one).await;
    assert_eq!(ended(&server.methods())[..3], [1, 1, 1]);
    let server = http::Server::of(slow).await;
    program(server.url(""), several).await;
    assert_eq!(ended(&server.methods()), [3, 3, 3, 1]);
}
