//! `cargo live faults`: everything that can go wrong between client and server
//! goes wrong, once each. Then there is the exact whole result or an error, in
//! time; what writes is sent once; nothing is left on the server.

mod fault;
mod http;
mod killed;
mod plan;
mod probe;
mod proxy;
mod thrift;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use lakequery::sql;
use lakequery_engines::{Server, Transport, run_folder};
use lakequery_types::Engine;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

pub(crate) use thrift::{Call, pass};

use crate::cli::Servers;
use crate::faults::fault::Fault;
use crate::faults::probe::{Counts, Probe, cells};
use crate::faults::proxy::Leg;
use crate::fleet::{Fleet, target_folder};
use crate::isolated::{self, Part};
use crate::load::load;
use crate::suite::SERVERS;
use crate::transcript::{Transcript, say};

/// What the client is told to wait for the server.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Runs all cases against the engines; some of them end the servers, so those
/// that another run owns are used only where `attach` says so, without these.
pub(crate) async fn faults(engines: &[Engine], servers: &Servers) -> Result<ExitCode> {
    let engines = if engines.is_empty() { SERVERS } else { engines };
    let transcript = Transcript::default();
    let mut fleet = Fleet::start(engines, servers.attach).await?;
    let mut counts = Counts::default();
    for server in &mut fleet.servers {
        let engine = server.engine;
        let start = Instant::now();
        match on(server, &transcript).await {
            Ok(of_engine) => {
                say!(transcript, "{engine}: {of_engine}, {:.0} s", start.elapsed().as_secs_f64());
                counts.add(&of_engine);
            }
            Err(error) => {
                say!(transcript, "FAILED  {engine}: {error:#}");
                counts.wrong += 1;
            }
        }
    }
    // Its binary transport has no statuses that could lie.
    if engines.contains(&Engine::Spark) {
        let start = Instant::now();
        match over_http(&transcript).await {
            Ok(found) => {
                let seconds = start.elapsed().as_secs_f64();
                say!(transcript, "spark over HTTP: {found}, {seconds:.0} s");
                counts.add(&found);
            }
            Err(error) => fleet.missing.push((Engine::Spark, error)),
        }
    }
    let mut missing = 0;
    for (engine, error) in &fleet.missing {
        say!(transcript, "NOT UP  {engine}: {error:#}");
        missing += usize::from(!servers.allow_missing.contains(engine));
    }
    say!(transcript, "{} cases, {} wrong outcomes", counts.cases, counts.wrong);
    let good = counts.wrong == 0 && missing == 0 && counts.cases > 0;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The faults of a Spark that is spoken to over HTTP, where nothing else can reach it.
async fn over_http(transcript: &Transcript) -> Result<Counts> {
    let found = isolated::run(Part::Faults, transcript).await?;
    for line in isolated::texts(&found, "said") {
        say!(transcript, "{line}");
    }
    let numbers = serde_json::from_value(found["counts"].clone());
    Ok(Counts::of(numbers.context("it did not say what it counted")?))
}

/// The part of [`over_http`] in a network of its own.
pub(crate) async fn isolated() -> Result<Value> {
    let target = target_folder()?;
    let (run, lake) = (run_folder(&target.join("live"))?, target.join("tpch"));
    let start = move || -> Result<Server> {
        let server = Server::start_spark(Transport::Http, &run)?;
        load(&server, &lake).context("can't load TPC-H")?;
        Ok(server)
    };
    let mut server = spawn_blocking(start).await??;
    let transcript = Transcript::default();
    let counts = on(&mut server, &transcript).await?;
    Ok(json!({ "counts": counts.numbers(), "said": transcript.lines_of("WRONG") }))
}

/// A result of several pages or fetches on every engine.
fn reading(case: u64) -> String {
    format!(
        "SELECT /* faults {case} */ c_custkey, c_name, c_address, c_acctbal, c_comment \
         FROM tpch.customer ORDER BY c_custkey"
    )
}

/// A session in which only the end of a result comes in the server's own answers.
const SPOOLED: &str = "&session_properties={\"spooling_inlining_enabled\":\"false\",\
                       \"spooling_initial_segment_size\":\"256kB\",\
                       \"spooling_max_segment_size\":\"256kB\"}";

/// A result that is long enough for the storage.
fn spooled(case: u64) -> String {
    format!(
        "SELECT /* faults {case} */ l_orderkey, l_linenumber, l_extendedprice, l_comment \
         FROM tpch.lineitem WHERE l_orderkey < 30000 ORDER BY l_orderkey, l_linenumber"
    )
}

async fn on(server: &mut Server, transcript: &Transcript) -> Result<Counts> {
    let (before, after) = server
        .url
        .split_once(&server.address.to_string())
        .context("the server's URL does not name its address")?;
    let timeout = match server.engine {
        Engine::Spark => "timeout",
        _ => "request_timeout",
    };
    let separator = if after.contains('?') { '&' } else { '?' };
    let after = format!("{after}{separator}{timeout}={}", TIMEOUT.as_secs());
    let url = (before.to_owned(), after);
    let lake = lakequery::connect(&server.url).await?;
    let expected = cells(&sql(reading(0)).fetch_all(&lake).await?)?;
    ensure!(expected.len() > 1000, "the result has only {} rows", expected.len());
    writable(server)?;

    let mut counts = Counts::default();
    let mut probe = Probe {
        server,
        url,
        reading,
        expected,
        transcript,
        written: AtomicU64::new(0),
        faults: BTreeMap::new(),
        untold: Vec::new(),
    };
    let (bytes, answers) = probe.reads(Leg::Server, &Fault::None, &mut counts).await?;
    ensure!(counts.whole == 1, "it does not work without faults either");
    probe.writes(&Fault::None, &mut counts).await?;
    for fault in plan::of_reading(server, bytes, answers) {
        probe.reads(Leg::Server, &fault, &mut counts).await?;
    }
    if probe.server.storage.is_some() {
        probe.url.1 += SPOOLED;
        probe.reading = spooled;
        probe.expected = cells(&sql(spooled(0)).fetch_all(&lake).await?)?;
        let (bytes, answers) = probe.reads(Leg::Storage, &Fault::None, &mut counts).await?;
        ensure!(answers > 0, "nothing of the result came from the storage");
        for fault in plan::of_reading(probe.server, bytes, answers) {
            probe.reads(Leg::Storage, &fault, &mut counts).await?;
        }
    }
    for fault in plan::of_writing(server) {
        probe.writes(&fault, &mut counts).await?;
    }
    probe.refused(&mut counts).await;
    probe.no_orphans(&mut counts).await?;
    probe.written.store(0, Ordering::Relaxed);
    if server.id().is_some() {
        killed::killed(server, transcript, &mut counts).await?;
    }
    Ok(counts)
}

/// The table that cases write to, one row each.
fn writable(server: &Server) -> Result<()> {
    server.execute("CREATE SCHEMA IF NOT EXISTS live")?;
    server.execute("DROP TABLE IF EXISTS live.faults")?;
    server.execute(match server.engine {
        Engine::Spark => "CREATE TABLE live.faults (id bigint) USING parquet",
        _ => "CREATE TABLE live.faults (id bigint)",
    })
}
