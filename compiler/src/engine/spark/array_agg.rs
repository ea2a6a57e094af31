//! `array_agg`: Spark's leaves NULLs out, gives an empty array for no rows, and takes no order.
//!
//! So each value is gathered as the field of a structure, which is never NULL itself, with the
//! keys of its order beside it.

use std::borrow::Cow;

use lakequery_types::Type;

use crate::emit::Rewrite;
use crate::tree::{Call, Expr, SortKey, SortTarget};

use super::engine_type::has_no_type;

/// What is written for a call that Spark can be asked so.
pub(super) fn rewrite<'e>(expr: &'e Expr, call: &'e Call) -> Option<Rewrite<'e>> {
    if refuses(call).is_some() || is_of_nested_keys(call) {
        return None;
    }
    let Call { args, distinct, order_by, filter, .. } = call;
    let value = args.first()?;
    let mut args = vec![Cow::Borrowed(value)];
    let aggregate = if *distinct { "collect_set" } else { "collect_list" };
    let mut filtered = "";
    if let Some(filter) = filter {
        args.push(Cow::Borrowed(filter));
        filtered = " FILTER (WHERE {1})";
    }
    let array = if !value.nullable && order_by.is_empty() {
        format!("{aggregate}({{0}}){filtered}")
    } else {
        let mut fields = "'v', {0}".to_owned();
        let mut order = String::new();
        for SortKey { target, descending, nulls_first } in order_by {
            let SortTarget::Expr(key) = target else { return None };
            // With DISTINCT, the key is the value.
            let mut name = "v".to_owned();
            if !distinct {
                name = format!("k{}", args.len());
                fields.push_str(&format!(", '{name}', {{{}}}", args.len()));
                args.push(Cow::Borrowed(key));
            }
            order.push_str(&compared(&name, key, *descending, *nulls_first));
        }
        let gathered = format!("{aggregate}(named_struct({fields})){filtered}");
        let sorted = match &*order {
            "" => gathered,
            order => {
                format!("array_sort({gathered}, (lake_a, lake_b) -> CASE{order} ELSE 0 END)")
            }
        };
        format!("transform({sorted}, lake_e -> lake_e.v)")
    };
    let template = match expr.nullable {
        true => format!("CASE WHEN count(*){filtered} > 0 THEN {array} END"),
        false => array,
    };
    Some(Rewrite { template: template.into(), args })
}

/// The branches of a CASE that tell which of `lake_a` and `lake_b` comes first by a field, which
/// holds the values of a key.
fn compared(field: &str, key: &Expr, descending: bool, nulls_first: bool) -> String {
    let (a, b) = (format!("lake_a.{field}"), format!("lake_b.{field}"));
    let before = |a_first: &str, b_first: &str, ascending: bool| {
        let (first, last) = if ascending { (-1, 1) } else { (1, -1) };
        format!(" WHEN {a_first} THEN {first} WHEN {b_first} THEN {last}")
    };
    let mut branches = String::new();
    if key.nullable {
        branches += &before(
            &format!("{a} IS NULL AND {b} IS NOT NULL"),
            &format!("{a} IS NOT NULL AND {b} IS NULL"),
            nulls_first,
        );
    }
    if key.ty.is_floating() {
        // NaN comes before all numbers in lake SQL, and after them in Spark.
        branches += &before(
            &format!("isnan({a}) AND NOT isnan({b})"),
            &format!("NOT isnan({a}) AND isnan({b})"),
            !descending,
        );
    }
    branches + &before(&format!("{a} < {b}"), &format!("{a} > {b}"), !descending)
}

/// Why a call can't be spelled. Its order is judged as that of any aggregate.
pub(super) fn refuses(call: &Call) -> Option<&'static str> {
    let Call { args, distinct, over, .. } = call;
    if over.is_some() {
        return Some("Spark's leaves NULLs out");
    }
    if args.iter().any(|arg| has_no_type(&arg.ty)) {
        return Some("Spark gathers no NULL that has no type; CAST it");
    }
    let value = args.first()?;
    (*distinct && (is_nested(&value.ty) || value.ty.is_floating()))
        .then_some("Spark tells 0.0 from -0.0, and NULLs in nested values, with DISTINCT")
}

/// Whether it is ordered by what Spark orders otherwise.
fn is_of_nested_keys(call: &Call) -> bool {
    let is_nested =
        |key: &SortKey| matches!(&key.target, SortTarget::Expr(key) if is_nested(&key.ty));
    call.order_by.iter().any(is_nested)
}

fn is_nested(ty: &Type) -> bool {
    matches!(ty, Type::Array(_) | Type::Map(..) | Type::Row(_))
}
