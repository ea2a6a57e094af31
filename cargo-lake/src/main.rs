//! `cargo lake`: writes and refreshes what lakequery checks queries against.
//!
//! `lake.toml` names sources ([`sources`]); their tables ([`source`]) are compared
//! ([`plan`], [`diff`]) with the snapshots of the repository. The changes are told
//! ([`report`]) and, by `refresh`, written.
//!
//! `check` asks the compiler for the queries of a package ([`queries`]), and
//! engines what they think of them ([`check`]).

mod check;
mod cli;
mod diff;
mod failure;
mod gathered;
mod init;
mod outcome;
mod pins;
mod plan;
mod queries;
mod refresh;
mod report;
mod schemas;
mod source;
mod sources;
#[cfg(test)]
mod testing;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use failure::Failure;
use outcome::Outcome;

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
