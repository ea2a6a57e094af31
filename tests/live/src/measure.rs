//! Reading a result in a process of its own, to see what it takes: time, the
//! client's CPU, memory. `cargo live` runs itself again for that.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use lakequery::{Lake, query, sql};
use lakequery_engines::{Session, Statements};
use serde_json::{Value, json};
use tokio::process::Command;

/// What reading a result took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measured {
    pub(crate) rows: u64,
    /// In memory, as Arrow; 0 where the reader has none.
    pub(crate) bytes: u64,
    pub(crate) seconds: f64,
    /// User and system time.
    pub(crate) cpu_seconds: f64,
    /// The most memory that the process ever had, in bytes.
    pub(crate) peak: u64,
    /// The same after the first tenth of the result or so.
    pub(crate) early: u64,
}

impl Measured {
    pub(crate) fn parse(text: &str) -> Result<Measured> {
        let line = text.lines().last().context("the reader said nothing")?;
        let value: Value = serde_json::from_str(line).context("the reader said something else")?;
        let whole = |name| value[name].as_u64().unwrap_or_default();
        let fraction = |name| value[name].as_f64().unwrap_or_default();
        Ok(Measured {
            rows: whole("rows"),
            bytes: whole("bytes"),
            seconds: fraction("seconds"),
            cpu_seconds: fraction("cpu_seconds"),
            peak: whole("peak"),
            early: whole("early"),
        })
    }
}

/// This very program, even where its file was built anew after it began. Linux
/// alone has such a name for it.
pub(crate) fn program() -> PathBuf {
    PathBuf::from(format!("/proc/{}/exe", std::process::id()))
}

/// Reads a result in a child process, in the way that `reader` names; `typed`
/// always reads [`crate::rows`].
pub(crate) async fn in_child(reader: &str, url: &str, sql: &str) -> Result<Measured> {
    let mut command = Command::new(program());
    output(command.args(["measure", reader, url, sql])).await
}

/// Runs a reader that writes what it measured as its last line.
pub(crate) async fn output(command: &mut Command) -> Result<Measured> {
    let output = command.kill_on_drop(true).output().await?;
    if !output.status.success() {
        bail!("the reader failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Measured::parse(&String::from_utf8_lossy(&output.stdout))
}

/// The child's part: reads, and writes what it took.
pub(crate) async fn child(reader: &str, url: &str, text: &str) -> Result<()> {
    let start = Instant::now();
    let (rows, bytes, early) = if reader == "download" {
        let (rows, bytes) = tokio::task::block_in_place(|| download(url, text))?;
        (rows, bytes, 0)
    } else {
        read(reader, url, text).await?
    };
    let seconds = start.elapsed().as_secs_f64();
    let (cpu_seconds, peak) = (cpu_seconds()?, peak()?);
    println!(
        "{}",
        json!({ "rows": rows, "bytes": bytes, "seconds": seconds, "cpu_seconds": cpu_seconds,
                "peak": peak, "early": early })
    );
    Ok(())
}

async fn read(reader: &str, url: &str, text: &str) -> Result<(u64, u64, u64)> {
    let lake = lakequery::connect(url).await?;
    Ok(match reader {
        "arrow" => arrow(&lake, text).await?,
        "typed" => typed(&lake).await?,
        other => bail!("reader `{other}` does not exist"),
    })
}

/// How many bytes, as Arrow, count as the first rows: until then, servers send
/// smaller parts of a result than later.
const EARLY: u64 = 64 << 20;

/// Reads past all clients; `url` is an engine's name, `:` and an address.
fn download(url: &str, text: &str) -> Result<(u64, u64)> {
    let (engine, address) = url.split_once(':').context("no address")?;
    let address = address.parse()?;
    match Statements::of(engine.parse()?, address) {
        Some(statements) => {
            let all = statements.download(text)?;
            Ok((all.rows, all.bytes))
        }
        // The server does not say how many rows there are.
        None => Ok((crate::bench::ROWS, Session::open(address)?.download(text)?)),
    }
}

async fn arrow(lake: &Lake, text: &str) -> Result<(u64, u64, u64)> {
    let mut stream = sql(text).fetch_arrow(lake).await?;
    let (mut rows, mut bytes, mut early) = (0, 0, 0);
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        rows += batch.num_rows() as u64;
        bytes += batch.get_array_memory_size() as u64;
        if bytes <= EARLY {
            early = peak()?;
        }
    }
    Ok((rows, bytes, early))
}

/// The table of the benchmark, as rows of a compiled query.
async fn typed(lake: &Lake) -> Result<(u64, u64, u64)> {
    let query = query!(SELECT id, price, comment, amount, day FROM live.rows);
    let mut stream = query.fetch(lake);
    let mut rows = 0;
    while let Some(row) = stream.next().await {
        std::hint::black_box(row?);
        rows += 1;
    }
    Ok((rows, 0, 0))
}

/// The most memory that this process ever had, in bytes.
fn peak() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("needs Linux")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes << 10)
}

/// The CPU time of this process, user and system.
fn cpu_seconds() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").context("needs Linux")?;
    // The name, in parentheses, may hold spaces.
    let (_, rest) = stat.rsplit_once(')').context("no /proc/self/stat")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|field| field.parse::<f64>().ok());
    // Hundredths of a second on every Linux that matters.
    Ok((ticks(11).context("no utime")? + ticks(12).context("no stime")?) / 100.0)
}
