//! The live suite: cases that run against each server, one file a topic.

mod answers;
mod bad_input;
mod binary;
mod cargo_lake;
mod cases;
mod hostile;
mod nested;
mod parameters;
pub(crate) mod parity;
mod reference;
mod reflection;
mod roundtrip;
mod spooling;
mod streaming;
mod tpch;
pub(crate) mod transport;

use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result, anyhow};
use lakequery::Lake;
use lakequery_engines::Server;
use lakequery_types::Engine;

use crate::fleet::Fleet;
use crate::transcript::{Transcript, say};

/// One case, run once for each of its engines.
pub(crate) struct Case {
    /// Its name: topic, then what is tried.
    pub(crate) name: &'static str,
    /// The engines that it runs on.
    pub(crate) engines: &'static [Engine],
    pub(crate) run: fn(Arc<Site>) -> Work,
}

/// What a case does.
pub(crate) type Work = Pin<Box<dyn Future<Output = Result<Checks>> + Send>>;

/// The engines that have servers.
pub(crate) const SERVERS: &[Engine] = &[Engine::Trino, Engine::Presto, Engine::Spark];

/// With the embedded one, which is what the servers are compared with.
pub(crate) const ALL: &[Engine] =
    &[Engine::DataFusion, Engine::Trino, Engine::Presto, Engine::Spark];

/// A case's row in a table: its name, its engines, its function.
macro_rules! case {
    ($name:literal, $engines:expr, $run:path) => {
        $crate::suite::Case { name: $name, engines: $engines, run: |site| Box::pin($run(site)) }
    };
}
pub(crate) use case;

/// The suite, in the order in which it runs.
fn cases() -> impl Iterator<Item = &'static Case> {
    [
        tpch::CASES,
        cases::CASES,
        answers::CASES,
        parity::CASES,
        parameters::CASES,
        nested::CASES,
        roundtrip::CASES,
        reference::CASES,
        reflection::CASES,
        cargo_lake::CASES,
        streaming::CASES,
        binary::CASES,
        spooling::CASES,
        bad_input::CASES,
        transport::CASES,
    ]
    .into_iter()
    .flatten()
}

/// Where a case runs.
pub(crate) struct Site {
    pub(crate) engine: Engine,
    pub(crate) fleet: Arc<Fleet>,
    /// Where errors that were expected are noted.
    pub(crate) transcript: Transcript,
}

impl Site {
    /// The server; the embedded engine has none.
    pub(crate) fn server(&self) -> Result<&Server> {
        self.fleet.server(self.engine).context("there is no server")
    }

    /// The URL of the engine.
    pub(crate) fn url(&self) -> Result<String> {
        match self.engine {
            Engine::DataFusion => Ok(format!("datafusion:{}", self.fleet.lake.display())),
            _ => Ok(self.server()?.url.clone()),
        }
    }

    /// A connection to the engine.
    pub(crate) async fn lake(&self) -> Result<Lake> {
        Ok(lakequery::connect(&self.url()?).await?)
    }
}

/// What a case found.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    /// How much was compared.
    pub(crate) checked: u64,
    /// What was not as it should be.
    pub(crate) wrong: Vec<String>,
    /// What is worth knowing besides.
    pub(crate) notes: Vec<String>,
}

impl Checks {
    /// Counts something that must be so.
    pub(crate) fn check(&mut self, right: bool, otherwise: impl FnOnce() -> String) {
        self.checked += 1;
        if !right {
            self.wrong.push(otherwise());
        }
    }
}

/// How long one case may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// How many wrong outcomes of a case are shown.
const SHOWN: usize = 100;

/// What a run came to.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    /// Cases that did not run: their server is not there, or `--skip` names them.
    pub(crate) not_run: usize,
    pub(crate) checked: u64,
}

/// The engines that the cases with `filter` in their name or engine need.
pub(crate) fn engines(filter: &str) -> Vec<Engine> {
    let mut engines: Vec<Engine> = selected(filter)
        .map(|(_, engine)| engine)
        .filter(|engine| SERVERS.contains(engine))
        .collect();
    engines.sort();
    engines.dedup();
    engines
}

/// Whether there is anything of this name.
pub(crate) fn has(filter: &str) -> bool {
    selected(filter).next().is_some()
}

