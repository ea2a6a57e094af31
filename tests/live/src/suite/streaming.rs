//! Results flow: memory stays flat, what is dropped ends on the server, and how
//! far a query is can be seen.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use lakequery::{Engine, Progress, State, sql};

use crate::measure;
use crate::running::running;
use crate::suite::{Case, Checks, SERVERS, Site, case};

pub(crate) const CASES: &[Case] = &[
    case!("streaming: memory stays flat", SERVERS, flat),
    case!("streaming: dropping the rows ends the query on the server", SERVERS, dropped),
    case!("streaming: a timeout ends the query on the server", SERVERS, timed_out),
    case!("streaming: progress is told", SERVERS, progress),
];

/// What a client may take more at the end than after its first rows.
const LIMIT: u64 = 48 << 20;

/// How long a server may go on with a query that nobody wants any more.
const PATIENCE: Duration = Duration::from_secs(20);

/// A result of so many times 100 bytes and more.
fn long(engine: Engine, rows: u64, marker: &str) -> String {
    match engine {
        Engine::Spark => format!(
            "SELECT /* {marker} */ id, repeat(CAST(id % 10 AS string), 120) AS text \
             FROM range(0, {rows}, 1, 50)"
        ),
        // Six million rows.
        _ => format!(
            "SELECT /* {marker} */ orderkey_or_key, lpad(comment, 120, 'x') AS text FROM \
             (SELECT l_orderkey AS orderkey_or_key, l_comment AS comment FROM tpch.sf1.lineitem) \
             LIMIT {rows}"
        ),
    }
}

/// A query that takes minutes, and gives its first rows soon.
fn slow(engine: Engine, marker: &str) -> String {
    match engine {
        Engine::Spark => format!(
            // Many partitions: Spark gathers them one by one, each as a whole.
            "SELECT /* {marker} */ a.id, sha2(CAST(a.id + b.id AS string), 512) AS text \
             FROM range(0, 50000, 1, 10000) a CROSS JOIN range(2000) b"
        ),
        _ => format!(
            "SELECT /* {marker} */ a.l_orderkey, lpad(b.l_comment, 200, 'x') AS text \
             FROM tpch.sf1.lineitem a CROSS JOIN tpch.tiny.lineitem b"
        ),
    }
}

async fn flat(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let sql = long(site.engine, 4_500_000, "flat");
    let measured = measure::in_child("arrow", &site.url()?, &sql).await?;
    let grown = measured.peak.saturating_sub(measured.early);
    ensure!(measured.bytes >= 10 * LIMIT, "the result has only {} bytes", measured.bytes);
    checks.check(grown <= LIMIT, || {
        format!("{} MB more than after the first rows, of {} MB", grown >> 20, measured.bytes >> 20)
    });
    checks.notes.push(format!(
        "{} MB through a client that grew by {} MB",
        measured.bytes >> 20,
        grown >> 20
    ));
    Ok(checks)
}

/// Waits until the server's own list says that a query has ended.
async fn ends(site: &Site, marker: &str, checks: &mut Checks) -> Result<()> {
    let start = Instant::now();
    loop {
        let still = running(site.server()?, marker)?;
        if still.is_empty() {
            checks.check(true, String::new);
            checks.notes.push(format!("ended within {:.1} s", start.elapsed().as_secs_f64()));
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            checks.check(false, || format!("still there after {PATIENCE:?}: {still:?}"));
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn dropped(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    let mut rows = sql(slow(site.engine, "dropped")).fetch(&lake);
    rows.next().await.context("no first row")??;
    let there = running(site.server()?, "dropped")?;
    checks.check(!there.is_empty(), || "the server's list does not have the query".into());
    drop(rows);
    ends(&site, "dropped", &mut checks).await?;
    Ok(checks)
}

async fn timed_out(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    let all = sql(slow(site.engine, "timeout")).fetch_all(&lake);
    let ended = tokio::time::timeout(Duration::from_secs(3), all).await;
    checks.check(ended.is_err(), || "the query ended before its timeout".into());
    ends(&site, "timeout", &mut checks).await?;
    Ok(checks)
}

async fn progress(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    let told = Arc::new(Mutex::new(Vec::<Progress>::new()));
    let sink = Arc::clone(&told);
    let rows = sql(long(site.engine, 100_000, "progress"))
        .on_progress(move |progress| {
            sink.lock().unwrap_or_else(PoisonError::into_inner).push(progress.clone());
        })
        .fetch_all(&lake)
        .await?;
    let told = told.lock().unwrap_or_else(PoisonError::into_inner);
    let last = told.last().context("nothing was told")?;
    checks.check(last.state == State::Finished, || format!("the last state is {:?}", last.state));
    checks.check(last.rows == rows.len() as u64, || format!("{} rows were told", last.rows));
    checks.check(last.bytes > 0, || "no bytes were told".into());
    checks.check(last.query_id.is_some(), || "no name of the query was told".into());
    checks.check(told.windows(2).all(|pair| pair[0].rows <= pair[1].rows), || {
        "the rows went down".into()
    });
    Ok(checks)
}
