//! The table of functions, one row each, a file a family.
//!
//! Names, types and results were held against a Trino 476: what it lists, and
//! what it answers to calls with every mix of argument types.

use super::definition::{Function, Nulls};
use row::{aggregate, scalar, window};

mod aggregate;
mod array;
mod binary;
mod conditional;
mod datetime;
mod json;
mod lambda;
mod math;
mod regexp;
mod row;
mod text;
mod url;
mod window;

/// All functions, by family.
pub(super) const FUNCTIONS: &[&[Function]] = &[
    conditional::ROWS,
    math::ROWS,
    text::ROWS,
    regexp::ROWS,
    url::ROWS,
    binary::ROWS,
    datetime::ROWS,
    array::ROWS,
    lambda::ROWS,
    json::ROWS,
    aggregate::ROWS,
    window::ROWS,
];
