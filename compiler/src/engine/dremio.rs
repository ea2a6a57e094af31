//! Dremio, 25 and later.
//!
//! No server could be asked. What is written here rests on Dremio's documentation and on the
//! source of its open release, 25.2; `docs/dremio.md` says so to users. Where neither tells that
//! something means what it means in lake SQL, it is refused.

use lakequery_types::Engine;

use crate::emit::{Dialect, Support};
use crate::engine::ansi::ANSI;
use crate::tree::Call;

mod cast;
mod function;
mod literal;

/// Dremio's SQL.
pub(crate) static DREMIO: Dialect = Dialect {
    engine: Engine::Dremio,
    // Most names of functions and units are reserved, `value` and `year` among them.
    is_reserved: |_, _| true,
    type_name: literal::type_name,
    literal: literal::literal,
    refuses_column: literal::refuses_column,
    writes_conversion: cast::writes_conversion,
    cast: cast::cast,
    nested_values: Support::No("Dremio has no lambdas, and makes no arrays or rows of values"),
    sql_json: Support::No("Dremio does not have the functions of SQL/JSON"),
    compares_nulls_inside: Support::No("Dremio compares no arrays, maps or rows"),
    // Its servers and its tools name different defaults.
    nulls_sort_last: false,
    limit_before_offset: true,
    version: |writer, version| {
        writer.refuse(version.span, "a version of a table", "Dremio writes versions otherwise");
    },
    sample: |writer, sample| {
        let span = sample.percentage.span;
        writer.refuse(span, "TABLESAMPLE", "Dremio does not have it");
    },
    unnest: |writer, unnest| {
        let reason = "Dremio unnests no column of a table beside it in FROM";
        writer.refuse(unnest.span, "UNNEST", reason);
    },
    set_operation_all: Support::No("Dremio has UNION ALL only"),
    functions: &function::FUNCTIONS,
    aggregate_order_by: Support::No("Dremio aggregates in any order"),
    listagg_truncates: Support::No("Dremio does not have ON OVERFLOW TRUNCATE"),
    frame_groups: Support::No("Dremio has ROWS and RANGE only"),
    refuses_call,
    ..ANSI
};

fn refuses_call(_: &Dialect, call: &Call) -> Option<&'static str> {
    if call.ignore_nulls {
        return Some("Dremio does not have IGNORE NULLS");
    }
    (call.distinct && call.over.is_some()).then_some("Dremio has no DISTINCT in windows")
}
