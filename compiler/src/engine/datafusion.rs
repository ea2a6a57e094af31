//! DataFusion, the embedded engine.
//!
//! The session it runs in has lake SQL's operators, functions and comparisons,
//! so that the text is nearly Trino's. What remains is what its parser
//! (sqlparser's generic dialect), its planner and its optimizer read otherwise.

use std::borrow::Cow;

use lakequery_types::{Engine, Type};

use crate::emit::{Conversion, Dialect, Rewrite, Support, Unnest, write_unnest};
use crate::engine::ansi::ANSI;
use crate::tree::{Alias, Call, Expr, ExprKind, FrameBound};

mod call;
mod cast;
mod function;
mod literal;
mod reserved;
mod subquery;

/// DataFusion's SQL.
pub(crate) static DATAFUSION: Dialect = Dialect {
    engine: Engine::DataFusion,
    is_reserved: reserved::is_reserved,
    lowercases_unquoted_names: true,
    type_name: literal::type_name,
    literal: literal::literal,
    writes_conversion: cast::writes_conversion,
    cast: cast::cast,
    engine_type,
    rewrite,
    // EXTRACT has types and meanings of its own there.
    extract_is_function: true,
    distinct_from_is_greedy: true,
    instant,
    grouping_is_cast: true,
    refuses_parameter: |_, ty| match ty {
        Type::TimeTz(_) | Type::Json | Type::Uuid | Type::IpAddress => {
            Some("the embedded engine has no values of that type")
        }
        _ => None,
    },
    nulls_sort_last: false,
    requires_unique_output_names: true,
    // It can't tell the two columns of one name apart there.
    selects_sort_key: |_, key| key.is_shadowed || key.is_mistaken || key.has_subquery,
    in_list_may_be_query: true,
    values_need_select: true,
    range_takes_key,
    refuses_subquery: subquery::refuses,
    // Its key would be a second column of one name.
    in_query_may_be_any: false,
    subquery_may_begin_with_parenthesis: false,
    sql_json: Support::No(
        "the embedded engine does not have the functions of SQL/JSON; `json_extract_scalar` looks into JSON",
    ),
    with_hides_outer_names: Support::No(
        "the embedded engine does not let it hide the one around it; rename one of them",
    ),
    // It computes VALUES before the subqueries, and gives CASE the type of its first branch.
    values_can_hold: |_, expr| {
        !expr.any(&|part| part.subquery().is_some() || matches!(part.kind, ExprKind::Case { .. }))
    },
    unnest: |writer, unnest| {
        // Fields of rows have names there that lake SQL may write otherwise.
        let columns = unnest.names.to_vec();
        let alias = Alias { name: unnest.alias.name.clone(), columns };
        write_unnest(writer, Unnest { alias: &alias, ..unnest });
    },
    version: |writer, version| {
        let what = "a version of a table";
        writer.refuse(version.span, what, "the embedded engine reads files as they are");
    },
    // It has no TABLESAMPLE.
    sample: |writer, sample| {
        writer.push("(SELECT * FROM ");
        writer.named_relation(sample.relation, |_| {});
        writer.push(" WHERE random() * 100 < ");
        writer.comparand(sample.percentage);
        writer.push(") AS ");
        writer.ident(sample.relation.name().unwrap_or("sample"));
    },
    unnest_qualifies_columns: true,
    functions: &function::FUNCTIONS,
    listagg_within_group: false,
    listagg_truncates: Support::No("the embedded engine's texts have no limit"),
    refuses_call,
    frame_bounds_are_literals: Some(
        "the embedded engine takes only literals of the key's own type there",
    ),
    ..ANSI
};

