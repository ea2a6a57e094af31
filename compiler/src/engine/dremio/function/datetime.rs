//! Dates and times. Dremio counts the days of a week from Sunday.

use lakequery_types::Type;

use crate::emit::FunctionSql::{self, Template, Typed, Unsupported};
use crate::emit::{FunctionRow, by, template};
use crate::engine::argument::text;
use crate::tree::Expr;

pub(super) const ROWS: &[FunctionRow] = &[
    template(&["current_date"], "CURRENT_DATE"),
    template(&["localtimestamp"], "LOCALTIMESTAMP"),
    by(&["year"], |args| field(args, "EXTRACT(YEAR FROM {0})")),
    by(&["quarter"], |args| field(args, "EXTRACT(QUARTER FROM {0})")),
    by(&["month"], |args| field(args, "EXTRACT(MONTH FROM {0})")),
    by(&["week", "week_of_year"], |args| field(args, "EXTRACT(WEEK FROM {0})")),
    by(&["day", "day_of_month"], |args| field(args, "EXTRACT(DAY FROM {0})")),
    by(&["day_of_year", "doy"], |args| field(args, "EXTRACT(DOY FROM {0})")),
    by(&["day_of_week", "dow"], |args| {
        field(args, "MOD(EXTRACT(DOW FROM {0}) + 5, CAST(7 AS BIGINT)) + 1")
    }),
    by(&["hour"], |args| field(args, "EXTRACT(HOUR FROM {0})")),
    by(&["minute"], |args| field(args, "EXTRACT(MINUTE FROM {0})")),
    by(&["second"], |args| field(args, "EXTRACT(SECOND FROM {0})")),
    by(&["date_trunc"], date_trunc),
    by(&["date_add"], date_add),
    by(&["date_diff"], date_diff),
    by(&["last_day_of_month"], |args| match args.first().map(|arg| &arg.ty) {
        None | Some(Type::Date) => Template("LAST_DAY({0})"),
        _ => Unsupported("Dremio's is known for dates only"),
    }),
];

fn field(args: &[Expr], template: &'static str) -> FunctionSql {
    match args.first().map(|arg| &arg.ty) {
        None | Some(Type::Date | Type::Time(_) | Type::Timestamp(_)) => Template(template),
        _ => Unsupported("Dremio's is known for dates, times and timestamps only"),
    }
}

fn date_trunc(args: &[Expr]) -> FunctionSql {
    let [unit, Expr { ty: Type::Date | Type::Timestamp(_), .. }] = args else {
        return Unsupported("Dremio's is known for dates and timestamps only");
    };
    match text(Some(unit)).map(str::to_ascii_lowercase).as_deref() {
        Some("second") => Template("DATE_TRUNC('SECOND', {1})"),
        Some("minute") => Template("DATE_TRUNC('MINUTE', {1})"),
        Some("hour") => Template("DATE_TRUNC('HOUR', {1})"),
        Some("day") => Template("DATE_TRUNC('DAY', {1})"),
        Some("week") => Template("DATE_TRUNC('WEEK', {1})"),
        Some("month") => Template("DATE_TRUNC('MONTH', {1})"),
        Some("quarter") => Template("DATE_TRUNC('QUARTER', {1})"),
        Some("year") => Template("DATE_TRUNC('YEAR', {1})"),
        _ => Unsupported("Dremio does not have this unit"),
    }
}

fn date_add(args: &[Expr]) -> FunctionSql {
    let [unit, _, Expr { ty: Type::Date | Type::Timestamp(3), .. }] = args else {
        return Unsupported("Dremio's is known for dates and timestamp(3) only");
    };
    let template = match text(Some(unit)).map(str::to_ascii_lowercase).as_deref() {
        Some("second") => "TIMESTAMPADD(SECOND, {1:int}, {2})",
        Some("minute") => "TIMESTAMPADD(MINUTE, {1:int}, {2})",
        Some("hour") => "TIMESTAMPADD(HOUR, {1:int}, {2})",
        Some("day") => "TIMESTAMPADD(DAY, {1:int}, {2})",
        Some("week") => "TIMESTAMPADD(WEEK, {1:int}, {2})",
        Some("month") => "TIMESTAMPADD(MONTH, {1:int}, {2})",
        Some("quarter") => "TIMESTAMPADD(QUARTER, {1:int}, {2})",
        Some("year") => "TIMESTAMPADD(YEAR, {1:int}, {2})",
        _ => return Unsupported("Dremio is not known to add this unit"),
    };
    Typed(template, Type::Unknown)
}

/// Units of one length: how others are counted at the ends of months is not known.
fn date_diff(args: &[Expr]) -> FunctionSql {
    let is_known = |arg: &Expr| matches!(arg.ty, Type::Date | Type::Timestamp(_));
    if !args.iter().skip(1).all(is_known) {
        return Unsupported("Dremio's is known for dates and timestamps only");
    }
    match text(args.first()).map(str::to_ascii_lowercase).as_deref() {
        Some("minute") => Typed("TIMESTAMPDIFF(MINUTE, {1}, {2})", Type::Integer),
        Some("hour") => Typed("TIMESTAMPDIFF(HOUR, {1}, {2})", Type::Integer),
        Some("day") => Typed("TIMESTAMPDIFF(DAY, {1}, {2})", Type::Integer),
        Some("week") => Typed("TIMESTAMPDIFF(WEEK, {1}, {2})", Type::Integer),
        _ => Unsupported("Dremio is known to count minutes, hours, days and weeks the same way"),
    }
}
