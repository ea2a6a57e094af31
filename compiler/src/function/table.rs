//! The table of functions, one row each, a file a family.
//!
//! Names, types and results were held against a Trino 476: what it lists, and
//! what it answers to calls with every mix of argument types.

use lakequery_types::Engine;

use super::{Function, FunctionKind, Nulls, Spelling};

mod aggregate;
mod array;
mod binary;
mod conditional;
mod datetime;
mod json;
mod math;
mod regexp;
pub(super) mod spark;
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
    Function { name, kind, signatures, nulls, spellings: &[] }
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

impl Function {
    /// The row with the spellings of engines.
    const fn spelled(mut self, spellings: &'static [(Engine, Spelling)]) -> Function {
        self.spellings = spellings;
        self
    }
}

/// What Presto does not have.
const NOT_IN_PRESTO: (Engine, Spelling) =
    (Engine::Presto, Spelling::Refused("Presto has no such function"));

/// What the embedded engine does not have.
const NOT_EMBEDDED: (Engine, Spelling) =
    (Engine::DataFusion, Spelling::Refused("the embedded engine does not have it yet"));
