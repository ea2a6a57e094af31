//! `cargo live promise`: of all queries that compile, made of this repository's and
//! TPC-DS's by changes, none is refused by an engine as it is emitted, and the
//! engines find the types that were inferred.
//!
//! [`sources`] has the queries, [`mutate`] changes them, [`compile`] compiles
//! them, [`judges`] are the engines' own analyzers, [`report`] says what came of it.

mod compile;
mod judges;
mod mutate;
mod report;
mod sources;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use lakequery_engines::{Cache, run_folder};
use lakequery_types::Engine;
use tokio::sync::oneshot;

use crate::cli::Servers;
use crate::fleet::target_folder;
use crate::schemas::Schemas;
use crate::tpcds::texts;
use judges::{Judge, Site};
use mutate::{Mutant, Pools};
use report::{Opinions, Report};

/// What to ask.
#[derive(Debug, Args)]
pub(crate) struct Questions {
    /// Of which engines: trino, presto, spark, databricks, dremio, datafusion [default: all]
    #[arg(long, value_name = "ENGINE")]
    engines: Vec<Engine>,
    /// Where the changes begin: the same number gives the same queries
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many queries
    #[arg(long, default_value_t = 20_000)]
    count: usize,
    /// How many queries Presto is asked, which takes its time
    #[arg(long, default_value_t = 1_000)]
    presto: usize,
    /// Ask the queries of this file instead, a line each
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Ask only the queries that a change of this name was made to
    #[arg(long, value_name = "CHANGE", conflicts_with = "file")]
    changed: Option<String>,
    /// How many examples of each kind to show
    #[arg(long, default_value_t = 1)]
    show: usize,
}

/// Asks, and says what came of it.
pub(crate) async fn promise(questions: &Questions, servers: &Servers) -> Result<ExitCode> {
    let start = Instant::now();
    let engines =
        if questions.engines.is_empty() { &Engine::ALL } else { &questions.engines[..] }.to_vec();
    let schemas = Arc::new(Schemas::of_repository()?);
    let mutants = mutants(questions, &schemas)?;
    let folder = run_folder(&target_folder()?.join("live"))?.join("promise");
    let site = Site { folder, schemas: &schemas, attach: servers.attach, most: questions.presto };
    let mut judges = Vec::new();
    for engine in &engines {
        judges.push(judges::judge(*engine, &site).await?);
    }
    // On a thread of its own, so that this ends at once when it is interrupted.
    let (sender, report) = oneshot::channel();
    thread::spawn(move || sender.send(ask(&engines, &mutants, &schemas, judges)));
    let report = report.await.context("asking panicked")??;
    print!("{}", report.text(questions.show));
    println!("{:.0} s", start.elapsed().as_secs_f64());
    ensure!(report.asked() > 0, "nothing was asked");
    Ok(if report.kept() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The queries to ask, after saying which they are.
fn mutants(questions: &Questions, schemas: &Schemas) -> Result<Vec<Mutant>> {
    if let Some(file) = &questions.file {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let mutants: Vec<Mutant> =
            text.lines().filter(|line| !line.trim().is_empty()).map(Mutant::unchanged).collect();
        println!("{} queries of {}", mutants.len(), file.display());
        return Ok(mutants);
    }
    let originals = sources::all(texts::queries(&Cache::open()?)?);
    let pools = Pools::of(schemas);
    let mut mutants = mutate::mutants(&originals, &pools, questions.seed, questions.count);
    if let Some(name) = &questions.changed {
        mutants.retain(|mutant| mutant.changes.contains(&name.as_str()));
    }
    println!(
        "{} queries: {} of the repository and of TPC-DS, and mutants of them by seed {}",
        mutants.len(),
        originals.len().min(mutants.len()),
        questions.seed
    );
    Ok(mutants)
}

/// Has everything compiled, and the judges asked, side by side.
fn ask(
    engines: &[Engine],
    mutants: &[Mutant],
    schemas: &Schemas,
    judges: Vec<Box<dyn Judge>>,
) -> Result<Report> {
    let compiled = compile::all(mutants, engines, schemas);
    let compiled = &compiled;
    let opinions = thread::scope(|scope| {
        let ask = |(place, mut judge): (usize, Box<dyn Judge>)| {
            scope.spawn(move || Opinions::ask(&mut *judge, place, mutants, compiled))
        };
        let asking: Vec<_> = judges.into_iter().enumerate().map(ask).collect();
        let opinions = asking.into_iter().map(|one| one.join());
        opinions
            .map(|one| one.map_err(|_| anyhow!("a judge panicked"))?)
            .collect::<Result<Vec<_>>>()
    })?;
    Ok(Report::new(mutants, compiled, &opinions))
}
