//! EXTRACT, and the functions that do the same.

use lakequery_types::Type;

use crate::function::{self, Function};
use crate::token::Span;
use crate::tree::{Call, DateField, Expr, ExprKind};

use super::{Rewrite, Writer};

impl Writer<'_> {
    pub(super) fn extract(&mut self, field: DateField, operand: &Expr, span: Span) {
        let (word, function) = names(field);
        let function = Some(function).filter(|_| self.dialect.extract_is_function);
        // As a call it is refused where the function is.
        if let Some(function) = function.and_then(function::lookup) {
            let call = Call::plain(function, vec![operand.clone()]);
            let expr = Expr {
                kind: ExprKind::Call(call.clone().into()),
                ty: Type::BigInt,
                nullable: operand.nullable,
                span,
            };
            if let Some(Rewrite { template, args }) = self.dialect.rewrite(&expr) {
                let args: Vec<&Expr> = args.iter().map(AsRef::as_ref).collect();
                return self.template(&template, &args);
            }
            return self.call(&call, span);
        }
        self.push("EXTRACT(");
        self.push(word);
        self.push(" FROM ");
        self.value(operand);
        self.push(")");
    }
}

/// The function that does what EXTRACT does for a field.
pub(crate) fn extracting_function(field: DateField) -> Option<&'static Function> {
    function::lookup(names(field).1)
}

/// The word of a field in EXTRACT, and the function that gives it.
const fn names(field: DateField) -> (&'static str, &'static str) {
    match field {
        DateField::Year => ("YEAR", "year"),
        DateField::Quarter => ("QUARTER", "quarter"),
        DateField::Month => ("MONTH", "month"),
        DateField::Week => ("WEEK", "week"),
        DateField::Day => ("DAY", "day"),
        DateField::DayOfWeek => ("DAY_OF_WEEK", "day_of_week"),
        DateField::DayOfYear => ("DAY_OF_YEAR", "day_of_year"),
        DateField::YearOfWeek => ("YEAR_OF_WEEK", "year_of_week"),
        DateField::Hour => ("HOUR", "hour"),
        DateField::Minute => ("MINUTE", "minute"),
        DateField::Second => ("SECOND", "second"),
        DateField::TimezoneHour => ("TIMEZONE_HOUR", "timezone_hour"),
        DateField::TimezoneMinute => ("TIMEZONE_MINUTE", "timezone_minute"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_function() {
        use DateField::*;
        for field in [
            Year,
            Quarter,
            Month,
            Week,
            Day,
            DayOfWeek,
            DayOfYear,
            YearOfWeek,
            Hour,
            Minute,
            Second,
            TimezoneHour,
            TimezoneMinute,
        ] {
            assert!(function::lookup(names(field).1).is_some(), "{field:?}");
        }
    }
}
