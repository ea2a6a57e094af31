//! What lakequery's compile time and run time both need: the engines, the
//! logical types of lake SQL with their names, the rules of decimals, the calendar,
//! names that are nearly right, a reader of JSON, what an address of the internet is, and
//! which names of options stand for secrets.
//!
//! Imports the standard library only (see `ARCHITECTURE.md`, invariant 1).

mod address;
pub mod calendar;
mod decimal;
mod engine;
mod file_options;
pub mod json;
mod logical;
mod name;
mod nearest;
mod secret;
mod statement;
mod tables;

pub use address::is_ip_address;
pub use decimal::{DecimalRule, MAX_PRECISION};
pub use engine::{Engine, UnknownEngine};
pub use file_options::{FileFormat, FileOptions};
pub use logical::{Field, Item, MAX_CHAR, Type};
pub use name::TypeNameError;
pub use nearest::{columns_there, nearest, same_name};
pub use secret::names_secret;
pub use statement::{Column, Parameter, Piece, Statement};
pub use tables::Table;
