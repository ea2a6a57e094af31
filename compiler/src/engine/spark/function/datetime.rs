//! Dates and times. Spark does not keep time zones and has no times of day.

use lakequery_types::Type;

use crate::emit::FunctionSql::{self, Name, Template, Typed, Unsupported};
use crate::emit::{FunctionRow, by, named, same, template, typed, unsupported};
use crate::engine::argument::text;
use crate::engine::spark::reason::{NO_EQUAL, NO_TIMES, NO_ZONES};
use crate::tree::Expr;

pub(super) const ROWS: &[FunctionRow] = &[
    same(&["current_timezone"]),
    template(&["current_date"], "current_date()"),
    template(&["current_timestamp", "now"], "date_trunc('MILLISECOND', current_timestamp())"),
    typed(&["localtimestamp"], "date_trunc('MILLISECOND', localtimestamp())", Type::TimestampTz(6)),
    by(&["date_trunc"], trunc),
    by(&["date_add"], add),
    by(&["date_diff"], diff),
    by(&["year"], |args| part(args, "year({0})")),
    by(&["quarter"], |args| part(args, "quarter({0})")),
    by(&["month"], |args| part(args, "month({0})")),
    by(&["week", "week_of_year"], |args| part(args, "weekofyear({0})")),
    by(&["day", "day_of_month"], |args| part(args, "day({0})")),
    by(&["day_of_week", "dow"], |args| part(args, "weekday({0}) + 1")),
    by(&["day_of_year", "doy"], |args| part(args, "dayofyear({0})")),
    by(&["year_of_week", "yow"], |args| part(args, "extract(YEAROFWEEK FROM {0})")),
    by(&["hour"], |args| part(args, "hour({0})")),
    by(&["minute"], |args| part(args, "minute({0})")),
    by(&["second"], |args| part(args, "second({0})")),
    by(&["millisecond"], |args| part(args, "CAST(date_format({0}, 'SSS') AS INT)")),
    unsupported(&["timezone_hour", "timezone_minute", "timezone", "at_timezone"], NO_ZONES),
    named(&["last_day_of_month"], "last_day"),
    template(&["date"], "CAST({0} AS DATE)"),
    by(&["format_datetime"], |args| match is_plain_pattern(args.get(1)) {
        true => Name("date_format"),
        false => {
            Unsupported("Spark reads this pattern otherwise; take a literal of the letters yMdHms")
        }
    }),
    by(&["to_iso8601"], |args| match args {
        [Expr { ty: Type::Date, .. }] => Template("date_format({0}, 'yyyy-MM-dd')"),
        _ => Unsupported(NO_EQUAL),
    }),
    template(&["from_iso8601_date"], "CAST({0} AS DATE)"),
    by(&["from_unixtime"], |args| match args.len() {
        1 => Template("timestamp_millis(CAST(round({0} * 1000) AS BIGINT))"),
        _ => Unsupported(NO_ZONES),
    }),
    unsupported(&["with_timezone"], NO_ZONES),
    template(&["to_unixtime"], "unix_micros({0}) / 1E6D"),
];

fn trunc(args: &[Expr]) -> FunctionSql {
    let (unit, value) = (text(args.first()), args.get(1).map(|value| &value.ty));
    match (unit, value) {
        (Some(unit), Some(Type::Date)) if unit.eq_ignore_ascii_case("day") => Template("date({1})"),
        (_, Some(Type::Date)) => Template("trunc({1}, {0})"),
        (_, Some(Type::Timestamp(_))) => Typed("date_trunc({0}, {1})", Type::TimestampTz(6)),
        (_, Some(Type::TimestampTz(_))) => Template("date_trunc({0}, {1})"),
        _ => Unsupported(NO_TIMES),
    }
}

fn add(args: &[Expr]) -> FunctionSql {
    let unit = text(args.first()).unwrap_or_default().to_ascii_lowercase();
    Template(match (args.get(2).map(|value| &value.ty), unit.as_str()) {
        (Some(Type::Date), "day") => "date_add({2}, {1:int})",
        (Some(Type::Date), "week") => "date_add({2}, 7 * {1:int})",
        (Some(Type::Date), "month") => "add_months({2}, {1:int})",
        (Some(Type::Date), "quarter") => "add_months({2}, 3 * {1:int})",
        (Some(Type::Date), "year") => "add_months({2}, 12 * {1:int})",
        (Some(Type::Timestamp(..3) | Type::TimestampTz(..3)), "millisecond") => {
            return Unsupported("Spark's timestamps would keep the milliseconds");
        }
        (Some(Type::Timestamp(_) | Type::TimestampTz(_)), unit) => match unit {
            "millisecond" => "timestampadd(MILLISECOND, {1}, {2})",
            "second" => "timestampadd(SECOND, {1}, {2})",
            "minute" => "timestampadd(MINUTE, {1}, {2})",
            "hour" => "timestampadd(HOUR, {1}, {2})",
            "day" => "timestampadd(DAY, {1}, {2})",
            "week" => "timestampadd(WEEK, {1}, {2})",
            "month" => "timestampadd(MONTH, {1}, {2})",
            "quarter" => "timestampadd(QUARTER, {1}, {2})",
            "year" => "timestampadd(YEAR, {1}, {2})",
            _ => return Unsupported(NO_TIMES),
        },
        _ => return Unsupported(NO_TIMES),
    })
}

fn diff(args: &[Expr]) -> FunctionSql {
    let unit = text(args.first()).unwrap_or_default().to_ascii_lowercase();
    let is_date = matches!(args.get(1), Some(Expr { ty: Type::Date, .. }));
    if matches!(args.get(1), Some(Expr { ty: Type::Time(_) | Type::TimeTz(_), .. })) {
        return Unsupported(NO_TIMES);
    }
    match unit.as_str() {
        "day" if is_date => Typed("datediff({2}, {1})", Type::Integer),
        "millisecond" => Template("timestampdiff(MILLISECOND, {1}, {2})"),
        "second" => Template("timestampdiff(SECOND, {1}, {2})"),
        "minute" => Template("timestampdiff(MINUTE, {1}, {2})"),
        "hour" => Template("timestampdiff(HOUR, {1}, {2})"),
        "day" => Template("timestampdiff(DAY, {1}, {2})"),
        "week" => Template("timestampdiff(WEEK, {1}, {2})"),
        _ => Unsupported("Spark counts months otherwise at their ends"),
    }
}

fn part(args: &[Expr], text: &'static str) -> FunctionSql {
    match args.first().map(|arg| &arg.ty) {
        Some(Type::IntervalYearToMonth | Type::IntervalDayToSecond) => {
            return Unsupported("Spark's intervals have no parts but those they were written with");
        }
        Some(Type::Time(_) | Type::TimeTz(_)) => return Unsupported(NO_TIMES),
        _ => {}
    }
    Typed(text, Type::Integer)
}

/// Whether a pattern has only letters that mean the same there.
fn is_plain_pattern(pattern: Option<&Expr>) -> bool {
    let plain = |c: char| !c.is_ascii_alphabetic() && c != '\'' || "yMdHms".contains(c);
    text(pattern).is_some_and(|pattern| pattern.chars().all(plain))
}
