//! What Dremio writes for functions.
//!
//! What has no row is refused: few of its functions are known to do what Trino's do. Each
//! function that is written here is in `functions.tsv`, with what it takes and gives.

use crate::emit::{FunctionTable, WithoutRow};

mod aggregate;
mod datetime;
mod number;
mod text;
mod value;

pub(super) static FUNCTIONS: FunctionTable = FunctionTable::new(
    &[value::ROWS, number::ROWS, text::ROWS, datetime::ROWS, aggregate::ROWS],
    WithoutRow::Unsupported("it is not known what Dremio has for it"),
);

#[cfg(test)]
mod tests;
