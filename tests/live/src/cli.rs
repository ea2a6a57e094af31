//! The command line.

use clap::{Args, Parser, Subcommand};
use lakequery_engines::ENGINES;
use lakequery_types::Engine;

use crate::isolated::Part;
use crate::promise::Questions;

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
    /// Start the servers that are needed and run the live suite
    Test {
        /// Only cases with this in their engine and name, such as `trino`, `presto cases`
        #[arg(default_value = "")]
        filter: String,
        /// But not those with this in their engine and name, which is said (may be repeated)
        #[arg(long, value_name = "WORDS")]
        skip: Vec<String>,
        #[command(flatten)]
        servers: Servers,
    },
    /// Read a million rows with lakequery and with other clients, side by side
    Bench {
        /// From which: trino, spark [default: both]
        #[arg(value_parser = engine)]
        engines: Vec<Engine>,
        /// Give servers and clients cores of their own, as on machines of their own
        #[arg(long)]
        apart: bool,
        #[command(flatten)]
        servers: Servers,
    },
    /// Ask Trino and other engines the same random queries, and show where they differ
    Explore {
        /// Which others: presto, spark, datafusion [default: all]
        #[arg(value_parser = any_engine)]
        engines: Vec<Engine>,
        /// Where the queries begin: the same number gives the same ones
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many queries
        #[arg(long, default_value_t = 300)]
        count: usize,
        #[command(flatten)]
        servers: Servers,
    },
    /// Have everything go wrong between client and server, once each
    Faults {
        /// With which: trino, presto, spark [default: all]
        #[arg(value_parser = engine)]
        engines: Vec<Engine>,
        #[command(flatten)]
        servers: Servers,
    },
    /// Hold what is inferred never to be NULL against what engines answer to random queries
    Nullability {
        /// Which engines: trino, presto, spark, datafusion [default: all]
        #[arg(value_parser = any_engine)]
        engines: Vec<Engine>,
        /// Where the queries begin: the same number gives the same ones
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many queries
        #[arg(long, default_value_t = 2_000)]
        count: usize,
        #[command(flatten)]
        servers: Servers,
    },
    /// Have engines' own analyzers judge what compiles of thousands of mutated queries
    Promise {
        #[command(flatten)]
        questions: Questions,
        #[command(flatten)]
        servers: Servers,
    },
    /// Record what Spark answers, for the tests that have no server
    Record {
        #[command(flatten)]
        servers: Servers,
    },
    /// Run a case where there is no network but loopback: a part of other commands
    #[command(hide = true)]
    Isolated {
        /// Which.
        part: Part,
    },
    /// Read a result and write what that took: a part of other commands
    #[command(hide = true)]
    Measure {
        /// How: typed, arrow, download
        reader: String,
        /// From where.
        url: String,
        /// What.
        sql: String,
    },
    /// Run the queries of TPC-DS on every engine, and compare their rows
    Tpcds {
        /// Which others beside Trino: presto, spark, datafusion [default: all]
        #[arg(value_parser = any_engine)]
        engines: Vec<Engine>,
        /// Only queries whose names begin with this, such as `q14` (may be repeated)
        #[arg(long, value_name = "NAME")]
        filter: Vec<String>,
        /// Show the rows that differ
        #[arg(long)]
        show: bool,
        #[command(flatten)]
        servers: Servers,
    },
    /// Run the 22 queries of TPC-H on every engine
    Tpch {
        #[command(flatten)]
        servers: Servers,
    },
}

/// Which servers a run uses.
#[derive(Debug, Args)]
pub(crate) struct Servers {
    /// Succeed though this server can't be started (may be repeated)
    #[arg(long, value_name = "ENGINE", value_parser = engine)]
    pub(crate) allow_missing: Vec<Engine>,
    /// Use the servers that a running `cargo live up` has, instead of new ones
    #[arg(long)]
    pub(crate) attach: bool,
}

/// One of the engines that can be started.
fn engine(name: &str) -> Result<Engine, String> {
    ENGINES.into_iter().find(|engine| engine.name() == name).ok_or_else(|| {
        let names = ENGINES.map(Engine::name).join(", ");
        format!("`{name}` is not a server to start; the servers are {names}")
    })
}

/// One of those, or the embedded one.
pub(crate) fn any_engine(name: &str) -> Result<Engine, String> {
    if name == Engine::DataFusion.name() { Ok(Engine::DataFusion) } else { engine(name) }
}
