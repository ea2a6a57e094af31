//! What the arguments of a call are, as far as its spelling depends on it.

use std::ops::RangeInclusive;

use lakequery_types::Type;

use crate::tree::{Expr, ExprKind, Literal};

pub(super) fn is_decimal(args: &[Expr]) -> bool {
    matches!(args.first(), Some(Expr { ty: Type::Decimal { .. }, .. }))
}

pub(super) fn formats(ty: &Type) -> bool {
    matches!(ty, Type::Varchar(_) | Type::Double) || ty.is_integer()
}

pub(super) fn is_text(args: &[Expr]) -> bool {
    matches!(args.first(), Some(Expr { ty: Type::Varchar(_), .. }))
}

/// The value of a literal integer.
pub(super) fn integer(expr: Option<&Expr>) -> Option<i64> {
    match expr?.written().kind {
        ExprKind::Literal(Literal::Integer(value)) => Some(value),
        _ => None,
    }
}

/// Whether an argument is left out or the same for all rows: a literal, a parameter.
pub(super) fn is_bound(expr: Option<&Expr>) -> bool {
    expr.is_none_or(|expr| match &expr.written().kind {
        ExprKind::Literal(_) | ExprKind::Parameter(_) => true,
        ExprKind::Negate(operand) => is_bound(Some(operand)),
        _ => false,
    })
}

/// Whether this is a literal above zero.
pub(super) fn is_positive(expr: Option<&Expr>) -> bool {
    expr.and_then(number).is_some_and(|value| value > 0.0)
}

/// Whether an argument is left out, a literal within this range, or a parameter.
pub(super) fn is_within(expr: Option<&Expr>, range: RangeInclusive<f64>) -> bool {
    expr.is_none_or(|expr| match &expr.written().kind {
        ExprKind::Parameter(_) => true,
        _ => number(expr).is_some_and(|value| range.contains(&value)),
    })
}

/// The value of a literal number.
fn number(expr: &Expr) -> Option<f64> {
    match &expr.written().kind {
        ExprKind::Literal(Literal::Integer(value)) => Some(*value as f64),
        ExprKind::Literal(Literal::Double(value)) => Some(*value),
        ExprKind::Literal(Literal::Decimal(text)) => text.parse().ok(),
        _ => None,
    }
}

/// The text of a literal.
pub(super) fn text(expr: Option<&Expr>) -> Option<&str> {
    match &expr?.written().kind {
        ExprKind::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    }
}
