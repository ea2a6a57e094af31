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

use crate::emit::{ANSI, Dialect};
use crate::tree::{Call, Expr, ExprKind};

mod cast;
mod like;
mod literal;
mod native;
mod operator;
mod reserved;
mod subquery;

/// Spark's SQL.
pub(crate) static SPARK: Dialect = Dialect {
    engine: Engine::Spark,
    is_reserved: reserved::is_reserved,
    quote: '`',
    type_name: literal::type_name,
    literal: literal::literal,
    writes_conversion: cast::writes_conversion,
    cast: cast::cast,
    native: native::native,
    spelled: operator::spelled,
    like: like::like,
    // EXTRACT has types and meanings of its own there.
    extracts_by_function: true,
    nulls_last: false,
    limit_first: true,
    integer_counts: true,
    selects_key: |key| key.has_window || key.is_mistaken || key.has_subquery,
    refuses_subquery: subquery::refuses,
    refuses_call,
    refuses_comparison,
    values_hold,
    calls_values: true,
    no_inner_order: Some("Spark collects in any order"),
    orders_windows: true,
    no_groups: Some("Spark has ROWS and RANGE only"),
    literal_bounds: Some("Spark takes only literals of the key's own type there"),
    ..ANSI
};

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

fn refuses_call(call: &Call) -> Option<&'static str> {
    if COMPARING.contains(&call.function.name)
        && let Some(reason) = call.args.iter().find_map(|arg| refuses_comparison(&arg.ty))
    {
        return Some(reason);
    }
    let window = call.over.as_ref()?;
    if call.distinct {
        return Some("Spark has no DISTINCT in windows");
    }
    let frames = !window.order_by.is_empty() || window.frame.is_some();
    if call.function.name == "listagg" && frames {
        return Some("Spark joins whole partitions only");
    }
    window.partition_by.iter().find_map(|key| refuses_comparison(&key.ty))
}

fn refuses_comparison(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Map(..) => Some("Spark compares no maps"),
        Type::Array(element) => refuses_comparison(&element.ty),
        Type::Row(fields) => fields.iter().find_map(|field| refuses_comparison(&field.ty)),
        _ => None,
    }
}

/// Spark computes the rows of VALUES before it runs the query.
fn values_hold(expr: &Expr) -> bool {
    !expr.any(&|part| match &part.kind {
        ExprKind::Column(_) => true,
        ExprKind::Call(call) => matches!(call.function.name, "random" | "rand"),
        _ => part.subquery().is_some(),
    })
}
