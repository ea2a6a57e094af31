//! What Spark writes for functions.
//!
//! Its names are rarely Trino's, and its results often of another type, so all functions
//! that it has have a row, by family. What has no row is refused.

use super::reason::NO_EQUAL;
use crate::emit::{FunctionRow, FunctionTable, WithoutRow};

mod aggregate;
mod binary;
mod collection;
mod conditional;
mod datetime;
mod json;
mod lambda;
mod number;
mod text;
mod url;
mod window;

pub(super) use number::REMAINDER;

pub(super) static FUNCTIONS: FunctionTable =
    FunctionTable::new(FAMILIES, WithoutRow::Unsupported(NO_EQUAL));

const FAMILIES: &[&[FunctionRow]] = &[
    conditional::ROWS,
    number::ROWS,
    text::ROWS,
    url::ROWS,
    binary::ROWS,
    datetime::ROWS,
    collection::ROWS,
    lambda::ROWS,
    json::ROWS,
    aggregate::ROWS,
    window::ROWS,
];
