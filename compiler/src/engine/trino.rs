//! Trino.

use lakequery_types::Engine;

use crate::emit::{Counts, Dialect, Support};
use crate::engine::ansi::ANSI;
use crate::tree::Call;

mod function;
pub(super) mod reserved;
mod subquery;

/// Trino's SQL.
pub(crate) static TRINO: Dialect = Dialect {
    engine: Engine::Trino,
    is_reserved: |_, word| reserved::RESERVED.binary_search(&word).is_ok(),
    grouping_sets_of_expressions: Support::No(
        "its grouping sets take columns only; compute it in a subquery of FROM",
    ),
    // There, `t.x` is a field of the column `t`.
    selects_sort_key: |_, key| key.is_mistaken,
    has_quantified: |_, _| true,
    refuses_subquery: subquery::refuses,
    refuses_call,
    refuses_counts,
    // A subquery there is planned as no expression can be.
    values_spread_rows: true,
    values_can_hold: |_, expr| !expr.any(&|part| part.subquery().is_some()),
    functions: &function::FUNCTIONS,
    supports_filter_with_over: false,
    ..ANSI
};

fn refuses_counts(_: &Dialect, counts: &Counts) -> Option<&'static str> {
    let last = counts.last().filter(|_| counts.is_sorted)?;
    i32::try_from(last)
        .is_err()
        .then_some("with ORDER BY it counts to 2147483647, LIMIT and OFFSET taken together")
}

/// The most arguments of a function. COALESCE is none, and `format` takes a row.
const MAX_ARGUMENTS: usize = 127;

fn refuses_call(_: &Dialect, call: &Call) -> Option<&'static str> {
    (call.args.len() > MAX_ARGUMENTS && !matches!(call.function.name, "coalesce" | "format"))
        .then_some("a function takes at most 127 arguments there; nest one call in another")
}
