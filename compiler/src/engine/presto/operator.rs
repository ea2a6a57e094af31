//! Operators and functions that Presto gets wrong as they are written.

use std::borrow::Cow;

use lakequery_types::{MAX_PRECISION, Type};

use crate::emit::Spelled;
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

/// The text of an expression that Presto needs spelled in another way.
pub(super) fn spelled(expr: &Expr) -> Option<Spelled<'_>> {
    match &expr.kind {
        // It compares texts of two types, and fails in its planner.
        ExprKind::Binary { operator, left, right }
            if matches!(
                operator,
                BinaryOperator::IsDistinctFrom | BinaryOperator::IsNotDistinctFrom
            ) && is_text(left)
                && is_text(right)
                && left.written().ty != right.written().ty =>
        {
            let template =
                format!("CAST({{0}} AS varchar) {} CAST({{1}} AS varchar)", operator.symbol());
            let args = vec![Cow::Borrowed(left.written()), Cow::Borrowed(right.written())];
            Some(Spelled { template: template.into(), args })
        }
        // Rounded to its first digit's place, everything becomes zero.
        ExprKind::Call(call) if call.function.name == "round" => {
            let [number, places] = &call.args[..] else { return None };
            let (p, s) = match number.ty {
                Type::Decimal { precision, scale } if precision < MAX_PRECISION => {
                    (precision, scale)
                }
                _ => return None,
            };
            if let ExprKind::Literal(Literal::Integer(places)) = places.written().kind
                && i64::from(p - s) + places != 0
            {
                return None;
            }
            let (more, rounded) = (p + 1, &expr.ty);
            let template =
                format!("CAST(round(CAST({{0}} AS decimal({more},{s})), {{1}}) AS {rounded})");
            let args = call.args.iter().map(Cow::Borrowed).collect();
            Some(Spelled { template: template.into(), args })
        }
        _ => None,
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr.ty, Type::Varchar(_))
}
