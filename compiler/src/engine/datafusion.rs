//! DataFusion, the embedded engine.
//!
//! The session it runs in has lake SQL's operators, functions and comparisons,
//! so that the text is nearly Trino's. What remains is what its parser
//! (sqlparser's generic dialect), its planner and its optimizer read otherwise.

use lakequery_types::Engine;
use sqlparser::keywords::{
    ALL_KEYWORDS, ALL_KEYWORDS_INDEX, Keyword, RESERVED_FOR_COLUMN_ALIAS, RESERVED_FOR_IDENTIFIER,
    RESERVED_FOR_TABLE_FACTOR,
};

use crate::emit::{ANSI, Dialect};
use crate::tree::{Call, FrameBound};

mod cast;
mod literal;
mod subquery;

/// DataFusion's SQL.
pub(crate) static DATAFUSION: Dialect = Dialect {
    engine: Engine::DataFusion,
    is_reserved,
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
    refuses_subquery: subquery::refuses,
    within_group: false,
    refuses_call,
    literal_bounds: Some("the embedded engine takes only literals there"),
    ..ANSI
};

/// The words that sqlparser or DataFusion's planner does not take for a name
/// everywhere, and those that no standard SQL does.
fn is_reserved(word: &str) -> bool {
    const OWN: &[Keyword] =
        &[Keyword::ALL, Keyword::ANY, Keyword::SESSION_USER, Keyword::SOME, Keyword::USER];
    let keyword = ALL_KEYWORDS.binary_search(&word).ok().map(|i| ALL_KEYWORDS_INDEX[i]);
    let listed = |lists: &[&[Keyword]]| {
        keyword.is_some_and(|keyword| lists.iter().any(|list| list.contains(&keyword)))
    };
    super::trino::RESERVED.binary_search(&word).is_ok()
        || listed(&[
            RESERVED_FOR_IDENTIFIER,
            RESERVED_FOR_COLUMN_ALIAS,
            RESERVED_FOR_TABLE_FACTOR,
            OWN,
        ])
}

/// In a frame whose start moves, an aggregate takes back the rows that leave
/// it, which those with DISTINCT can't.
fn refuses_call(call: &Call) -> Option<&'static str> {
    let frame = call.over.as_ref().filter(|_| call.distinct)?.frame.as_ref()?;
    (!matches!(frame.start, FrameBound::UnboundedPreceding))
        .then_some("the embedded engine can't do it in a frame whose start moves")
}
