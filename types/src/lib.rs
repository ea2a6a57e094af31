//! What lakequery's compile time and run time both need: the engines, the
//! logical types of lake SQL with their names, the rules of decimals, and which names
//! of options stand for secrets.
//!
//! Imports the standard library only (see `ARCHITECTURE.md`, invariant 1).

mod decimal;
mod engine;
mod logical;
mod name;
mod secret;
mod statement;

pub use decimal::{DecimalRule, MAX_PRECISION};
pub use engine::{Engine, UnknownEngine};
pub use logical::{Field, Item, MAX_CHAR, Type};
pub use name::TypeNameError;
pub use secret::names_secret;
pub use statement::{Column, Parameter, Piece, Statement};
