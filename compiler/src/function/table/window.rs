//! Functions that only a window gives a meaning. Every aggregate is one too.

use lakequery_types::Engine;

use super::{Function, Nulls::*, Spelling, window};
use crate::tree::{Expr, ExprKind};

const COUNTED: &[&str] = &["() -> bigint"];
const SHARE: &[&str] = &["() -> double"];
const NEIGHBOUR: &[&str] = &["(T, bigint?, T?) -> T"];

/// Whether an argument is the same for all rows.
pub(super) fn is_constant(expr: &Expr) -> bool {
    !expr.any(&|part| {
        matches!(part.kind, ExprKind::Column(_)) || part.subquery().is_some() || part.is_volatile()
    })
}

/// Takes the arguments after the first only where they are the same for all rows.
macro_rules! constant_in_datafusion {
    ($name:literal, $first:literal) => {
        &[(
            Engine::DataFusion,
            Spelling::By(|args| match args.iter().skip($first).all(is_constant) {
                true => Spelling::Name($name),
                false => Spelling::Refused("the embedded engine takes only constants there"),
            }),
        )]
    };
}

pub(super) const ROWS: &[Function] = &[
    window("row_number", Never, COUNTED),
    window("rank", Never, COUNTED),
    window("dense_rank", Never, COUNTED),
    window("percent_rank", Never, SHARE),
    window("cume_dist", Never, SHARE),
    window("ntile", Strict, &["(bigint) -> bigint"]).spelled(constant_in_datafusion!("ntile", 0)),
    window("lag", Nullable, NEIGHBOUR).spelled(constant_in_datafusion!("lag", 1)),
    window("lead", Nullable, NEIGHBOUR).spelled(constant_in_datafusion!("lead", 1)),
    window("first_value", NoRows, &["(T) -> T"]),
    window("last_value", NoRows, &["(T) -> T"]),
    window("nth_value", Nullable, &["(T, bigint) -> T"])
        .spelled(constant_in_datafusion!("nth_value", 1)),
];
