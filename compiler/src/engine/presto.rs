//! Presto (prestodb), from which Trino comes: only what has since grown apart.
//!
//! Its times and timestamps have milliseconds, whatever their precision in lake
//! SQL. It takes OFFSET only in sessions with `offset_clause_enabled = true`,
//! which the runtime's half sets.

use lakequery_types::{Engine, Type};

use crate::emit::{Cast, Clause, Dialect, Support, Unnest, Writer};
use crate::tree::{Call, Expr, Version, VersionKind};

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
    version,
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

/// A version is a bigint there, and a time has its zone.
fn version(writer: &mut Writer<'_>, version: &Version) {
    let at = &version.at;
    let (words, ty, is_its) = match version.kind {
        VersionKind::Version => (" FOR VERSION AS OF ", Type::BigInt, at.ty == Type::BigInt),
        VersionKind::Timestamp => {
            let is_zoned = matches!(at.ty, Type::TimestampTz(_));
            (" FOR TIMESTAMP AS OF ", Type::TimestampTz(3), is_zoned)
        }
    };
    if at.ty.is_text() {
        return writer.refuse(version.span, "a version by its name", "Presto takes a number there");
    }
    writer.push(words);
    if is_its {
        writer.value(at);
    } else {
        (writer.dialect.cast)(writer, Cast { expr: at, ty: &ty, fallible: false, span: at.span });
    }
}

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
    for value in unnest.values {
        let mut found = None;
        value.for_each_part(0, &mut |part, _| {
            if part.subquery().is_some() {
                found = found.or(Some(part.span));
            }
        });
        if let Some(span) = found {
            let reason = "Presto takes no subquery in UNNEST; name its value in a subquery of FROM";
            writer.refuse(span, "this subquery", reason);
        }
    }
    (TRINO.unnest)(writer, unnest);
}

fn is_not_hashed(expr: &Expr) -> bool {
    expr.ty.is_interval() || matches!(expr.ty, Type::Array(_) | Type::Map(..) | Type::Row(_))
}
