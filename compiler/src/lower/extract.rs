//! EXTRACT: parts of dates, times and intervals.

use lakequery_types::Type;
use sqlparser::ast;

use super::Lowerer;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{DateField, Expr, ExprKind};

impl Lowerer<'_> {
    pub(super) fn extract(
        &mut self,
        field: &ast::DateTimeField,
        operand: &ast::Expr,
        span: Span,
    ) -> Expr {
        let operand = self.expr(operand);
        let Some(part) = date_field(field) else {
            self.report(
                Diagnostic::new(
                    Code::BadLiteral,
                    span,
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

fn date_field(field: &ast::DateTimeField) -> Option<DateField> {
    use ast::DateTimeField as Sql;
    Some(match field {
        Sql::Year => DateField::Year,
        Sql::Quarter => DateField::Quarter,
        Sql::Month => DateField::Month,
        Sql::Week(None) => DateField::Week,
        Sql::Day => DateField::Day,
        Sql::DayOfWeek | Sql::Dow => DateField::DayOfWeek,
        Sql::DayOfYear | Sql::Doy => DateField::DayOfYear,
        Sql::Hour => DateField::Hour,
        Sql::Minute => DateField::Minute,
        Sql::Second => DateField::Second,
        Sql::TimezoneHour => DateField::TimezoneHour,
        Sql::TimezoneMinute => DateField::TimezoneMinute,
        Sql::Custom(ident) => match ident.value.to_ascii_lowercase().as_str() {
            "day_of_month" => DateField::Day,
            "day_of_week" => DateField::DayOfWeek,
            "day_of_year" => DateField::DayOfYear,
            "year_of_week" | "yow" => DateField::YearOfWeek,
            _ => return None,
        },
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
