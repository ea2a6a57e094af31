//! What the arguments of a call are, as far as its spelling depends on it.

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
    match expr.map(|expr| &expr.written().kind) {
        Some(ExprKind::Literal(Literal::Integer(value))) => *value > 0,
        Some(ExprKind::Literal(Literal::Double(value))) => *value > 0.0,
        Some(ExprKind::Literal(Literal::Decimal(text))) => {
            !text.starts_with('-') && text.bytes().any(|b| matches!(b, b'1'..=b'9'))
        }
        _ => false,
    }
}

/// The text of a literal.
pub(super) fn text(expr: Option<&Expr>) -> Option<&str> {
    match &expr?.written().kind {
        ExprKind::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    }
}
