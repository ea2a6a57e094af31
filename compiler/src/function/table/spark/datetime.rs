//! Dates and times: units, parts and patterns.

use lakequery_types::Type;

use super::super::Spelling::{self, Refused, Template, Typed};
use super::argument::text;
use crate::tree::Expr;

pub(super) fn trunc(args: &[Expr]) -> Spelling {
    let (unit, value) = (text(args.first()), args.get(1).map(|value| &value.ty));
    match (unit, value) {
        (Some(unit), Some(Type::Date)) if unit.eq_ignore_ascii_case("day") => Template("date({1})"),
        (_, Some(Type::Date)) => Template("trunc({1}, {0})"),
        (_, Some(Type::Timestamp(_))) => Typed("date_trunc({0}, {1})", Type::TimestampTz(6)),
        (_, Some(Type::TimestampTz(_))) => Template("date_trunc({0}, {1})"),
        _ => Refused("Spark has no times of day"),
    }
}

pub(super) fn add(args: &[Expr]) -> Spelling {
    let unit = text(args.first()).unwrap_or_default().to_ascii_lowercase();
    match (unit.as_str(), args.get(2).map(|value| &value.ty)) {
        ("day", Some(Type::Date)) => Template("date_add({2}, {1:int})"),
        ("week", Some(Type::Date)) => Template("date_add({2}, 7 * {1:int})"),
        ("month", Some(Type::Date)) => Template("add_months({2}, {1:int})"),
        ("quarter", Some(Type::Date)) => Template("add_months({2}, 3 * {1:int})"),
        ("year", Some(Type::Date)) => Template("add_months({2}, 12 * {1:int})"),
        ("millisecond", Some(Type::Timestamp(..3) | Type::TimestampTz(..3))) => {
            Refused("Spark's timestamps would keep the milliseconds")
        }
        ("millisecond", Some(Type::Timestamp(_) | Type::TimestampTz(_))) => {
            Template("timestampadd(MILLISECOND, {1}, {2})")
        }
        ("second", Some(Type::Timestamp(_) | Type::TimestampTz(_))) => {
            Template("timestampadd(SECOND, {1}, {2})")
        }
        ("minute", Some(Type::Timestamp(_) | Type::TimestampTz(_))) => {
            Template("timestampadd(MINUTE, {1}, {2})")
        }
        ("hour", Some(Type::Timestamp(_) | Type::TimestampTz(_))) => {
            Template("timestampadd(HOUR, {1}, {2})")
        }
        ("day", Some(Type::Timestamp(_) | Type::TimestampTz(_))) => {
            Template("timestampadd(DAY, {1}, {2})")
        }
        ("week", Some(Type::Timestamp(_) | Type::TimestampTz(_))) => {
            Template("timestampadd(WEEK, {1}, {2})")
        }
        ("month", Some(Type::Timestamp(_) | Type::TimestampTz(_))) => {
            Template("timestampadd(MONTH, {1}, {2})")
        }
        ("quarter", Some(Type::Timestamp(_) | Type::TimestampTz(_))) => {
            Template("timestampadd(QUARTER, {1}, {2})")
        }
        ("year", Some(Type::Timestamp(_) | Type::TimestampTz(_))) => {
            Template("timestampadd(YEAR, {1}, {2})")
        }
        _ => Refused("Spark has no times of day"),
    }
}

pub(super) fn diff(args: &[Expr]) -> Spelling {
    let unit = text(args.first()).unwrap_or_default().to_ascii_lowercase();
    let is_date = matches!(args.get(1), Some(Expr { ty: Type::Date, .. }));
    if matches!(args.get(1), Some(Expr { ty: Type::Time(_) | Type::TimeTz(_), .. })) {
        return Refused("Spark has no times of day");
    }
    match unit.as_str() {
        "day" if is_date => Typed("datediff({2}, {1})", Type::Integer),
        "millisecond" => Template("timestampdiff(MILLISECOND, {1}, {2})"),
        "second" => Template("timestampdiff(SECOND, {1}, {2})"),
        "minute" => Template("timestampdiff(MINUTE, {1}, {2})"),
        "hour" => Template("timestampdiff(HOUR, {1}, {2})"),
        "day" => Template("timestampdiff(DAY, {1}, {2})"),
        "week" => Template("timestampdiff(WEEK, {1}, {2})"),
        _ => Refused("Spark counts months otherwise at their ends"),
    }
}

pub(super) fn part(name: &str, args: &[Expr]) -> Spelling {
    match args.first().map(|arg| &arg.ty) {
        Some(Type::IntervalYearToMonth | Type::IntervalDayToSecond) => {
            return Refused("Spark's intervals have no parts but those they were written with");
        }
        Some(Type::Time(_) | Type::TimeTz(_)) => return Refused("Spark has no times of day"),
        _ => {}
    }
    let text = match name {
        "year" => "year({0})",
        "quarter" => "quarter({0})",
        "month" => "month({0})",
        "week" | "week_of_year" => "weekofyear({0})",
        "day" | "day_of_month" => "day({0})",
        "day_of_week" | "dow" => "weekday({0}) + 1",
        "day_of_year" | "doy" => "dayofyear({0})",
        "year_of_week" | "yow" => "extract(YEAROFWEEK FROM {0})",
        "hour" => "hour({0})",
        "minute" => "minute({0})",
        "second" => "second({0})",
        _ => "CAST(date_format({0}, 'SSS') AS INT)",
    };
    Typed(text, Type::Integer)
}

/// Whether a pattern has only letters that mean the same there.
pub(super) fn plain_pattern(pattern: Option<&Expr>) -> bool {
    let plain = |c: char| !c.is_ascii_alphabetic() && c != '\'' || "yMdHms".contains(c);
    text(pattern).is_some_and(|pattern| pattern.chars().all(plain))
}
