//! Recorded answers that are cut short or corrupted anywhere: an error or the
//! whole result, never a panic, a wait without end, or a shorter result.

use std::time::Duration;

use futures::StreamExt;

use crate::recorded::{Recorded, file, played};
use crate::reply::{self, Column};
use crate::server::{Act, Server, frame};

/// How many connections are tried at once.
const AT_ONCE: usize = 16;

/// What a file's statement comes to with these replies: its number of rows.
async fn outcome(statement: &str, replies: Vec<Recorded>) -> lakequery::Result<usize> {
    let server = played(replies).await;
    let work = async {
        let lake = lakequery::connect(&server.url("?timeout=5")).await?;
        Ok(lakequery::sql(statement.to_owned()).fetch_all(&lake).await?.len())
    };
    tokio::time::timeout(Duration::from_secs(60), work).await.expect("it waits without end")
}

/// Runs a file with one of its replies changed, at every so many bytes. `change`
/// changes the reply there, and `right` judges the outcome.
async fn sweep(
    name: &str,
    step: usize,
    change: impl Fn(&mut Vec<u8>, usize),
    right: impl Fn(&lakequery::Result<usize>) -> bool,
) {
    let (statement, replies) = file(name);
    let places = replies
        .iter()
        .enumerate()
        .flat_map(|(i, recorded)| (0..recorded.reply.len()).step_by(step).map(move |at| (i, at)));
    let outcomes = futures::stream::iter(places).map(|(i, at)| {
        let mut replies = replies.clone();
        change(&mut replies[i].reply, at);
        let method = replies[i].method.clone();
        let statement = &statement;
        async move { (outcome(statement, replies).await, method, at) }
    });
    let mut outcomes = std::pin::pin!(outcomes.buffer_unordered(AT_ONCE));
    let mut tried = 0;
    while let Some((outcome, method, at)) = outcomes.next().await {
        assert!(right(&outcome), "{name}: {method} at {at}: {outcome:?}");
        tried += 1;
    }
    assert!(tried > 20, "{name}: {tried}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_cut_anywhere_is_an_error() {
    for (name, step) in [("types", 11), ("nested", 29), ("rows", 197), ("insert", 3)] {
        sweep(
            name,
            step,
            |reply, at| reply.truncate(at),
            |outcome| outcome.as_ref().is_err_and(lakequery::Error::is_connection),
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_corrupted_anywhere_is_an_error_or_whole() {
    let changes: [fn(&mut Vec<u8>, usize); 4] = [
        |reply, at| reply[at] ^= 0x80,
        |reply, at| reply[at] = reply[at].wrapping_add(1),
        |reply, at| reply[at] = 0x7f,
        |reply, at| {
            reply.remove(at);
        },
    ];
    for (name, rows) in [("types", 2), ("nested", 2), ("extremes", 9)] {
        for (i, change) in changes.iter().enumerate() {
            sweep(name, 61 + i, change, |outcome| match outcome {
                Ok(found) => *found == rows,
                Err(error) => !error.is_internal(),
            })
            .await;
        }
    }
}

#[tokio::test]
async fn a_connection_that_ends_anywhere_is_an_error() {
    let reply = frame(&reply::fetched(&[Column::I64(&[1, 2, 3])]));
    for at in 0..reply.len() {
        let cut = reply[..at].to_vec();
        let server = Server::start(move |call| {
            (call.method == "FetchResults").then(|| Act::Bytes(cut.clone()))
        })
        .await;
        let lake = server.connect().await;
        let error = lakequery::sql("SHOW n").fetch_all(&lake).await.unwrap_err();
        assert!(error.is_connection(), "{at}: {error}");
        assert!(error.to_string().contains("hung up in the middle"), "{at}: {error}");
    }
}

/// The most memory that this process ever had, in MB; 0 where that is not told.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or(0, |line| line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10)
}

#[tokio::test]
async fn a_declared_length_is_not_believed() {
    let head = b"\x80\x01\0\x02\0\0\0\x0cFetchResults\0\0\0\0\x0c\0\0";
    let status = b"\x0c\0\x01\x08\0\x01\0\0\0\0\0";
    let rows = b"\x0c\0\x03\x0a\0\x01\0\0\0\0\0\0\0\0\x0f\0\x03\x0c\0\0\0\x01";
    let start = [&head[..], status, rows].concat();
    let in_frame = |rest: &[u8]| Act::Reply([&start[..], rest].concat());
    let before = peak();
    for act in [
        // The frame's own length: more than may be, and as much as may be.
        Act::Stall(vec![0xff; 4]),
        Act::Stall(vec![0x3f, 0xff, 0xff, 0xff, 0x80]),
        // The number of columns.
        in_frame(b"\x0f\0\x03\x0c\x7f\xff\xff\xff"),
        // The number of a column's values, of one byte, eight bytes, and texts.
        in_frame(b"\x0c\0\x01\x0f\0\x01\x02\x7f\xff\xff\xff"),
        in_frame(b"\x0c\0\x05\x0f\0\x01\x0a\x7f\xff\xff\xff"),
        in_frame(b"\x0c\0\x07\x0f\0\x01\x0b\x7f\xff\xff\xff"),
        // A text's length, and a negative one.
        in_frame(b"\x0c\0\x07\x0f\0\x01\x0b\0\0\0\x01\x7f\xff\xff\xff"),
        in_frame(b"\x0c\0\x07\x0f\0\x01\x0b\0\0\0\x01\xff\xff\xff\xff"),
        // A map of nothing, and lists in lists.
        in_frame(b"\x0d\0\x09\x0b\x0b\x7f\xff\xff\xff"),
        in_frame(&b"\x0f\0\x09\x0f\0\0\0\x01".repeat(1000)),
        in_frame(&b"\x0c\0\x09".repeat(100_000)),
    ] {
        let does = act.clone();
        let server =
            Server::start(move |call| (call.method == "FetchResults").then(|| does.clone())).await;
        let lake = lakequery::connect(&server.url("?timeout=0.3")).await.unwrap();
        let error = lakequery::sql("SHOW n").fetch_all(&lake).await.unwrap_err();
        assert!(error.is_connection() || error.is_timeout(), "{act:?}: {error}");
    }
    assert!(peak() - before < 256, "from {before} MB to {} MB", peak());
}

#[tokio::test]
async fn columns_that_do_not_fit_are_errors() {
    for (columns, told) in [
        (vec![], ""),
        (vec![Column::I64(&[1]), Column::I64(&[1])], "do not have the columns it announced"),
        (vec![Column::Text(&["x"])], "column n has a value that no bigint holds exactly"),
    ] {
        let columns = reply::fetched(&columns);
        let first = std::sync::atomic::AtomicBool::new(true);
        let server = Server::start(move |call| {
            let first = call.method == "FetchResults"
                && first.swap(false, std::sync::atomic::Ordering::SeqCst);
            first.then(|| Act::Reply(columns.clone()))
        })
        .await;
        let lake = server.connect().await;
        let outcome = lakequery::sql("SHOW n").fetch_all(&lake).await;
        match told {
            // No column has no rows: the end.
            "" => assert_eq!(outcome.unwrap().len(), 0),
            told => {
                let error = outcome.unwrap_err();
                assert!(error.is_broken_data() && error.to_string().contains(told), "{error}");
            }
        }
    }
}