/// What the session has under another name, and conversions that it would not do.
fn rewrite<'e>(_: &Dialect, expr: &'e Expr) -> Option<Rewrite<'e>> {
    match &expr.kind {
        // A field by its number, which as a text is not taken for a value of some type: the
        // session folds the case of names.
        ExprKind::Field { expr: row, index } => Some(Rewrite {
            template: format!("lake_field({{0}}, '{}')", index + 1).into(),
            args: vec![Cow::Borrowed(&**row)],
        }),
        // In ARRAY[…] it does not find columns of what stands before UNNEST.
        ExprKind::Array(values) if !values.is_empty() => {
            let places: Vec<String> = (0..values.len()).map(|i| format!("{{{i}}}")).collect();
            let template = format!("lake_array({})", places.join(", ")).into();
            Some(Rewrite { template, args: values.iter().map(Cow::Borrowed).collect() })
        }
        ExprKind::Subscript { expr: base, index } => Some(Rewrite {
            template: "lake_subscript({0}, {1})".into(),
            args: vec![Cow::Borrowed(&**base), Cow::Borrowed(&**index)],
        }),
        ExprKind::Call(call) => call::rewrite(expr, call),
        _ => None,
    }
}

/// A column of the result is in UTC, as it is on other engines.
fn instant<'e>(_: &Dialect, expr: &'e Expr, place: Conversion) -> Option<Rewrite<'e>> {
    let is_zoned = |part: &Expr| match &part.kind {
        ExprKind::Call(call) => function::ZONED.contains(&call.function.name),
        _ => false,
    };
    let shows_zone = matches!(expr.ty, Type::TimestampTz(_)) && expr.any(&is_zoned);
    (place == Conversion::Column && shows_zone).then(|| Rewrite {
        template: "at_timezone({0}, 'UTC')".into(),
        args: vec![Cow::Borrowed(expr)],
    })
}

/// The keys that it finds the rows of a RANGE by.
fn range_takes_key(_: &Dialect, key: &Type) -> bool {
    let is_time = matches!(key, Type::Date | Type::Timestamp(_) | Type::TimestampTz(_));
    key.is_numeric() || key.is_text() || is_time || *key == Type::Boolean
}

/// Some aggregates of reals give a double there.
fn engine_type(_: &Dialect, expr: &Expr) -> Type {
    const DOUBLES: [&str; 6] =
        ["corr", "covar_pop", "covar_samp", "geometric_mean", "regr_intercept", "regr_slope"];
    match &expr.kind {
        ExprKind::Call(call) if DOUBLES.contains(&call.function.name) => Type::Double,
        _ => expr.ty.clone(),
    }
}

/// Calls that its functions do not take. In a frame whose start moves, an aggregate takes back the rows that leave
/// it, which those with DISTINCT and some others can't.
fn refuses_call(_: &Dialect, call: &Call) -> Option<&'static str> {
    const ONLY_ADD: [&str; 23] = [
        "any_value",
        "approx_distinct",
        "approx_most_frequent",
        "approx_percentile",
        "arbitrary",
        "bitwise_and_agg",
        "bitwise_or_agg",
        "bitwise_xor_agg",
        "bool_and",
        "bool_or",
        "checksum",
        "every",
        "geometric_mean",
        "histogram",
        "kurtosis",
        "listagg",
        "map_agg",
        "map_union",
        "max_by",
        "min_by",
        "multimap_agg",
        "numeric_histogram",
        "skewness",
    ];
    if call.function.name == "reduce_agg" && !call::is_plain(call) {
        return Some("the embedded engine's takes neither DISTINCT, ORDER BY, FILTER nor OVER");
    }
    if call.function.name == "try"
        && call.args.iter().any(|arg| arg.any(&|part| part.subquery().is_some()))
    {
        return Some("the embedded engine catches no errors of subqueries");
    }
    let frame = call.over.as_ref()?.frame.as_ref()?;
    let moves = !matches!(frame.start, FrameBound::UnboundedPreceding);
    let is_several = matches!(call.function.name, "min" | "max") && call.args.len() > 1;
    (moves && (call.distinct || is_several || ONLY_ADD.contains(&call.function.name)))
        .then_some("the embedded engine can't do it in a frame whose start moves")
}
