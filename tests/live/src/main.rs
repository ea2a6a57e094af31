//! `cargo live`: lakequery against real servers. See `docs/live.md`.

mod bench;
mod cli;
mod compile;
#[path = "../../embedded/examples.rs"]
mod examples;
mod explore;
mod faults;
mod fleet;
#[path = "../../embedded/grammar.rs"]
mod grammar;
mod isolated;
#[path = "../../embedded/judge.rs"]
mod judge;
mod load;
mod measure;
mod nullability;
mod promise;
#[path = "../../embedded/promises.rs"]
mod promises;
#[path = "../../embedded/random.rs"]
mod random;
mod record;
mod rows;
mod running;
mod schemas;
mod secrets;
#[path = "../../embedded/show.rs"]
mod show;
mod suite;
#[cfg(feature = "embedded")]
#[path = "../../embedded/tables.rs"]
mod tables;
mod test;
mod tpcds;
mod transcript;
mod up;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{Cli, Command};
// Where the tests that share files with this have it.
use crate::compile as common;

/// The exit code of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(async {
        tokio::select! {
            // Dropping the work ends the servers.
            result = run(command) => result.unwrap_or_else(|error| {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }),
            name = ended_from_outside() => {
                lakequery_engines::interrupt();
                eprintln!("{name}: ending the servers");
                ExitCode::from(INTERRUPTED)
            }
        }
    })
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Up { engines } => up::up(&engines).await,
        Command::Bench { engines, apart, servers } => bench::bench(&engines, apart, &servers).await,
        Command::Explore { engines, seed, count, servers } => {
            explore::explore(&engines, seed, count, &servers).await
        }
        Command::Faults { engines, servers } => faults::faults(&engines, &servers).await,
        Command::Isolated { part } => isolated::isolated(part).await,
        Command::Measure { reader, url, sql } => {
            measure::child(&reader, &url, &sql).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Promise { questions, servers } => promise::promise(&questions, &servers).await,
        Command::Nullability { engines, seed, count, servers } => {
            nullability::nullability(&engines, seed, count, &servers).await
        }
        Command::Record { servers } => record::record(&servers).await,
        Command::Test { filter, skip, servers } => test::test(&filter, &skip, &servers).await,
        Command::Tpcds { engines, filter, show, servers } => {
            tpcds::tpcds(&engines, &filter, show, &servers).await
        }
        Command::Tpch { servers } => test::test("tpch: ", &[], &servers).await,
    }
}

/// Waits for the first signal that asks us to end.
async fn ended_from_outside() -> &'static str {
    let wait = async |kind, name| {
        match signal(kind) {
            Ok(mut signal) => signal.recv().await,
            // Then the signal has its usual effect.
            Err(_) => std::future::pending().await,
        };
        name
    };
    tokio::select! {
        name = wait(SignalKind::interrupt(), "interrupted") => name,
        name = wait(SignalKind::terminate(), "terminated") => name,
        name = wait(SignalKind::hangup(), "hung up") => name,
    }
}
