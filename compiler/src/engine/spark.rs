//! Spark SQL, version 4 and later, in ANSI mode.
//!
//! The runtime's half opens its sessions with these settings, which the SQL
//! counts on:
//!
//! | setting | for |
//! |---|---|
//! | `spark.sql.ansi.enabled = true` | overflow and bad casts are errors |
//! | `spark.sql.session.timeZone = UTC` | conversions between timestamps with and without zone |
//! | `spark.sql.decimalOperations.allowPrecisionLoss = false` | decimals keep their scale |

use lakequery_types::{Engine, Type};

use crate::emit::{Clause, Counts, Dialect, Support};
use crate::engine::ansi::ANSI;
use crate::tree::{Call, Expr, ExprKind, Literal, VersionKind};

use self::engine_type::has_no_type;

mod array_agg;
mod cast;
mod decimal;
mod engine_type;
mod function;
mod interval;
mod like;
mod literal;
mod nested;
mod reason;
mod reserved;
mod rewrite;
mod subquery;
mod unnest;
mod zone;

/// Spark's SQL.
pub(crate) static SPARK: Dialect = Dialect {
    engine: Engine::Spark,
    is_reserved: reserved::is_reserved,
    identifier_quote: '`',
    type_name: literal::type_name,
    quoted: literal::quoted,
    literal: literal::literal,
    writes_conversion: cast::writes_conversion,
    cast: cast::cast,
    engine_type: engine_type::engine_type,
    rewrite: rewrite::rewrite,
    sql_json: Support::No("Spark does not have the functions of SQL/JSON"),
    compares_nulls_inside: Support::No("Spark takes a NULL in it for a value that equals itself"),
    like: like::like,
    // EXTRACT has types and meanings of its own there.
    extract_is_function: true,
    groups_no_rows: false,
    having_asks_for_sets: false,
    grouping_is_cast: true,
    instant: |_, expr, _| zone::instant(expr),
    nulls_sort_last: false,
    limit_before_offset: true,
    limit_is_integer: true,
    refuses_counts,
    unnest: unnest::unnest,
    unnest_keeps_rows: true,
    comma_binds_before_join: true,
    cast_keeps_column_name: true,
    // It looks for the others below the SELECT list, but not below HAVING.
    selects_sort_key: |_, key| {
        key.has_window
            || key.is_mistaken
            || key.has_subquery
            || key.of_sets
            || key.of_filtered_groups
    },
    version: |writer, version| match (version.kind, &version.at.written().kind) {
        (VersionKind::Version, ExprKind::Literal(Literal::Integer(number))) => {
            writer.push(&format!(" VERSION AS OF {number}"));
        }
        (VersionKind::Version, ExprKind::Literal(Literal::Text(name))) => {
            let name = writer.dialect.quoted(name);
            writer.push(&format!(" VERSION AS OF {name}"));
        }
        (VersionKind::Version, _) => {
            writer.refuse(version.span, "this version", "Spark takes a literal there");
        }
        (VersionKind::Timestamp, _) => {
            writer.push(" TIMESTAMP AS OF ");
            writer.value(&version.at);
        }
    },
    sample: |writer, sample| {
        // It chooses row by row, and SYSTEM leaves that to the engine.
        let Some(percentage) = percentage(sample.percentage) else {
            return writer.refuse(
                sample.percentage.span,
                "a parameter of TABLESAMPLE",
                "Spark takes a literal there",
            );
        };
        writer.named_relation(sample.relation, |writer| {
            writer.push(&format!(" TABLESAMPLE ({percentage} PERCENT)"));
        });
    },
    multiset_requires_unique_names: true,
    refuses_subquery: subquery::refuses,
    refuses_call,
    refuses_value: decimal::refuses,
    refuses_comparison,
    refuses_volatile,
    values_can_hold,
    values_need_select: true,
    in_select_may_be_list: true,
    functions: &function::FUNCTIONS,
    listagg_truncates: Support::No("Spark's texts have no limit"),
    aggregate_order_by: Support::No("Spark collects in any order"),
    ranking_requires_order_by: true,
    frame_groups: Support::No("Spark has ROWS and RANGE only"),
    frame_bounds_are_literals: Some("Spark takes only literals of the key's own type there"),
    ..ANSI
};

/// A percentage as Spark reads it: without an exponent.
fn percentage(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Literal(Literal::Integer(value)) => Some(value.to_string()),
        ExprKind::Literal(Literal::Decimal(text)) => Some(text.clone()),
        ExprKind::Literal(Literal::Double(value)) => Some(value.to_string()),
        _ => None,
    }
}

fn refuses_volatile(_: &Dialect, clause: Clause) -> Option<&'static str> {
    match clause {
        Clause::Aggregate => Some("Spark aggregates no random values; draw them in a subquery"),
        Clause::On | Clause::OuterOn => {
            Some("Spark joins on no random values; draw them in a subquery")
        }
        _ => None,
    }
}

fn refuses_counts(_: &Dialect, counts: &Counts) -> Option<&'static str> {
    let all = [counts.limit, counts.offset, counts.last()];
    all.into_iter()
        .flatten()
        .any(|count| i32::try_from(count).is_err())
        .then_some("Spark counts to 2147483647, LIMIT and OFFSET taken together")
}

/// The functions that compare values of their arguments.
const COMPARING: &[&str] = &[
    "array_distinct",
    "array_except",
    "array_intersect",
    "array_position",
    "array_remove",
    "array_union",
    "arrays_overlap",
    "contains",
    "nullif",
];

fn refuses_call(dialect: &Dialect, call: &Call) -> Option<&'static str> {
    if COMPARING.contains(&call.function.name)
        && let Some(reason) = call.args.iter().find_map(|arg| dialect.refuses_comparison(&arg.ty))
    {
        return Some(reason);
    }
    if COMPARING.contains(&call.function.name) && call.args.iter().any(|arg| has_no_type(&arg.ty)) {
        return Some("Spark compares no NULL that has no type; CAST it");
    }
    if call.function.name == "array_agg" {
        return array_agg::refuses(call);
    }
    // It calls a lambda of its own.
    let sorts = call.function.name == "array_sort";
    if sorts && call.args.iter().any(|arg| arg.any(&|part| part.subquery().is_some())) {
        return Some(subquery::BESIDE_LAMBDA);
    }
    let window = call.over.as_ref()?;
    if call.distinct {
        return Some("Spark has no DISTINCT in windows");
    }
    let frames = !window.order_by.is_empty() || window.frame.is_some();
    if call.function.name == "listagg" && frames {
        return Some("Spark joins whole partitions only");
    }
    window.partition_by.iter().find_map(|key| dialect.refuses_comparison(&key.ty))
}

fn refuses_comparison(dialect: &Dialect, ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Map(..) => Some("Spark compares no maps"),
        Type::Array(element) => dialect.refuses_comparison(&element.ty),
        Type::Row(fields) => fields.iter().find_map(|field| dialect.refuses_comparison(&field.ty)),
        _ => None,
    }
}

/// Spark computes the rows of VALUES before it runs the query.
fn values_can_hold(_: &Dialect, expr: &Expr) -> bool {
    !expr.any(&|part| match &part.kind {
        ExprKind::Column(_) => true,
        // Some of them it computes only later.
        ExprKind::Call(_) => true,
        _ => part.subquery().is_some(),
    })
}
