//! Presto (prestodb), from which Trino comes: only what has since grown apart.
//!
//! Its times and timestamps have milliseconds, whatever their precision in lake
//! SQL. It takes OFFSET only in sessions with `offset_clause_enabled = true`,
//! which the runtime's half sets.

use lakequery_types::{Engine, Type};

use crate::emit::{Clause, Dialect, Support, Unnest, Writer};
use crate::tree::{Call, Expr};

use super::trino::TRINO;

mod cast;
mod function;
mod literal;
mod rewrite;
mod subquery;

/// Presto's SQL.
pub(crate) static PRESTO: Dialect = Dialect {
    engine: Engine::Presto,
    between_takes_scalars: true,
    type_name: literal::type_name,
    literal: literal::literal,
    refuses_column: literal::refuses_column,
    cast: cast::cast,
    rewrite: rewrite::rewrite,
    expands_between: true,
    sql_json: Support::No(
        "Presto does not have the functions of SQL/JSON; `json_extract_scalar` looks into JSON",
    ),
    set_operation_all: Support::No("Presto has UNION ALL only"),
    has_quantified,
    refuses_subquery: subquery::refuses,
    functions: &function::FUNCTIONS,
    refuses_call,
    unnest,
    ..TRINO
};

/// Presto does not know what a query groups by where one stands beside aggregates.
fn has_quantified(_: &Dialect, clause: Clause) -> bool {
    matches!(clause, Clause::Where | Clause::On | Clause::OuterOn)
}

fn refuses_call(dialect: &Dialect, call: &Call) -> Option<&'static str> {
    match (call.distinct, &call.over) {
        (true, Some(_)) => Some("Presto has no DISTINCT in windows"),
        _ if call.function.name == "approx_distinct" && call.args.iter().any(is_not_hashed) => {
            Some("Presto does not take this type there; write count(DISTINCT …)")
        }
        _ => (TRINO.refuses_call)(dialect, call),
    }
}

fn unnest(writer: &mut Writer<'_>, unnest: Unnest<'_>) {
    if unnest.keeps_rows {
        writer.refuse(unnest.span, "LEFT JOIN with UNNEST", "Presto has only CROSS JOIN with it");
    }
    (TRINO.unnest)(writer, unnest);
}

fn is_not_hashed(expr: &Expr) -> bool {
    expr.ty.is_interval() || matches!(expr.ty, Type::Array(_) | Type::Map(..) | Type::Row(_))
}
