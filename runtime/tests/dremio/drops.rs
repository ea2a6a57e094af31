//! Queries that are given up at any moment: each stream that began is read to its end or reset.

use std::time::Duration;

use crate::random::{Tally, drops};
use crate::server::{Answer, Step, numbers, serve_by, url_at};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn queries_are_cancelled_or_never_run() {
    let sql = &["SHOW n", "INSERT n", "SELECT n"];
    drops("dremio", 3, sql, |random| async {
        let server = serve_by(move |_, _| {
            let Answer::Rows(schema, batches) = numbers(&[2, 2, 2]) else { unreachable!() };
            let pause = || Step::Wait(Duration::from_millis(2) + random.pause());
            let steps = batches.into_iter().flat_map(|batch| [pause(), batch]).collect();
            Some(Answer::Rows(schema, steps))
        });
        let server = server.await;
        let url = url_at(&server.address, "");
        let tally = move || {
            let (most, sent) = server.runs();
            assert!(most <= 1, "no ticket runs twice");
            // The server hears of resets a moment later.
            let ended = || server.finished() + server.cancelled();
            for _ in 0..500 {
                if ended() >= sent {
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            let (sent, ended) = (sent as u64, ended() as u64);
            Tally { sent, cancelled: server.cancelled() as u64, lost: sent - ended }
        };
        (url, tally)
    })
    .await;
}
