//! Dates and timestamps, and the intervals that are added to them.
//!
//! An interval is written where it is added, and nowhere else. Calcite, whose parser Dremio has,
//! takes two digits where an interval says no more.

use std::borrow::Cow;

use lakequery_types::Type;

use crate::emit::Rewrite;
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

const UNITS: [(&str, i64); 4] =
    [("DAY", 86_400_000), ("HOUR", 3_600_000), ("MINUTE", 60_000), ("SECOND", 1000)];

/// What is written where an interval is added to a date or a timestamp.
pub(super) fn rewrite(expr: &Expr) -> Option<Rewrite<'_>> {
    let ExprKind::Binary { operator, left, right } = &expr.kind else { return None };
    let symbol = match operator {
        BinaryOperator::Add | BinaryOperator::Subtract => operator.symbol(),
        _ => return None,
    };
    let name = match &expr.ty {
        Type::Date => "DATE",
        Type::Timestamp(_) => "TIMESTAMP",
        _ => return None,
    };
    let (moment, interval) = if right.ty.is_interval() { (left, right) } else { (right, left) };
    let interval = spelled(interval)?;
    Some(Rewrite {
        template: format!("CAST({{0}} {symbol} {interval} AS {name})").into(),
        args: vec![Cow::Borrowed(&**moment)],
    })
}

/// An interval of one unit.
fn spelled(interval: &Expr) -> Option<String> {
    let (count, unit) = match interval.written().kind {
        ExprKind::Literal(Literal::Months(months)) if months % 12 == 0 => (months / 12, "YEAR"),
        ExprKind::Literal(Literal::Months(months)) => (months, "MONTH"),
        ExprKind::Literal(Literal::Milliseconds(amount)) => {
            let (unit, size) = UNITS.iter().find(|(_, size)| amount % size == 0)?;
            (amount / size, *unit)
        }
        _ => return None,
    };
    let digits = count.unsigned_abs().to_string().len();
    (digits <= 9).then(|| match digits {
        0..=2 => format!("INTERVAL '{count}' {unit}"),
        _ => format!("INTERVAL '{count}' {unit}({digits})"),
    })
}
