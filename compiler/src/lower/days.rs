//! Moving dates: by whole days or months, which an interval has to be sure to be.
//! By hours Trino fails, and Spark cuts them off.

use lakequery_types::Type;

use super::Lowerer;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

impl Lowerer<'_> {
    /// Whether a date can be moved by this interval, after a diagnostic if not.
    pub(super) fn moves_dates(&mut self, interval: &Expr, span: Span) -> bool {
        let moves = is_whole_days(interval);
        if !moves {
            self.report(
                Diagnostic::new(Code::TypeMismatch, span, "a date moves by whole days only")
                    .help("convert it: `CAST(… AS timestamp(0))` moves by hours, too"),
            );
        }
        moves
    }
}

fn is_whole_days(interval: &Expr) -> bool {
    const DAY: i64 = 86_400_000;
    match (&interval.kind, &interval.ty) {
        (ExprKind::Error, _) | (_, Type::IntervalYearToMonth) => true,
        (ExprKind::Literal(Literal::Milliseconds(amount)), _) => amount % DAY == 0,
        (ExprKind::Literal(Literal::Null), _) => true,
        (ExprKind::Coerce(operand) | ExprKind::Negate(operand), _) => is_whole_days(operand),
        (ExprKind::Cast { expr, .. }, _) => expr.ty == Type::Unknown,
        (ExprKind::Binary { operator, left, right }, _) => match operator {
            BinaryOperator::Multiply if left.ty.is_interval() => {
                right.ty.is_integer() && is_whole_days(left)
            }
            BinaryOperator::Multiply => left.ty.is_integer() && is_whole_days(right),
            BinaryOperator::Add | BinaryOperator::Subtract if left.ty.is_interval() => {
                is_whole_days(left) && is_whole_days(right)
            }
            BinaryOperator::Subtract => {
                [left, right].iter().all(|point| point.written().ty == Type::Date)
            }
            _ => false,
        },
        (ExprKind::Case { branches, otherwise, .. }, _) => {
            let values = branches.iter().map(|(_, then)| then).chain(otherwise.as_deref());
            values.into_iter().all(is_whole_days)
        }
        (ExprKind::Call(call), _) => match call.function.name {
            "coalesce" | "nullif" | "greatest" | "least" => call.args.iter().all(is_whole_days),
            _ => false,
        },
        _ => false,
    }
}
