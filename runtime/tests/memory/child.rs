//! The process that reads an answer and reports what that took.

use std::cell::Cell;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use lakequery::reflect::ReflectOptions;

/// Names the URL to the process.
const URL: &str = "LAKEQUERY_TEST_MEMORY_URL";

/// Behind a URL, asks for the tables that there are instead of running a query.
pub(crate) const REFLECT: &str = " reflect";

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An error that says that it is too large.
    TooLarge,
    /// Another error.
    Refused,
    Rows(usize),
}

/// What the process reports.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) outcome: Outcome,
    pub(crate) told: String,
    /// The most memory that it had, in MiB.
    pub(crate) peak: usize,
    /// The longest time of work while which nothing else ran, in milliseconds.
    pub(crate) held_up: u128,
}

/// Has a process read what is at the URL.
pub(crate) fn run(url: &str) -> Report {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child::reads_an_answer", "--nocapture"])
        .env(URL, url)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let report = text.lines().find_map(|line| line.split_once("report\t")).map(|(_, line)| line);
    let report = report.unwrap_or_else(|| {
        panic!("{:?}: {text}{}", output.status, String::from_utf8_lossy(&output.stderr))
    });
    let parts: Vec<&str> = report.split('\t').collect();
    let [rows, peak, held_up, told] = parts[..] else { panic!("{report}") };
    let outcome = match rows.parse() {
        Ok(rows) => Outcome::Rows(rows),
        Err(_) if told.contains("takes more memory than an answer of its size may") => {
            Outcome::TooLarge
        }
        Err(_) => Outcome::Refused,
    };
    Report {
        outcome,
        told: told.to_owned(),
        peak: peak.parse().unwrap(),
        held_up: held_up.parse().unwrap(),
    }
}

/// The most memory that this process has had, in MiB; nothing where the system
/// does not tell.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<usize>().ok());
    kib.unwrap_or(0) >> 10
}

/// How long this thread has worked, without the time when other programs had the
/// processor. Where the system does not tell, how long it has run.
fn worked() -> Duration {
    static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
    // The first number is in nanoseconds.
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|number| number.parse().ok());
    nanoseconds.map_or_else(|| FIRST.elapsed(), Duration::from_nanos)
}

/// The pauses between moments at which other tasks of the thread run.
struct Pauses {
    last: Cell<Duration>,
    longest: Cell<Duration>,
}

impl Pauses {
    fn begin() -> Pauses {
        Pauses { last: Cell::new(worked()), longest: Cell::default() }
    }

    /// Ends a pause.
    fn end(&self) {
        let now = worked();
        self.longest.set(self.longest.get().max(now - self.last.replace(now)));
    }

    /// Ends one each millisecond, if it can.
    async fn tick(&self) {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            self.end();
        }
    }
}

/// Does nothing unless it is run as such a process.
#[test]
fn reads_an_answer() {
    let Ok(url) = std::env::var(URL) else { return };
    // It looks at its clock after each turn of a task, not after 61 of them: a pause is what one
    // turn takes.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .event_interval(1)
        .build()
        .unwrap();
    runtime.block_on(read(url));
}

async fn read(url: String) {
    let (url, reflects) = match url.strip_suffix(REFLECT) {
        Some(url) => (url.to_owned(), true),
        None => (url, false),
    };
    let pauses = Pauses::begin();
    let read = async {
        let lake = lakequery::connect(&url).await?;
        if reflects {
            return lake.reflect(ReflectOptions::default()).await.map(|_| 0);
        }
        lakequery::sql("SELECT n").fetch_all(&lake).await.map(|rows| rows.len())
    };
    let read = tokio::time::timeout(Duration::from_secs(120), read);
    let result = tokio::select! {
        result = read => result.expect("it takes no longer"),
        () = pauses.tick() => unreachable!("it ticks for ever"),
    };
    pauses.end();
    let (rows, told) = match result {
        Ok(rows) => (rows.to_string(), String::new()),
        Err(error) => {
            assert!(!error.is_internal(), "{error}");
            ("error".to_owned(), error.to_string())
        }
    };
    let told: String = told.chars().take(300).collect();
    println!("report\t{rows}\t{}\t{}\t{told}", peak(), pauses.longest.get().as_millis());
}
