//! The command line.

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use lakequery_project::Project;

use crate::failure::Failure;

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 `diff` found differences, or `check` a query that an engine
refuses; 2 something went wrong, and is said.";

/// Writes and refreshes the schema snapshots that lakequery checks queries against.
#[derive(Debug, Parser)]
#[command(name = "cargo-lake", bin_name = "cargo lake", version, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// The lake.toml to use [default: the nearest, from the current folder upwards]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a first lake.toml
    Init {
        /// The folder to write it to: that of your Cargo.toml
        #[arg(default_value = ".")]
        folder: PathBuf,
    },
    /// Write the snapshots of the tables that the sources of lake.toml have now
    Refresh {
        /// Only these sources
        sources: Vec<String>,
        /// Remove the snapshots of tables that are gone
        #[arg(long)]
        prune: bool,
    },
    /// Build the package, and have engines check its queries without running them
    Check {
        /// A source of lake.toml, or a URL, whose engine is to check the queries
        #[arg(long, required = true, value_name = "SOURCE|URL")]
        live: Vec<String>,
        /// What `cargo check` is to be told besides, such as `--package` or `--features`
        #[arg(last = true)]
        cargo: Vec<String>,
    },
    /// Tell what `refresh` would change, and exit with 1 if that is anything
    Diff {
        /// Only these sources
        sources: Vec<String>,
    },
}

impl Cli {
    /// The project of the command line.
    pub(crate) fn project(&self) -> Result<Project, Failure> {
        Ok(match &self.config {
            Some(file) => Project::at(file)?,
            None => Project::above(Path::new("."))?,
        })
    }
}
