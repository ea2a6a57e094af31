//! Functions that only a window gives a meaning. Every aggregate is one too.

use lakequery_types::Engine;

use super::{Function, Nulls::*, Spelling, window};
use crate::tree::{Expr, ExprKind, Literal};

const COUNTED: &[&str] = &["() -> bigint"];
const SHARE: &[&str] = &["() -> double"];
const NEIGHBOUR: &[&str] = &["(T, bigint?, T?) -> T"];

/// Whether an argument is the same for all rows.
pub(super) fn is_constant(expr: &Expr) -> bool {
    !expr.any(&|part| {
        matches!(part.kind, ExprKind::Column(_)) || part.subquery().is_some() || part.is_volatile()
    })
}

/// Whether an argument is a literal number or a parameter: what an engine that
/// refuses zero and NULL sees before a row is read.
pub(super) fn is_count(expr: &Expr) -> bool {
    match &expr.written().kind {
        ExprKind::Literal(literal) => matches!(literal, Literal::Integer(_)),
        kind => matches!(kind, ExprKind::Parameter(_)),
    }
}

/// Takes the arguments from this one on only where each `fits`.
macro_rules! constant_in_datafusion {
    ($name:literal, $first:literal, $fits:ident, $what:literal) => {
        &[(
            Engine::DataFusion,
            Spelling::By(|args| match args.iter().skip($first).all($fits) {
                true => Spelling::Name($name),
                false => Spelling::Refused(concat!("the embedded engine takes only ", $what)),
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
    window("ntile", Strict, &["(bigint) -> bigint"]).spelled(constant_in_datafusion!(
        "ntile",
        0,
        is_count,
        "a literal or a parameter there"
    )),
    window("lag", Nullable, NEIGHBOUR).spelled(constant_in_datafusion!(
        "lag",
        1,
        is_constant,
        "constants there"
    )),
    window("lead", Nullable, NEIGHBOUR).spelled(constant_in_datafusion!(
        "lead",
        1,
        is_constant,
        "constants there"
    )),
    window("first_value", NoRows, &["(T) -> T"]),
    window("last_value", NoRows, &["(T) -> T"]),
    window("nth_value", Nullable, &["(T, bigint) -> T"]).spelled(constant_in_datafusion!(
        "nth_value",
        1,
        is_count,
        "a literal or a parameter there"
    )),
];
