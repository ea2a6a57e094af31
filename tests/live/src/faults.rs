//! `cargo live faults`: everything that can go wrong between client and server
//! goes wrong, once each. Then there is the exact whole result or an error, in
//! time; what writes is sent once; nothing is left on the server.

mod fault;
mod http;
mod proxy;
mod thrift;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use lakequery::{Row, Value, sql};
use lakequery_engines::Server;
use lakequery_types::Engine;

pub(crate) use thrift::{Call, pass};

use crate::cli::Servers;
use crate::faults::fault::{Declared, Fault, Instead};
use crate::faults::proxy::{Leg, Proxy};
use crate::fleet::Fleet;
use crate::running::running;
use crate::suite::SERVERS;
use crate::transcript::{Transcript, say};

/// What the client is told to wait for the server.
const TIMEOUT: Duration = Duration::from_secs(4);

/// How long a case may take: what the client waits, tries repeated included.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a server may go on with a query that nobody wants any more.
const ORPHANED: Duration = Duration::from_secs(20);

/// How many bytes of a result are tried, from its first to its last.
const BYTES: u64 = 60;

/// Cases run and wrong outcomes.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    cases: u64,
    whole: u64,
    errors: u64,
    wrong: u64,
}

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
                say!(
                    transcript,
                    "{engine}: {} cases, {} whole results, {} errors, {} wrong, {:.0} s",
                    of_engine.cases,
                    of_engine.whole,
                    of_engine.errors,
                    of_engine.wrong,
                    start.elapsed().as_secs_f64()
                );
                counts.cases += of_engine.cases;
                counts.wrong += of_engine.wrong;
            }
            Err(error) => {
                say!(transcript, "FAILED  {engine}: {error:#}");
                counts.wrong += 1;
            }
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

