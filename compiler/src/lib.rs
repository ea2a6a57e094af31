//! The pure compiler of lakequery: SQL tokens and schema snapshots in, typed
//! query and the SQL of every target engine out, or diagnostics.
//!
//! The flow is one way: [`token`] → `parse` (the syntax tree) → `lower`
//! (names resolved, types inferred: our own typed [`tree`]) → [`emit`] (one
//! text per target engine). Snapshots come in through the
//! [`Snapshots`](snapshot::Snapshots) trait; nothing here opens a file, reads
//! the environment or knows of `proc_macro`.

mod ast;
pub mod config;
pub mod diagnostic;
pub mod emit;
mod engine;
pub mod function;
mod lower;
mod parse;
pub mod snapshot;
pub mod token;
pub mod tree;

mod compile;

pub use compile::{Compiled, OutputColumn, Override, Request, compile};
pub use engine::refuses_function;
pub use tree::Parameter;
