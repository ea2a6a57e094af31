//! Arrays, maps and rows, which Spark makes with functions, and counts from 0.

use std::borrow::Cow;

use lakequery_types::{Field, Type};

use crate::emit::{Dialect, Rewrite, field_name};
use crate::engine::argument::integer;
use crate::tree::{BinaryOperator, Expr, ExprKind};

/// The value for a key; a key that is not there is an error, where Spark gives NULL.
const MAP_VALUE: &str = "CASE WHEN NOT map_contains_key({0}, {1}) \
     THEN raise_error('Key not present in map') ELSE {0}[{1}] END";

/// What is written in the place of an expression.
pub(super) fn rewrite<'e>(dialect: &Dialect, expr: &'e Expr) -> Option<Rewrite<'e>> {
    match &expr.kind {
        ExprKind::Array(values) => Some(Rewrite {
            template: format!("array({})", places(0, values.len())).into(),
            args: borrowed(values),
        }),
        ExprKind::Row(values) => {
            let Type::Row(fields) = &expr.ty else { return None };
            let member = |(i, field): (usize, &Field)| {
                format!("{}, {{{i}}}", dialect.quoted(&member_name(field, i)))
            };
            let members: Vec<String> = fields.iter().enumerate().map(member).collect();
            let template = format!("named_struct({})", members.join(", "));
            Some(Rewrite { template: template.into(), args: borrowed(values) })
        }
        ExprKind::Subscript { expr: base, index } => {
            let args = vec![Cow::Borrowed(&**base), Cow::Borrowed(&**index)];
            let template = match (&base.ty, integer(Some(index))) {
                (Type::Map(..), _) => MAP_VALUE.into(),
                (_, Some(at)) if i32::try_from(at).is_ok() => format!("{{0}}[{}]", at - 1).into(),
                _ => "{0}[{1:int} - 1]".into(),
            };
            Some(Rewrite { template, args })
        }
        ExprKind::Field { expr: base, index } if field_name(&base.ty, *index).is_none() => {
            let args = vec![Cow::Borrowed(&**base)];
            Some(Rewrite { template: format!("{{0}}.col{}", index + 1).into(), args })
        }
        ExprKind::Binary { operator: BinaryOperator::Concat, left, right } => {
            if !matches!(expr.ty, Type::Array(_)) {
                return None;
            }
            // An element that is NULL makes the result NULL.
            let template = match (left.ty == expr.ty, right.ty == expr.ty) {
                (true, true) => "concat({0}, {1})",
                (true, false) if right.nullable => {
                    "CASE WHEN {1} IS NOT NULL THEN concat({0}, array({1})) END"
                }
                (true, false) => "concat({0}, array({1}))",
                _ if left.nullable => "CASE WHEN {0} IS NOT NULL THEN concat(array({0}), {1}) END",
                _ => "concat(array({0}), {1})",
            };
            let args = vec![converted(left), converted(right)];
            Some(Rewrite { template: template.into(), args })
        }
        _ => None,
    }
}

/// An operand with its implicit conversion written: Spark gives `concat` a type that all of
/// its arrays fit, and not the narrowest one.
fn converted(operand: &Expr) -> Cow<'_, Expr> {
    match &operand.kind {
        ExprKind::Coerce(inner) => {
            let kind = ExprKind::Cast { expr: inner.clone(), fallible: false };
            Cow::Owned(Expr { kind, ..operand.clone() })
        }
        _ => Cow::Borrowed(operand),
    }
}

/// The name that a field has there.
pub(super) fn member_name(field: &Field, index: usize) -> String {
    field.name.clone().unwrap_or_else(|| format!("col{}", index + 1))
}

/// `{0}, {1}, …`
fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count).map(|i| format!("{{{i}}}")).collect();
    places.join(", ")
}

fn borrowed(args: &[Expr]) -> Vec<Cow<'_, Expr>> {
    args.iter().map(Cow::Borrowed).collect()
}
