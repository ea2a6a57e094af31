//! Choosing between values, and what is in them.

use lakequery_types::Type;

use crate::emit::FunctionSql::{Name, Template, Typed, Unsupported};
use crate::emit::{FunctionRow, by, named};

pub(super) const ROWS: &[FunctionRow] = &[
    named(&["coalesce"], "COALESCE"),
    named(&["nullif"], "NULLIF"),
    by(&["if"], |args| match args.len() {
        2 => Template("CASE WHEN {0} THEN {1} END"),
        _ => Template("CASE WHEN {0} THEN {1} ELSE {2} END"),
    }),
    // Dremio's pass over NULLs, or not, as it is told.
    by(&["greatest"], |args| match args {
        [one] | [one, _] if one.ty.is_floating() => Unsupported(NO_NUMBER),
        [_] => Template("{0}"),
        [_, _] => Template("CASE WHEN {0} >= {1} THEN {0} WHEN {0} < {1} THEN {1} END"),
        _ => Unsupported(TWO),
    }),
    by(&["least"], |args| match args {
        [one] | [one, _] if one.ty.is_floating() => Unsupported(NO_NUMBER),
        [_] => Template("{0}"),
        [_, _] => Template("CASE WHEN {0} <= {1} THEN {0} WHEN {0} > {1} THEN {1} END"),
        _ => Unsupported(TWO),
    }),
    by(&["cardinality"], |args| match args.first().map(|arg| &arg.ty) {
        None | Some(Type::Array(_)) => Typed("CARDINALITY({0})", Type::Integer),
        _ => Unsupported("Dremio's is known for arrays only"),
    }),
    // In its place stands what `nested.rs` writes.
    by(&["element_at"], |_| Unsupported("Dremio takes only an array and a literal above zero")),
    by(&["random", "rand"], |args| match args {
        [] => Name("RANDOM"),
        _ => Unsupported("Dremio's has no bounds"),
    }),
];

const TWO: &str = "Dremio's passes over NULLs; write it of two values, one in another";
const NO_NUMBER: &str = "it is not known how Dremio orders what is not a number";
