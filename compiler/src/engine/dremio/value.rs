//! The values that Dremio does not have, or computes otherwise.

use lakequery_types::Type;

use crate::emit::Dialect;
use crate::tree::{BinaryOperator, Expr, ExprKind};

use super::{aggregate, decimal};

/// Why an expression gives another value than in lake SQL, if so.
pub(super) fn refuses(dialect: &Dialect, expr: &Expr) -> Option<&'static str> {
    if let Some(reason) = decimal::refuses(dialect, expr).or_else(|| refuses_type(dialect, expr)) {
        return Some(reason);
    }
    match &expr.kind {
        ExprKind::Binary { operator: BinaryOperator::Concat, .. } => {
            (!expr.ty.is_text()).then_some("Dremio's || is known for texts only")
        }
        ExprKind::Binary { operator: BinaryOperator::Modulo, .. } if expr.ty.is_floating() => {
            Some("Dremio's remainder of doubles is not known to be the same")
        }
        ExprKind::Call(call) => aggregate::refuses(call),
        _ => None,
    }
}

/// Why values of a type are none of Dremio's, if they are none.
fn refuses_type(dialect: &Dialect, expr: &Expr) -> Option<&'static str> {
    match (&expr.kind, &expr.ty) {
        // It reports what it can't be itself.
        (ExprKind::Literal(_) | ExprKind::Parameter(_) | ExprKind::Coerce(_), _)
        | (ExprKind::Cast { .. }, _) => None,
        (_, Type::Unknown | Type::Array(_) | Type::Map(..) | Type::Row(_)) => None,
        // It is wider there, and what is finer than a millisecond is cut where it is read.
        (ExprKind::Column(_), Type::TinyInt | Type::SmallInt)
        | (_, Type::Time(_) | Type::Timestamp(_)) => None,
        (_, other) => dialect.type_name(other).err(),
    }
}
