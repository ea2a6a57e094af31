//! `cargo lake`: writes and refreshes what lakequery checks queries against.
//!
//! `lake.toml` ([`project`]) names sources; their tables ([`source`]) are
//! compared ([`plan`], [`diff`]) with the snapshots of the repository
//! ([`store`]), which is then told ([`report`]) and, by `refresh`, written.
//!
//! `check` asks the compiler for the queries of a package ([`queries`]), and
//! engines what they think of them ([`check`]).

mod check;
mod cli;
mod diff;
mod failure;
mod init;
mod plan;
mod project;
mod queries;
mod refresh;
mod report;
mod schemas;
mod source;
mod store;
#[cfg(test)]
mod testing;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use failure::Failure;

/// What a command that did its work has found.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing that a script has to know of.
    Fine,
    /// `diff`: the snapshots are not what the sources have. `check`: an engine
    /// refuses a query.
    Different,
    /// A part of the work could not be done, and that was told.
    Incomplete,
}

fn main() -> ExitCode {
    // Cargo runs `cargo lake init` as `cargo-lake lake init`.
    let arguments = std::env::args_os().enumerate();
    let arguments = arguments.filter(|(i, argument)| *i != 1 || argument != "lake");
    let cli = Cli::parse_from(arguments.map(|(_, argument)| argument));
    match run(&cli) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Different) => ExitCode::from(1),
        Ok(Outcome::Incomplete) => ExitCode::from(2),
        Err(failure) => {
            // Nobody is left to tell where even this fails.
            let _ = writeln!(std::io::stderr(), "{failure}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli) -> Result<Outcome, Failure> {
    let catalog = source::Lakes;
    match &cli.command {
        Command::Init { folder } => init::run(folder),
        Command::Refresh { sources, prune } => {
            refresh::refresh(&cli.project()?, &catalog, sources, *prune)
        }
        Command::Check { live, cargo } => check::run(&cli.project()?, live, cargo),
        Command::Diff { sources } => refresh::diff(&cli.project()?, &catalog, sources),
    }
}
