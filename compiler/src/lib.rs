//! The pure compiler of lakequery: SQL tokens and schema snapshots in, typed
//! query and the SQL of every target engine out, or diagnostics.
//!
//! The flow is one way: [`token`] → `parse` (the syntax tree) → `lower`
//! (names resolved, types inferred: our own typed [`tree`]) → [`mod@emit`] (one
//! text per target engine). [`analyze`] goes as far as lowering, and gives all that
//! is known of a query, be it right or wrong; [`emit()`] takes that, and [`compile()`]
//! is both. Snapshots come in through the [`Snapshots`](snapshot::Snapshots) trait;
//! nothing here opens a file, reads the environment or knows of `proc_macro`.

mod analysis;
mod ast;
mod compile;
pub mod config;
pub mod diagnostic;
pub mod emit;
mod engine;
pub mod function;
mod lower;
mod parse;
pub mod reference;
pub mod snapshot;
mod stack;
pub mod token;
pub mod tree;

pub use analysis::{Analysis, OutputColumn, Override, Request, analyze};
pub use compile::{Compiled, compile, emit};
pub use engine::refuses_function;
pub use tree::Parameter;
