//! Intervals times a number, and divided by one.
//!
//! Lake SQL counts whole months or milliseconds and cuts off what is smaller. Spark
//! rounds, and counts microseconds: `INTERVAL '5' MONTH / 2` is three months there.

use std::borrow::Cow;

use lakequery_types::Type;

use crate::emit::Rewrite;
use crate::tree::{BinaryOperator, Expr, ExprKind};

/// What is written for `*` and `/` of these operands, if one is an interval.
pub(super) fn scaled<'e>(
    operator: BinaryOperator,
    left: &'e Expr,
    right: &'e Expr,
) -> Option<Rewrite<'e>> {
    let (interval, number) = match operator {
        BinaryOperator::Multiply if right.ty.is_interval() => (right, left),
        BinaryOperator::Multiply | BinaryOperator::Divide if left.ty.is_interval() => (left, right),
        _ => return None,
    };
    let scaled = match (operator, number.ty.is_integer()) {
        // As lake SQL has it.
        (BinaryOperator::Multiply, true) => return None,
        (BinaryOperator::Multiply, false) => "* {1}",
        (_, true) => "div {1}",
        (_, false) => "/ {1}",
    };
    let (unit, start, end) = match interval.ty {
        Type::IntervalYearToMonth => ("MONTH", "make_ym_interval(0, CAST(", " AS INT))"),
        _ => ("MILLISECOND", "timestamp_millis(CAST(", " AS BIGINT)) - timestamp_millis(0)"),
    };
    let count = format!("timestampdiff({unit}, {EPOCH}, {EPOCH} + {{0}})");
    let template = format!("{start}{count} {scaled}{end}");
    Some(Rewrite {
        template: template.into(),
        args: vec![Cow::Borrowed(interval), as_cast(number)],
    })
}

/// From which an interval is counted.
const EPOCH: &str = "TIMESTAMP_NTZ '1970-01-01 00:00:00'";

/// A number with its conversion as a cast: beside the count, a decimal would be exact.
fn as_cast(number: &Expr) -> Cow<'_, Expr> {
    match &number.kind {
        ExprKind::Coerce(inner) if !number.ty.is_integer() => {
            let kind = ExprKind::Cast { expr: inner.clone(), fallible: false };
            Cow::Owned(Expr { kind, ..number.clone() })
        }
        _ => Cow::Borrowed(number),
    }
}
