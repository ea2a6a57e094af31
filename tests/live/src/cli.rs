//! The command line.

use clap::{Parser, Subcommand};
use lakequery_engines::ENGINES;
use lakequery_types::Engine;

/// Runs lakequery against real servers, which it downloads once and starts on 127.0.0.1.
#[derive(Debug, Parser)]
#[command(name = "cargo-live", bin_name = "cargo live", version)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start servers with the TPC-H tables, print their URLs, keep them until Ctrl-C
    Up {
        /// Which: trino, presto, spark [default: all]
        #[arg(value_parser = engine)]
        engines: Vec<Engine>,
    },
}

/// One of the engines that can be started.
fn engine(name: &str) -> Result<Engine, String> {
    ENGINES.into_iter().find(|engine| engine.name() == name).ok_or_else(|| {
        let names = ENGINES.map(Engine::name).join(", ");
        format!("there is no server `{name}` to start; there are {names}")
    })
}
