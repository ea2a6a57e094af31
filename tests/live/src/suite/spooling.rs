//! Trino spools results to a storage: they come whole in each encoding, and the
//! storage itself shows that read segments are acknowledged, since they are gone.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use lakequery::{Engine, sql};
use lakequery_engines::Server;

use crate::suite::{Case, Checks, Site, case};

pub(crate) const CASES: &[Case] = &[
    case!("spooling: every encoding brings the same rows", &[Engine::Trino], encodings),
    case!("spooling: read segments are gone from the storage", &[Engine::Trino], gone),
    case!("spooling: the coordinator's ways to the storage", &[Engine::Trino], ways),
];

/// Long enough for the storage: some segments.
const TEXT: &str = "SELECT l_orderkey, l_linenumber, l_extendedprice, l_comment, l_shipdate \
                    FROM tpch.lineitem ORDER BY l_orderkey, l_linenumber";

/// So long that most of it waits in the storage for its reader.
const LONG: &str = "SELECT l_orderkey, l_linenumber, l_comment FROM tpch.sf1.lineitem \
                    LIMIT 600000";

/// How long a server may take to remove what was acknowledged.
const PATIENCE: Duration = Duration::from_secs(30);

/// A session in which no part of a result comes in the server's own answers.
const SPOOLED: &str = "&session_properties={\"spooling_inlining_enabled\":\"false\"}";

/// The rows, written out, and how many bytes carried them.
async fn rows(site: &Site, parameters: &str) -> Result<(Vec<String>, u64)> {
    let lake = lakequery::connect(&format!("{}?{parameters}", site.url()?)).await?;
    let bytes = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&bytes);
    let rows = sql(TEXT)
        .on_progress(move |progress| told.store(progress.bytes, Ordering::Relaxed))
        .fetch_all(&lake)
        .await?;
    let rows = rows.iter().map(|row| format!("{row:?}")).collect();
    Ok((rows, bytes.load(Ordering::Relaxed)))
}

async fn encodings(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let (expected, in_answers) = rows(&site, "encoding=none").await?;
    ensure!(expected.len() > 50_000, "the result has only {} rows", expected.len());
    for (encoding, packed) in [("json", false), ("json%2Blz4", true), ("json%2Bzstd", true)] {
        for segments in ["", SPOOLED] {
            let (found, bytes) = rows(&site, &format!("encoding={encoding}{segments}")).await?;
            checks.check(found == expected, || format!("{encoding}: {} rows", found.len()));
            // What is packed takes a part of the bytes: so it was asked for and sent.
            checks.check((bytes < in_answers * 3 / 4) == packed, || {
                format!("{encoding}: {bytes} bytes instead of {in_answers}")
            });
            checks.notes.push(format!("{encoding} {} kB", bytes >> 10));
        }
    }
    Ok(checks)
}

/// The segments in a server's storage.
fn segments(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        // One that is removed while it is looked at is gone.
        match entry.file_type() {
            Ok(ty) if ty.is_dir() => count += segments(&entry.path())?,
            _ => count += 1,
        }
    }
    Ok(count)
}

/// Segments come from the storage itself, or by way of the server, which sends
/// the client there or hands them on.
async fn ways(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let parent = site.server()?.folder.parent().context("no folder of servers")?.to_owned();
    // `worker_proxy` needs a worker apart from the coordinator; without one, the
    // server answers 500.
    for way in ["coordinator_storage_redirect", "coordinator_proxy"] {
        let parent = parent.clone();
        let start = move || {
            let properties = [("protocol.spooling.retrieval-mode", way)];
            Server::start_with(Engine::Trino, &parent, &properties)
        };
        let server = tokio::task::spawn_blocking(start).await??;
        let text = TEXT.replace("tpch.lineitem", "tpch.tiny.lineitem");
        let read = async |url: &str| {
            let lake = lakequery::connect(url).await?;
            let rows = sql(text.as_str()).fetch_all(&lake).await?;
            anyhow::Ok(rows.iter().map(|row| format!("{row:?}")).collect::<Vec<_>>())
        };
        let expected = read(&format!("{}?encoding=none", server.url)).await?;
        let found = read(&format!("{}?encoding=json%2Bzstd{SPOOLED}", server.url)).await?;
        ensure!(expected.len() > 50_000, "the result has only {} rows", expected.len());
        checks.check(found == expected, || format!("{way}: {} rows", found.len()));
        let storage = server.folder.join("storage").join("spool");
        let left = until(&storage, |segments| segments == 0).await?;
        checks.check(left == 0, || format!("{way}: {left} segments are still there"));
    }
    Ok(checks)
}

/// Waits until a storage has such a number of segments, and says how many it has.
async fn until(storage: &Path, right: impl Fn(usize) -> bool) -> Result<usize> {
    let start = Instant::now();
    loop {
        let count = segments(storage)?;
        if right(count) || start.elapsed() > PATIENCE {
            return Ok(count);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn gone(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let storage = site.server()?.folder.join("storage").join("spool");
    for encoding in ["json", "json%2Blz4", "json%2Bzstd"] {
        let before = segments(&storage)?;
        let url = format!("{}?encoding={encoding}{SPOOLED}", site.url()?);
        let lake = lakequery::connect(&url).await?;
        let mut rows = sql(LONG).fetch(&lake);
        rows.next().await.context("no first row")??;
        // The client stops reading ahead, and the server goes on for a while.
        let during = until(&storage, |segments| segments > before).await?;
        checks.check(during > before, || format!("{encoding}: nothing is in the storage"));
        while let Some(row) = rows.next().await {
            row?;
        }
        let after = until(&storage, |segments| segments <= before).await?;
        checks
            .check(after <= before, || format!("{encoding}: {after} of {during} are still there"));
        checks.notes.push(format!("{} segments", during - before.min(during)));
    }
    Ok(checks)
}