/// What a case runs: a text that reads, or one that writes one row.
struct Probe<'a> {
    server: &'a Server,
    /// The URL without its address, before and after it.
    url: (String, String),
    reading: fn(u64) -> String,
    expected: Vec<Vec<Value>>,
    transcript: &'a Transcript,
    written: AtomicU64,
    /// The faults of the cases that read, by the case.
    faults: BTreeMap<u64, String>,
    /// The cases in which the client never learned how to cancel its statement:
    /// the server gives that one up by itself, minutes later.
    untold: Vec<u64>,
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
    let after = format!("{after}?{timeout}={}", TIMEOUT.as_secs());
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
    for fault in faults_of_reading(server.engine, bytes, answers) {
        probe.reads(Leg::Server, &fault, &mut counts).await?;
    }
    if probe.server.storage.is_some() {
        probe.url.1 += SPOOLED;
        probe.reading = spooled;
        probe.expected = cells(&sql(spooled(0)).fetch_all(&lake).await?)?;
        let (bytes, answers) = probe.reads(Leg::Storage, &Fault::None, &mut counts).await?;
        ensure!(answers > 0, "nothing of the result came from the storage");
        for fault in faults_of_reading(probe.server.engine, bytes, answers) {
            probe.reads(Leg::Storage, &fault, &mut counts).await?;
        }
    }
    for fault in faults_of_writing(server.engine) {
        probe.writes(&fault, &mut counts).await?;
    }
    probe.refused(&mut counts).await;
    probe.no_orphans(&mut counts).await?;
    probe.written.store(0, Ordering::Relaxed);
    if server.id().is_some() {
        killed(server, transcript, &mut counts).await?;
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

fn faults_of_reading(engine: Engine, bytes: u64, answers: u64) -> Vec<Fault> {
    let mut all = vec![Fault::Slow];
    let step = (bytes / BYTES).max(1);
    // The first bytes one by one: heads and lengths are there.
    let places = (0..40).step_by(3).chain((40..bytes).step_by(usize::try_from(step).unwrap_or(1)));
    for at in places.chain([bytes.saturating_sub(1)]) {
        all.extend([Fault::ResetAt(at), Fault::EndAt(at)]);
    }
    all.extend([0, bytes / 2, bytes.saturating_sub(1)].map(Fault::StallAt));
    for number in 0..answers.min(6) {
        all.extend(
            instead_of_an_answer(engine)
                .into_iter()
                .map(|instead| Fault::Answer { number, instead }),
        );
    }
    all
}

/// Those at the answer to the statement itself.
fn faults_of_writing(engine: Engine) -> Vec<Fault> {
    let mut all: Vec<Fault> = [0, 1, 10, 100].map(Fault::ResetAt).into();
    all.extend([0, 10, 100].map(Fault::EndAt));
    all.push(Fault::StallAt(0));
    // With Thrift the session is opened first.
    for number in 0..3 {
        all.extend(
            instead_of_an_answer(engine)
                .into_iter()
                .map(|instead| Fault::Answer { number, instead }),
        );
    }
    all
}

fn instead_of_an_answer(engine: Engine) -> Vec<Instead> {
    let mut all = vec![Instead::Cut(0), Instead::Cut(50), Instead::Cut(99)];
    all.extend([Declared::Less, Declared::More, Declared::Huge].map(Instead::Length));
    let bodies: &[&[u8]] = match engine {
        Engine::Spark => &[
            b"",
            b"\x80\x01\0\x02",
            b"\x80\x01\0\x02\0\0\0\x0cFetchResults\0\0\0\0\x7f\xff",
            b"\x80\x01\0\x02\x7f\xff\xff\xff",
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"\x80\x01\0\x03\0\0\0\x01x\0\0\0\0\0",
        ],
        _ => &[
            b"",
            b"{",
            b"null",
            b"[]",
            b"{}",
            b"{\"id\":1}",
            b"{\"id\":\"x\",\"data\":[[",
            b"{\"id\":\"x\",\"nextUri\":\"file:///etc/passwd\"}",
            b"{\"id\":\"x\",\"nextUri\":\"http://127.0.0.1:1/x\"}",
            b"{\"id\":\"x\",\"columns\":[{\"name\":\"a\",\"type\":\"bigint\"}],\"data\":[[\"x\"]],\"stats\":{}}",
            b"<html>not found</html>",
            b"\xff\xfe\x00",
        ],
    };
    all.extend(bodies.iter().map(|body| Instead::Body(body)));
    if engine != Engine::Spark {
        for (status, retry_after) in [
            (429, Some(1)),
            (429, None),
            (500, None),
            (502, None),
            (503, None),
            (503, Some(1)),
            (504, None),
            (401, None),
            (403, None),
            (404, None),
            (301, None),
            (204, None),
        ] {
            let status = |seen| Instead::Status { status, retry_after, seen };
            all.extend([status(false), status(true)]);
        }
    }
    all
}

impl Probe<'_> {
    fn url(&self, proxy: &Proxy) -> String {
        format!("{}{}{}", self.url.0, proxy.address, self.url.1)
    }

    fn wrong(&self, counts: &mut Counts, fault: &dyn Display, what: &str) {
        counts.wrong += 1;
        say!(self.transcript, "WRONG   {}: {fault}: {what}", self.server.engine);
    }

    /// Reads a result with a fault on the way; says how many bytes and answers came.
    async fn reads(&mut self, leg: Leg, fault: &Fault, counts: &mut Counts) -> Result<(u64, u64)> {
        let proxy = Proxy::start(self.server, leg, fault.clone()).await?;
        let (url, text) = (self.url(&proxy), (self.reading)(counts.cases));
        let work = async move {
            let lake = lakequery::connect(&url).await?;
            sql(text).fetch_all(&lake).await
        };
        let case = match leg {
            Leg::Server => fault.to_string(),
            Leg::Storage => format!("of the storage: {fault}"),
        };
        let outcome = tokio::time::timeout(PATIENCE, tokio::spawn(work)).await;
        self.faults.insert(counts.cases, case.clone());
        if !proxy.told() {
            self.untold.push(counts.cases);
        }
        counts.cases += 1;
        match outcome {
            Err(_) => self.wrong(counts, &case, &format!("no outcome within {PATIENCE:?}")),
            Ok(Err(panic)) => self.wrong(counts, &case, &format!("a panic: {panic}")),
            Ok(Ok(Err(error))) => {
                self.transcript.note(&format!("{error:?}"));
                counts.errors += 1;
                if error.is_internal() {
                    self.wrong(counts, &case, &format!("an error of no kind: {error}"));
                }
            }
            Ok(Ok(Ok(rows))) => match cells(&rows) {
                Ok(rows) if rows == self.expected => counts.whole += 1,
                Ok(rows) => {
                    let (found, all) = (rows.len(), self.expected.len());
                    self.wrong(counts, &case, &format!("another result: {found} rows of {all}"));
                }
                Err(error) => self.wrong(counts, &case, &format!("unreadable rows: {error:#}")),
            },
        }
        let came = (proxy.sent(), proxy.answers());
        proxy.linger();
        Ok(came)
    }

    /// Writes a row with a fault on the way.
    async fn writes(&mut self, fault: &Fault, counts: &mut Counts) -> Result<()> {
        let id = self.written.fetch_add(1, Ordering::Relaxed);
        let marker = format!("INSERT INTO live.faults SELECT {id}");
        let proxy = Proxy::start(self.server, Leg::Server, fault.clone()).await?;
        let (url, text) = (self.url(&proxy), marker.clone());
        let work = async move {
            let lake = lakequery::connect(&url).await?;
            sql(text).execute(&lake).await
        };
        let outcome = tokio::time::timeout(PATIENCE, tokio::spawn(work)).await;
        if !proxy.happened() {
            return Ok(());
        }
        counts.cases += 1;
        let sent = proxy.saw(&marker);
        proxy.linger();
        if sent > 1 {
            self.wrong(counts, fault, &format!("what writes was sent {sent} times"));
        }
        match outcome {
            Err(_) => self.wrong(counts, fault, &format!("no outcome within {PATIENCE:?}")),
            Ok(Err(panic)) => self.wrong(counts, fault, &format!("a panic: {panic}")),
            Ok(Ok(Ok(_))) => {
                counts.whole += 1;
                let rows = self.rows_written(id).await?;
                if rows != 1 {
                    self.wrong(counts, fault, &format!("done, it says, and {rows} rows are there"));
                }
            }
            Ok(Ok(Err(error))) => {
                self.transcript.note(&format!("{error:?}"));
                counts.errors += 1;
                if error.is_internal() {
                    self.wrong(counts, fault, &format!("an error of no kind: {error}"));
                }
            }
        }
        Ok(())
    }

    /// How many rows a case has written, past all faults.
    async fn rows_written(&self, id: u64) -> Result<i64> {
        let lake = lakequery::connect(&self.server.url).await?;
        let text = format!("SELECT count(*) AS n FROM live.faults WHERE id = {id}");
        Ok(sql(text).fetch_one(&lake).await?.get(0)?)
    }

    /// Nobody listens where the proxy was.
    async fn refused(&mut self, counts: &mut Counts) {
        counts.cases += 1;
        let address = match std::net::TcpListener::bind("127.0.0.1:0") {
            Ok(listener) => listener.local_addr(),
            Err(error) => Err(error),
        };
        let Ok(address) = address else { return };
        let url = format!("{}{address}{}", self.url.0, self.url.1);
        let work = async {
            let lake = lakequery::connect(&url).await?;
            sql(reading(counts.cases)).fetch_all(&lake).await
        };
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Err(_)) => counts.errors += 1,
            Ok(Ok(_)) => self.wrong(counts, &Fault::None, "a result from nobody"),
            Err(_) => self.wrong(counts, &Fault::None, "refused, and no error in time"),
        }
    }

    /// Nothing of all this runs on the server any more.
    async fn no_orphans(&mut self, counts: &mut Counts) -> Result<()> {
        let start = Instant::now();
        loop {
            let of = |text: &str, case: u64| text.contains(&format!("/* faults {case} */"));
            let untold = |text: &String| self.untold.iter().any(|case| of(text, *case));
            let mut still = running(self.server, "faults")?;
            still.retain(|text| !untold(text));
            if still.is_empty() {
                return Ok(());
            }
            if start.elapsed() > ORPHANED {
                for text in still {
                    let fault = self.faults.iter().find(|(case, _)| of(&text, **case));
                    let fault = fault.map_or("a fault", |(_, fault)| fault);
                    self.wrong(counts, &fault, &format!("orphaned: {text}"));
                }
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// The server is killed while it answers.
async fn killed(server: &mut Server, transcript: &Transcript, counts: &mut Counts) -> Result<()> {
    counts.cases += 1;
    let lake = lakequery::connect(&server.url).await?;
    let endless = match server.engine {
        // It collects a partition at a time, and ends where one does not fit.
        Engine::Spark => "SELECT id FROM range(0, 1000000000, 1, 10000)",
        _ => "SELECT a.l_orderkey FROM tpch.lineitem a, tpch.lineitem b",
    };
    let mut rows = sql(endless).fetch(&lake);
    rows.next().await.context("no first row")??;
    server.kill()?;
    let end = async {
        loop {
            match rows.next().await {
                Some(Ok(_)) => {}
                other => return other,
            }
        }
    };
    match tokio::time::timeout(Duration::from_secs(180), end).await {
        Ok(Some(Err(error))) => {
            transcript.note(&format!("{error:?}"));
            counts.errors += 1;
        }
        Ok(_) => {
            counts.wrong += 1;
            say!(transcript, "WRONG   {}: killed, and the result ends well", server.engine);
        }
        Err(_) => {
            counts.wrong += 1;
            say!(transcript, "WRONG   {}: killed, and no error in time", server.engine);
        }
    }
    Ok(())
}

/// All values of all rows.
fn cells(rows: &[Row]) -> Result<Vec<Vec<Value>>> {
    rows.iter().map(|row| (0..row.len()).map(|i| Ok(row.get::<Value>(i)?)).collect()).collect()
}
