//! `cargo live nullability`: no column that is inferred never to be NULL, nor anything
//! in one, is NULL on any engine, whatever queries are put together at random.

use std::process::ExitCode;

use anyhow::Result;
use lakequery::Lake;
use lakequery_types::Engine;

use crate::cli::Servers;
use crate::explore::embedded;
use crate::fleet::Fleet;
use crate::promises::{Counts, Outcome, hold, queries};
use crate::suite::{ALL, SERVERS, parity};

/// Asks the engines `count` queries each, all of them at the same time; the same `seed`
/// gives the same queries.
pub(crate) async fn nullability(
    engines: &[Engine],
    seed: u64,
    count: usize,
    servers: &Servers,
) -> Result<ExitCode> {
    let engines = if engines.is_empty() { ALL } else { engines };
    let wanted: Vec<Engine> = SERVERS.iter().copied().filter(|e| engines.contains(e)).collect();
    let fleet = Fleet::start(&wanted, servers.attach).await?;
    for (engine, error) in &fleet.missing {
        eprintln!("error: {engine} is not up: {error:#}");
    }
    let mut lakes = Vec::new();
    for server in &fleet.servers {
        lakes.push(parity::lake(server).await?);
    }
    if engines.contains(&Engine::DataFusion) {
        lakes.push(embedded(&fleet).await?);
    }
    let queries = queries(seed, count);
    let all = futures::future::join_all(lakes.iter().map(|lake| ask(lake, &queries))).await;
    for (lake, counts) in lakes.iter().zip(&all) {
        println!("{}: {counts}", lake.engine());
    }
    let good = all.iter().all(|counts| counts.violations == 0) && fleet.missing.is_empty();
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn ask(lake: &Lake, queries: &[String]) -> Counts {
    let engine = lake.engine();
    let mut counts = Counts::default();
    for sql in queries {
        let outcome = hold(lake, sql).await;
        counts.add(&outcome);
        match outcome {
            Outcome::Broken(what) => println!("{engine}: {sql}\n  {what}"),
            // Errors that lie in a row come and go with the tables.
            Outcome::Failed(error) => eprintln!("{engine}: {sql}\n  failed: {error}"),
            Outcome::Refused | Outcome::Held(_) => {}
        }
    }
    counts
}