fn selected(filter: &str) -> impl Iterator<Item = (&'static Case, Engine)> {
    let filter = filter.to_owned();
    cases()
        .flat_map(|case| case.engines.iter().map(move |engine| (case, *engine)))
        .filter(|(_, engine)| *engine != Engine::DataFusion || cfg!(feature = "embedded"))
        .filter(move |(case, engine)| format!("{engine} {}", case.name).contains(&filter))
}

/// Runs the cases with `filter` in their name: those of one engine one after
/// the other, the engines side by side.
pub(crate) async fn run(
    fleet: &Arc<Fleet>,
    filter: &str,
    skip: &[String],
    transcript: &Transcript,
) -> Totals {
    let mut engines = Vec::new();
    for engine in ALL {
        let cases: Vec<_> =
            selected(filter).filter(|(_, of)| of == engine).map(|(case, _)| case).collect();
        let site = Arc::new(Site {
            engine: *engine,
            fleet: Arc::clone(fleet),
            transcript: transcript.clone(),
        });
        let (skip, transcript) = (skip.to_vec(), transcript.clone());
        engines.push(tokio::spawn(async move { run_on(&site, &cases, &skip, &transcript).await }));
    }
    let mut totals = Totals::default();
    for engine in engines {
        match engine.await {
            Ok(of_engine) => {
                totals.passed += of_engine.passed;
                totals.failed += of_engine.failed;
                totals.not_run += of_engine.not_run;
                totals.checked += of_engine.checked;
            }
            Err(error) => {
                say!(transcript, "FAILED: the harness itself: {error}");
                totals.failed += 1;
            }
        }
    }
    totals
}

async fn run_on(
    site: &Arc<Site>,
    cases: &[&'static Case],
    skip: &[String],
    transcript: &Transcript,
) -> Totals {
    let mut totals = Totals::default();
    for case in cases {
        let name = format!("{} {}", site.engine, case.name);
        let up = site.engine == Engine::DataFusion || site.server().is_ok();
        if !up || skip.iter().any(|words| name.contains(words)) {
            let why = if up { "`--skip` names it" } else { "the server is not up" };
            say!(transcript, "NOT RUN {name}: {why}");
            totals.not_run += 1;
            continue;
        }
        let start = Instant::now();
        let outcome = outcome((case.run)(Arc::clone(site))).await;
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(checks) if checks.wrong.is_empty() && checks.checked > 0 => {
                totals.passed += 1;
                totals.checked += checks.checked;
                let mut line = format!("ok      {name}: {} checks, {seconds:.1} s", checks.checked);
                for note in &checks.notes {
                    let _ = write!(line, "; {note}");
                }
                say!(transcript, "{line}");
            }
            Ok(checks) => {
                totals.failed += 1;
                totals.checked += checks.checked;
                let wrong = checks.wrong.len();
                say!(
                    transcript,
                    "FAILED  {name}: {wrong} wrong of {} checks, {seconds:.1} s",
                    checks.checked
                );
                for text in checks.wrong.iter().take(SHOWN) {
                    say!(transcript, "  {}", text.replace('\n', "\n    "));
                }
                if wrong > SHOWN {
                    say!(transcript, "  and {} more", wrong - SHOWN);
                }
            }
            Err(error) => {
                totals.failed += 1;
                say!(transcript, "FAILED  {name}: {error:#} ({seconds:.1} s)");
            }
        }
    }
    totals
}

/// Runs a case in a task of its own, so that its panics are its own, for a time.
async fn outcome(work: Work) -> Result<Checks> {
    let mut task = tokio::spawn(work);
    match tokio::time::timeout(PATIENCE, &mut task).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Err(match error.try_into_panic() {
            Ok(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
                anyhow!("it panicked: {}", text.unwrap_or("no message"))
            }
            Err(error) => Error::from(error),
        }),
        Err(_) => {
            task.abort();
            Err(anyhow!("it did not end within {} s", PATIENCE.as_secs()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        let mut names: Vec<_> = cases().map(|case| case.name).collect();
        names.sort();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(has("trino") && has("") && !has("no such case"));
        assert_eq!(engines("presto cases"), [Engine::Presto]);
    }

    #[tokio::test]
    async fn a_panic_is_one_failure() {
        let error = outcome(Box::pin(async { panic!("on {}", "purpose") })).await.unwrap_err();
        assert_eq!(error.to_string(), "it panicked: on purpose");
    }
}
