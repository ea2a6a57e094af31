//! Queries that are given up at any moment, at random: what all engines' tests of
//! that share. Each query that was sent has to be ended on the server.
//!
//! `LAKEQUERY_DROPS` says how many queries there are for each engine and transport,
//! `LAKEQUERY_SEED` repeats a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::StreamExt;
use lakequery::Lake;

/// How many queries there are unless the environment says so.
const FEW: u64 = 300;

/// How many queries a connection has: then there is another server, so that its
/// memory is bounded.
const EACH: u64 = 5_000;

/// Numbers at random (SplitMix64), from any thread.
#[derive(Clone)]
pub(crate) struct Random(Arc<AtomicU64>);

impl Random {
    /// A number below the limit.
    pub(crate) fn below(&self, limit: u64) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    /// A pause as a server makes it: mostly none.
    pub(crate) fn pause(&self) -> Duration {
        Duration::from_micros(self.below(3_000).saturating_sub(1_500))
    }
}

/// What became of queries.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sent: u64,
    pub(crate) cancelled: u64,
    /// Sent, and neither read to the end nor cancelled.
    pub(crate) lost: u64,
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

/// Gives queries up, `at_once` of them at the same time. `server` gives a URL and
/// what tells how things stand there, once the connection is closed.
pub(crate) async fn drops<S: Future<Output = (String, T)>, T: FnOnce() -> Tally>(
    name: &str,
    at_once: usize,
    sql: &'static [&'static str],
    server: impl Fn(Random) -> S,
) {
    let count = setting("LAKEQUERY_DROPS").unwrap_or(FEW);
    let seed = setting("LAKEQUERY_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        u64::from(now.subsec_nanos()) ^ now.as_secs()
    });
    println!("{name}: {count} queries, LAKEQUERY_SEED={seed}");
    let random = Random(Arc::new(AtomicU64::new(seed)));
    let (mut left, mut all) = (count, Tally::default());
    while left > 0 {
        let part = left.min(EACH);
        left -= part;
        let (url, tally) = server(random.clone()).await;
        let lake = lakequery::connect(&url).await.unwrap();
        let queries = (0..part).map(|_| {
            let (lake, random) = (lake.clone(), random.clone());
            tokio::spawn(async move { give_up(&lake, &random, sql).await })
        });
        let queries = futures::stream::iter(queries).buffer_unordered(at_once);
        queries.for_each(|ended| async { ended.unwrap() }).await;
        // All that is still to be told is told now, or was never sent.
        lake.close().await;
        let Tally { sent, cancelled, lost } = tally();
        all.sent += sent;
        all.cancelled += cancelled;
        all.lost += lost;
        assert_eq!(lost, 0, "{name}: {all:?}, LAKEQUERY_SEED={seed}");
    }
    println!("{name}: {all:?}");
    // Some were given up in time, and some in the middle.
    assert!(all.sent < count && all.cancelled > count / 10, "{name}: {all:?}");
}

/// Begins a query and gives it up, most times.
async fn give_up(lake: &Lake, random: &Random, sql: &[&'static str]) {
    let query = lakequery::sql(sql[random.below(sql.len() as u64) as usize]);
    let limit = Duration::from_micros(random.below(12_000));
    match random.below(8) {
        0 => drop(query.fetch(lake)),
        1 => {
            let mut rows = query.fetch(lake);
            for _ in 0..random.below(20) {
                let _ = rows.next().await;
            }
        }
        2 => {
            let mut rows = query.fetch(lake);
            let _ = tokio::time::timeout(limit, rows.next()).await;
            rows.cancel().await;
        }
        3 => {
            let batches = tokio::time::timeout(limit, query.fetch_arrow(lake)).await;
            if let Ok(Ok(mut batches)) = batches {
                let _ = batches.next().await;
            }
        }
        4 => drop(tokio::time::timeout(limit, query.describe(lake)).await),
        _ => drop(tokio::time::timeout(limit, query.fetch_all(lake)).await),
    }
}
