//! The table of functions, one row each, a file a family.
//!
//! Names, types and results were held against a Trino 476: what it lists, and
//! what it answers to calls with every mix of argument types.

use super::{Function, FunctionKind, Nulls};

mod aggregate;
mod array;
mod binary;
mod conditional;
mod datetime;
mod json;
mod math;
mod regexp;
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
    json::ROWS,
    aggregate::ROWS,
    window::ROWS,
];

const fn row(
    kind: FunctionKind,
    name: &'static str,
    nulls: Nulls,
    signatures: &'static [&'static str],
) -> Function {
    Function { name, kind, signatures, nulls }
}

const fn scalar(name: &'static str, nulls: Nulls, signatures: &'static [&'static str]) -> Function {
    row(FunctionKind::Scalar, name, nulls, signatures)
}

const fn aggregate(
    name: &'static str,
    nulls: Nulls,
    signatures: &'static [&'static str],
) -> Function {
    row(FunctionKind::Aggregate, name, nulls, signatures)
}

const fn window(name: &'static str, nulls: Nulls, signatures: &'static [&'static str]) -> Function {
    row(FunctionKind::Window, name, nulls, signatures)
}
