//! DataFusion, the embedded engine.
//!
//! The session it runs in has lake SQL's operators, functions and comparisons,
//! so that the text is nearly Trino's. What remains is what its parser
//! (sqlparser's generic dialect), its planner and its optimizer read otherwise.

use lakequery_types::Engine;

use crate::emit::{ANSI, Dialect};
use crate::tree::{Call, FrameBound};

mod cast;
mod literal;
mod reserved;
mod subquery;

/// DataFusion's SQL.
pub(crate) static DATAFUSION: Dialect = Dialect {
    engine: Engine::DataFusion,
    is_reserved: reserved::is_reserved,
    folds_case: true,
    type_name: literal::type_name,
    literal: literal::literal,
    writes_conversion: cast::writes_conversion,
    cast: cast::cast,
    // EXTRACT has types and meanings of its own there.
    extracts_by_function: true,
    distinct_from_is_greedy: true,
    nulls_last: false,
    unique_columns: true,
    // It can't tell the two columns of one name apart there.
    selects_key: |key| key.is_shadowed || key.is_mistaken || key.has_subquery,
    refuses_subquery: subquery::refuses,
    within_group: false,
    refuses_call,
    literal_bounds: Some("the embedded engine takes only literals of the key's own type there"),
    ..ANSI
};

/// In a frame whose start moves, an aggregate takes back the rows that leave
/// it, which those with DISTINCT and some others can't.
fn refuses_call(call: &Call) -> Option<&'static str> {
    const ONLY_ADD: [&str; 16] = [
        "any_value",
        "approx_distinct",
        "approx_percentile",
        "arbitrary",
        "bitwise_and_agg",
        "bitwise_or_agg",
        "bitwise_xor_agg",
        "bool_and",
        "bool_or",
        "every",
        "geometric_mean",
        "kurtosis",
        "listagg",
        "max_by",
        "min_by",
        "skewness",
    ];
    let frame = call.over.as_ref()?.frame.as_ref()?;
    let moves = !matches!(frame.start, FrameBound::UnboundedPreceding);
    (moves && (call.distinct || ONLY_ADD.contains(&call.function.name)))
        .then_some("the embedded engine can't do it in a frame whose start moves")
}
