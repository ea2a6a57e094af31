//! [`Probe`]: a statement with a fault on its way, and what must come of it.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use lakequery::{Row, Value, sql};
use lakequery_engines::Server;

use super::fault::Fault;
use super::proxy::{Leg, Proxy};
use crate::running::running;
use crate::transcript::{Transcript, say};

/// How long a case may take: what the client waits, tries repeated included.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a server may go on with a query that nobody wants any more.
const ORPHANED: Duration = Duration::from_secs(20);

/// Cases run and wrong outcomes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) cases: u64,
    pub(super) whole: u64,
    pub(super) errors: u64,
    pub(super) wrong: u64,
}

impl Counts {
    /// All of them, to be written down.
    pub(super) fn numbers(&self) -> [u64; 4] {
        let Counts { cases, whole, errors, wrong } = *self;
        [cases, whole, errors, wrong]
    }

    pub(super) fn of([cases, whole, errors, wrong]: [u64; 4]) -> Counts {
        Counts { cases, whole, errors, wrong }
    }

    pub(super) fn add(&mut self, other: &Counts) {
        self.cases += other.cases;
        self.whole += other.whole;
        self.errors += other.errors;
        self.wrong += other.wrong;
    }
}

impl Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { cases, whole, errors, wrong } = self;
        write!(f, "{cases} cases, {whole} whole results, {errors} errors, {wrong} wrong")
    }
}

/// What a case runs: a text that reads, or one that writes one row.
pub(super) struct Probe<'a> {
    pub(super) server: &'a Server,
    /// The URL without its address, before and after it.
    pub(super) url: (String, String),
    pub(super) reading: fn(u64) -> String,
    pub(super) expected: Vec<Vec<Value>>,
    pub(super) transcript: &'a Transcript,
    pub(super) written: AtomicU64,
    /// The faults of the cases that read, by the case.
    pub(super) faults: BTreeMap<u64, String>,
    /// The cases in which the client never learned how to cancel its statement:
    /// the server gives that one up by itself, minutes later.
    pub(super) untold: Vec<u64>,
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
    pub(super) async fn reads(
        &mut self,
        leg: Leg,
        fault: &Fault,
        counts: &mut Counts,
    ) -> Result<(u64, u64)> {
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
    pub(super) async fn writes(&mut self, fault: &Fault, counts: &mut Counts) -> Result<()> {
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
    pub(super) async fn refused(&mut self, counts: &mut Counts) {
        counts.cases += 1;
        let address = match std::net::TcpListener::bind("127.0.0.1:0") {
            Ok(listener) => listener.local_addr(),
            Err(error) => Err(error),
        };
        let Ok(address) = address else { return };
        let url = format!("{}{address}{}", self.url.0, self.url.1);
        let work = async {
            let lake = lakequery::connect(&url).await?;
            sql((self.reading)(counts.cases)).fetch_all(&lake).await
        };
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Err(_)) => counts.errors += 1,
            Ok(Ok(_)) => self.wrong(counts, &Fault::None, "a result from nobody"),
            Err(_) => self.wrong(counts, &Fault::None, "refused, and no error in time"),
        }
    }

    /// Nothing of all this runs on the server any more.
    pub(super) async fn no_orphans(&mut self, counts: &mut Counts) -> Result<()> {
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

/// All values of all rows.
pub(super) fn cells(rows: &[Row]) -> Result<Vec<Vec<Value>>> {
    rows.iter().map(|row| (0..row.len()).map(|i| Ok(row.get::<Value>(i)?)).collect()).collect()
}
