//! What the arguments of a call are, as far as its SQL depends on it.

use std::ops::RangeInclusive;

use crate::tree::{Expr, ExprKind, Literal};

/// The value of a literal integer.
pub(super) fn integer(expr: Option<&Expr>) -> Option<i64> {
    match expr?.written().kind {
        ExprKind::Literal(Literal::Integer(value)) => Some(value),
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

/// Whether an argument is the same for all rows.
pub(super) fn is_constant(expr: &Expr) -> bool {
    !expr.any(&|part| {
        matches!(part.kind, ExprKind::Column(_) | ExprKind::Variable(_))
            || part.subquery().is_some()
            || part.is_volatile()
    })
}

/// Whether an argument is a literal number or a parameter: what an engine that
/// refuses zero and NULL sees before a row is read.
pub(super) fn is_count(expr: &Expr) -> bool {
    match &expr.written().kind {
        ExprKind::Literal(literal) => matches!(literal, Literal::Integer(_)),
        kind => matches!(kind, ExprKind::Parameter(_)),
    }
}

/// Whether an argument is left out or known before a row is read: a literal, a parameter.
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

/// Whether this may be zero.
pub(super) fn may_be_zero(divisor: &Expr) -> bool {
    match &divisor.written().kind {
        ExprKind::Literal(Literal::Integer(value)) => *value == 0,
        ExprKind::Literal(Literal::Decimal(text)) => {
            !text.bytes().any(|b| matches!(b, b'1'..=b'9'))
        }
        ExprKind::Literal(Literal::Double(value)) => *value == 0.0,
        _ => true,
    }
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
