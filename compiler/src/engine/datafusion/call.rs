//! Calls that become other expressions.

use std::borrow::Cow;

use lakequery_types::{Field, Type};

use crate::emit::Rewrite;
use crate::tree::{Call, Expr, ExprKind, Literal};

/// What is written for a call, where it is not a call of its function.
pub(super) fn rewrite<'e>(expr: &'e Expr, call: &'e Call) -> Option<Rewrite<'e>> {
    match call.function.name {
        "lag" | "lead" => default_of_window(expr, call),
        "reduce_agg" if is_plain(call) => Some(reduced(call)),
        "try" => Some(attempted(call)),
        "typeof" => type_name(expr, call),
        _ => None,
    }
}

/// The value for rows beyond the window would be converted to the type of the others.
fn default_of_window<'e>(expr: &'e Expr, call: &'e Call) -> Option<Rewrite<'e>> {
    let [value, rest @ ..] = &call.args[..] else { return None };
    let ExprKind::Coerce(inner) = &value.kind else { return None };
    if rest.len() < 2 {
        return None;
    }
    let cast = ExprKind::Cast { expr: inner.clone(), fallible: false };
    let mut args = vec![Expr { kind: cast, ..value.clone() }];
    args.extend_from_slice(rest);
    let kind = ExprKind::Call(Box::new(Call { args, ..call.clone() }));
    let args = vec![Cow::Owned(Expr { kind, ..expr.clone() })];
    Some(Rewrite { template: "{0}".into(), args })
}

/// Whether a call of an aggregate has nothing but its arguments.
pub(super) fn is_plain(call: &Call) -> bool {
    let Call { distinct, order_by, filter, over, .. } = call;
    !distinct && order_by.is_empty() && filter.is_none() && over.is_none()
}

/// The states are never combined: the values of a group are reduced where they are all there.
fn reduced(call: &Call) -> Rewrite<'_> {
    let template = "CASE WHEN count({0}) > 0 THEN reduce(array_agg({0}) FILTER (WHERE {0} IS NOT \
                    NULL), {1}, {2}, lake_state -> lake_state) END";
    Rewrite { template: template.into(), args: call.args.iter().map(Cow::Borrowed).collect() }
}

/// A lambda, which is called where its errors are caught.
fn attempted(call: &Call) -> Rewrite<'_> {
    let args = call.args.iter().map(Cow::Borrowed).collect();
    Rewrite { template: "lake_try(NULL, lake_nothing -> {0})".into(), args }
}

/// The name of a type is known here.
fn type_name<'e>(expr: &'e Expr, call: &'e Call) -> Option<Rewrite<'e>> {
    let name = shown(&call.args.first()?.ty);
    let text = Expr { kind: ExprKind::Literal(Literal::Text(name)), ..expr.clone() };
    Some(Rewrite { template: "{0}".into(), args: vec![Cow::Owned(text)] })
}

/// A type as Trino shows it.
fn shown(ty: &Type) -> String {
    match ty {
        Type::Array(item) => format!("array({})", shown(&item.ty)),
        Type::Map(key, value) => format!("map({}, {})", shown(key), shown(&value.ty)),
        Type::Row(fields) => {
            let field = |field: &Field| match &field.name {
                Some(name) => format!("{name} {}", shown(&field.ty)),
                None => shown(&field.ty),
            };
            format!("row({})", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
