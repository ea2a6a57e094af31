//! Calls that become other expressions.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use lakequery_types::{Field, Item, Type};

use crate::emit::Rewrite;
use crate::token::Span;
use crate::tree::{Call, Expr, ExprKind, Literal, Variable};

use super::cast::tells_digits;

/// What is written for a call, where it is not a call of its function.
pub(super) fn rewrite<'e>(expr: &'e Expr, call: &'e Call) -> Option<Rewrite<'e>> {
    match call.function.name {
        "array_join" => joined(call),
        "date_add" => rounded(expr, call),
        "lag" | "lead" => default_of_window(expr, call),
        "reduce_agg" if is_plain(call) => Some(reduced(call)),
        "try" => attempted(call),
        "typeof" => type_name(expr, call),
        _ => None,
    }
}

/// Elements whose digits the session does not know become texts first.
fn joined(call: &Call) -> Option<Rewrite<'_>> {
    let [array @ Expr { ty: Type::Array(item), .. }, rest @ ..] = &call.args[..] else {
        return None;
    };
    if tells_digits(&item.ty) {
        return None;
    }
    let texts = Type::Array(Item { ty: Type::VARCHAR, nullable: item.nullable }.into());
    let mut args = vec![Cow::Owned(array.clone().cast(&texts))];
    args.extend(rest.iter().map(Cow::Borrowed));
    let template =
        if rest.len() > 1 { "array_join({0}, {1}, {2})" } else { "array_join({0}, {1})" };
    Some(Rewrite { template: template.into(), args })
}

/// Milliseconds may be more than a time has room for.
fn rounded<'e>(expr: &'e Expr, call: &'e Call) -> Option<Rewrite<'e>> {
    let Type::Time(precision @ ..3) = expr.ty else { return None };
    let template = format!("lake_cast(date_add({{0}}, {{1}}, {{2}}), 'time({precision})')");
    Some(Rewrite { template: template.into(), args: call.args.iter().map(Cow::Borrowed).collect() })
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

/// A lambda, which is called where its errors are caught. No lambda has a subquery: it is given
/// the values of those that the expression has.
fn attempted(call: &Call) -> Option<Rewrite<'_>> {
    let [expr] = &call.args[..] else { return None };
    let subqueries = RefCell::new(Vec::new());
    expr.replaced(&|part| {
        part.subquery()?;
        subqueries.borrow_mut().push(part.clone());
        Some(part.clone())
    });
    let mut subqueries = subqueries.into_inner();
    let given = match subqueries.len() {
        0 => {
            let template = "lake_try(NULL, lake_nothing -> {0})".into();
            return Some(Rewrite { template, args: vec![Cow::Borrowed(expr)] });
        }
        1 => subqueries.swap_remove(0),
        _ => row_of(subqueries, expr.span),
    };
    let name = "lake_given".to_owned();
    let variable = Variable { lambda: usize::MAX, index: 0, name: name.clone() };
    let variable = Expr { kind: ExprKind::Variable(variable), ..given.clone() };
    let next = Cell::new(0);
    let body = expr.replaced(&|part| {
        part.subquery()?;
        let index = next.replace(next.get() + 1);
        Some(match given.kind {
            ExprKind::Row(_) => {
                let expr = Box::new(variable.clone());
                Expr { kind: ExprKind::Field { expr, index }, ..part.clone() }
            }
            _ => variable.clone(),
        })
    });
    let template = format!("lake_try({{0}}, {name} -> {{1}})").into();
    Some(Rewrite { template, args: vec![Cow::Owned(given), Cow::Owned(body)] })
}

/// A row whose fields have no names.
fn row_of(values: Vec<Expr>, span: Span) -> Expr {
    let field = |value: &Expr| Field { name: None, ty: value.ty.clone(), nullable: value.nullable };
    let ty = Type::Row(values.iter().map(field).collect());
    Expr { kind: ExprKind::Row(values), ty, nullable: false, span }
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
