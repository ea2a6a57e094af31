//! EXTRACT: parts of dates, times and intervals.

use lakequery_types::Type;

use super::Lowerer;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{DateField, Expr, ExprKind};

impl Lowerer<'_> {
    pub(super) fn extract(&mut self, extract: &ast::Extract, span: Span) -> Expr {
        let ast::Extract { field, operand } = extract;
        let ast::Name { text: field, quoted: _, span: field_span } = field;
        let operand = self.expr(operand);
        let field = field.to_uppercase();
        let Some(part) = date_field(&field) else {
            self.report(
                Diagnostic::new(
                    Code::BadLiteral,
                    *field_span,
                    format!("`{field}` is not a part that EXTRACT knows"),
                )
                .help(
                    "the parts are YEAR, QUARTER, MONTH, WEEK, DAY, DAY_OF_WEEK, DAY_OF_YEAR, \
                     YEAR_OF_WEEK, HOUR, MINUTE, SECOND, TIMEZONE_HOUR and TIMEZONE_MINUTE",
                ),
            );
            return Expr::error(span);
        };
        if operand.is_error() {
            return Expr::error(span);
        }
        if operand.is_open() {
            self.untyped_among(&operand, &[Type::Date, Type::Timestamp(6)]);
            return Expr::error(span);
        }
        if !has_field(&operand.ty, part) {
            let message = format!("a `{}` has no {field}", operand.ty);
            self.error(Code::TypeMismatch, operand.span, message);
            return Expr::error(span);
        }
        Expr {
            nullable: operand.nullable,
            kind: ExprKind::Extract { field: part, expr: operand.into() },
            ty: Type::BigInt,
            span,
        }
    }
}

/// The part of a date that a word in upper case names.
fn date_field(word: &str) -> Option<DateField> {
    Some(match word {
        "YEAR" => DateField::Year,
        "QUARTER" => DateField::Quarter,
        "MONTH" => DateField::Month,
        "WEEK" => DateField::Week,
        "DAY" | "DAY_OF_MONTH" => DateField::Day,
        "DAY_OF_WEEK" | "DAYOFWEEK" | "DOW" => DateField::DayOfWeek,
        "DAY_OF_YEAR" | "DAYOFYEAR" | "DOY" => DateField::DayOfYear,
        "YEAR_OF_WEEK" | "YOW" => DateField::YearOfWeek,
        "HOUR" => DateField::Hour,
        "MINUTE" => DateField::Minute,
        "SECOND" => DateField::Second,
        "TIMEZONE_HOUR" => DateField::TimezoneHour,
        "TIMEZONE_MINUTE" => DateField::TimezoneMinute,
        _ => return None,
    })
}

fn has_field(ty: &Type, field: DateField) -> bool {
    use DateField::{
        Day, DayOfWeek, DayOfYear, Hour, Minute, Month, Quarter, Second, TimezoneHour,
        TimezoneMinute, Week, Year, YearOfWeek,
    };
    let date =
        matches!(field, Year | Quarter | Month | Week | Day | DayOfWeek | DayOfYear | YearOfWeek);
    let time = matches!(field, Hour | Minute | Second);
    let zone = matches!(field, TimezoneHour | TimezoneMinute);
    match ty {
        Type::Date => date,
        Type::Time(_) => time,
        Type::TimeTz(_) => time || zone,
        Type::Timestamp(_) => date || time,
        Type::TimestampTz(_) => date || time || zone,
        Type::IntervalYearToMonth => matches!(field, Year | Month),
        Type::IntervalDayToSecond => matches!(field, Day | Hour | Minute | Second),
        _ => false,
    }
}
