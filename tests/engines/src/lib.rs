//! Real servers for development and tests: downloaded once, held against pinned
//! checksums, configured, started on 127.0.0.1, waited for until they answer a
//! query, and ended by their own process ids.
//!
//! Beside them the analyzers of some engines in processes of their own, which say
//! what the engine makes of a query without a server.
//!
//! Nothing here uses lakequery's clients: these servers are what the clients
//! are tested against.

mod analyzer;
mod cache;
mod checksum;
mod download;
mod dremio;
mod hive;
mod http;
mod identity;
mod interrupt;
mod java;
mod presto;
mod process;
mod recipe;
mod server;
mod spark;
mod statement;
mod storage;
mod tpcds;
mod trino;

pub use analyzer::{Analyzer, Column, Verdict};
pub use cache::Cache;
pub use download::python_packages;
pub use hive::Session;
pub use http::{Answer, ask};
pub use identity::Identity;
pub use interrupt::interrupt;
pub use process::run_folder;
pub use recipe::Secure;
pub use server::{ENGINES, Server};
pub use spark::Transport;
pub use statement::{Downloaded, Statements};
pub use tpcds::tpcds_queries;
