//! Dremio, 25 and later.
//!
//! No server could be asked. What is written here rests on Dremio's documentation and on the
//! source of its open release, 25.2; `docs/dremio.md` says so to users. Where neither tells that
//! something means what it means in lake SQL, it is refused.
//!
//! Two things are wrong there without an error: integers wrap around, and a decimal without room
//! is 0. [`integer`] and [`decimal`] say how that is guarded against.

use lakequery_types::{Engine, Type};

use crate::emit::{Counts, Dialect, FunctionSql, Rewrite, Support, outer_value};
use crate::engine::ansi::ANSI;
use crate::engine::trino::TRINO;
use crate::tree::{Expr, ExprKind};

mod aggregate;
mod cast;
mod decimal;
mod function;
mod integer;
mod literal;
mod nested;
mod pattern;
#[cfg(test)]
mod registry;
mod subquery;
mod temporal;
mod text;
mod value;
mod version;
mod window;

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
    engine_type,
    rewrite,
    refuses_value: value::refuses,
    refuses_comparison: |_, ty| match ty {
        Type::Array(_) | Type::Map(..) | Type::Row(_) => {
            Some("Dremio is not known to compare arrays, maps or rows")
        }
        Type::IntervalYearToMonth | Type::IntervalDayToSecond => {
            Some("Dremio is not known to compare intervals")
        }
        _ => None,
    },
    compares_nulls_inside: Support::No("Dremio is not known to compare arrays, maps or rows"),
    like: pattern::like,
    // EXTRACT has words of its own there.
    extract_is_function: true,
    nested_values: Support::No(
        "Dremio has no lambdas, and builds no arrays, maps and rows from values; `element_at` reads an element",
    ),
    sql_json: Support::No("Dremio does not have the functions of SQL/JSON"),
    // Its servers and its tools name different defaults.
    nulls_sort_last: false,
    grouping_sets_of_expressions: TRINO.grouping_sets_of_expressions,
    groups_no_rows: false,
    having_asks_for_sets: false,
    grouping_is_cast: true,
    limit_before_offset: true,
    refuses_counts,
    version: version::version,
    sample: |writer, sample| {
        let span = sample.percentage.span;
        writer.refuse(span, "TABLESAMPLE", "Dremio is not known to choose rows as lake SQL does");
    },
    unnest: |writer, unnest| {
        let reason = "Dremio unnests no column of a table beside it in FROM";
        writer.refuse(unnest.span, "UNNEST", reason);
    },
    full_join_takes_equations: Some("Dremio makes a FULL JOIN of equations only"),
    parentheses_need_from: true,
    aliases_hide_columns: true,
    clauses_need_from: true,
    requires_unique_output_names: true,
    values_can_hold: |_, expr| !expr.any(&|part| part.subquery().is_some()),
    values_need_select: true,
    // An alias hides a column there.
    selects_sort_key: |_, key| {
        key.is_shadowed || key.is_mistaken || key.has_window || key.has_subquery || key.of_sets
    },
    set_operation_all: Support::No("Dremio has UNION ALL only"),
    refuses_subquery: subquery::refuses,
    functions: &function::FUNCTIONS,
    listagg_truncates: Support::No("Dremio does not have ON OVERFLOW TRUNCATE"),
    aggregate_order_by: Support::No("Dremio aggregates in any order"),
    ranking_requires_order_by: true,
    frame_groups: Support::No("Dremio has ROWS and RANGE only"),
    supports_filter_with_over: false,
    refuses_call: window::refuses_call,
    frame_bounds_are_literals: Some("Dremio takes only literals there"),
    ..ANSI
};

fn refuses_counts(_: &Dialect, counts: &Counts) -> Option<&'static str> {
    let all = [counts.limit, counts.offset, counts.last()];
    all.into_iter()
        .flatten()
        .any(|count| i32::try_from(count).is_err())
        .then_some("Dremio counts to 2147483647, LIMIT and OFFSET taken together")
}

/// What is written in the place of an expression.
fn rewrite<'e>(dialect: &Dialect, expr: &'e Expr) -> Option<Rewrite<'e>> {
    integer::rewrite(dialect, expr)
        .or_else(|| decimal::rewrite(dialect, expr))
        .or_else(|| temporal::rewrite(expr))
        .or_else(|| aggregate::rewrite(dialect, expr))
        .or_else(|| text::rewrite(expr))
        .or_else(|| pattern::rewrite(expr))
        .or_else(|| nested::rewrite(expr))
}

/// The type that Dremio gives to an expression as it is written.
fn engine_type(dialect: &Dialect, expr: &Expr) -> Type {
    if let ExprKind::Subquery(query) = &expr.kind
        && let Some(value) = outer_value(query)
    {
        return dialect.engine_type(value);
    }
    let typed = match &expr.kind {
        ExprKind::Call(call) => match dialect.functions.sql(call.function, &call.args) {
            FunctionSql::Typed(_, ty) => Some(ty),
            _ => None,
        },
        _ => None,
    };
    match (typed, &expr.ty, &expr.kind) {
        (Some(ty), ..) => ty,
        (None, Type::Decimal { .. }, _) => decimal::engine_type(dialect, expr),
        (None, Type::Real, ExprKind::Call(call)) if matches!(call.function.name, "sum" | "avg") => {
            Type::Double
        }
        _ => expr.ty.clone(),
    }
}
