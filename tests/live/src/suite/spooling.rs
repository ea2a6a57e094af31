//! Trino spools results to a storage: they come whole in each encoding, and the
//! storage itself shows that read segments are acknowledged, since they are gone.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use lakequery::{Engine, sql};

use crate::suite::{Case, Checks, Site, case};

pub(crate) const CASES: &[Case] = &[
    case!("spooling: every encoding brings the same rows", &[Engine::Trino], encodings),
    case!("spooling: read segments are gone from the storage", &[Engine::Trino], gone),
];

/// Long enough for the storage: some segments.
const TEXT: &str = "SELECT l_orderkey, l_linenumber, l_extendedprice, l_comment, l_shipdate \
                    FROM tpch.lineitem ORDER BY l_orderkey, l_linenumber";

/// How long a server may take to remove what was acknowledged.
const PATIENCE: Duration = Duration::from_secs(30);

/// The rows, written out, and how many bytes carried them.
async fn rows(site: &Site, encoding: &str) -> Result<(Vec<String>, u64)> {
    let lake = lakequery::connect(&format!("{}?encoding={encoding}", site.url()?)).await?;
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
    let (expected, in_answers) = rows(&site, "none").await?;
    ensure!(expected.len() > 50_000, "the result has only {} rows", expected.len());
    for (encoding, packed) in [("json", false), ("json%2Blz4", true), ("json%2Bzstd", true)] {
        let (found, bytes) = rows(&site, encoding).await?;
        checks.check(found == expected, || format!("{encoding}: {} rows", found.len()));
        // What is packed takes a part of the bytes: so it was asked for and sent.
        checks.check((bytes < in_answers * 3 / 4) == packed, || {
            format!("{encoding}: {bytes} bytes instead of {in_answers}")
        });
        checks.notes.push(format!("{encoding} {} kB", bytes >> 10));
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

async fn gone(site: Arc<Site>) -> Result<Checks> {
    let mut checks = Checks::default();
    let storage = site.server()?.folder.join("storage").join("spool");
    for encoding in ["json", "json%2Blz4", "json%2Bzstd"] {
        let before = segments(&storage)?;
        let lake = lakequery::connect(&format!("{}?encoding={encoding}", site.url()?)).await?;
        let mut rows = sql(TEXT).fetch(&lake);
        rows.next().await.context("no first row")??;
        let during = segments(&storage)?;
        checks.check(during > before, || format!("{encoding}: nothing is in the storage"));
        while let Some(row) = rows.next().await {
            row?;
        }
        let start = Instant::now();
        let mut after = segments(&storage)?;
        while after > before && start.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(100)).await;
            after = segments(&storage)?;
        }
        checks
            .check(after <= before, || format!("{encoding}: {after} of {during} are still there"));
        checks.notes.push(format!("{} segments", during - before.min(during)));
    }
    Ok(checks)
}
