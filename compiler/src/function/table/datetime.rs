//! Dates, times and intervals.

use lakequery_types::{Engine, Type};

use super::{Function, NOT_EMBEDDED, NOT_IN_PRESTO, Nulls::*, Spelling, scalar};
use crate::tree::{Expr, ExprKind, Literal};

const TRUNC: &[&str] = &[
    "('date_unit', date) -> date",
    "('timestamp_unit', timestamp(p)) -> timestamp(p)",
    "('timestamp_unit', timestamp(p) with time zone) -> timestamp(p) with time zone",
    "('time_unit', time(p)) -> time(p)",
    "('time_unit', time(p) with time zone) -> time(p) with time zone",
];

const ADD: &[&str] = &[
    "('date_unit', bigint, date) -> date",
    "('timestamp_unit', bigint, timestamp(p)) -> timestamp(p)",
    "('timestamp_unit', bigint, timestamp(p) with time zone) -> timestamp(p) with time zone",
    "('time_unit', bigint, time(p)) -> time(p)",
    "('time_unit', bigint, time(p) with time zone) -> time(p) with time zone",
];

const DIFF: &[&str] = &[
    "('date_unit', date, date) -> bigint",
    "('timestamp_unit', timestamp(p), timestamp(p)) -> bigint",
    "('timestamp_unit', timestamp(p) with time zone, timestamp(p) with time zone) -> bigint",
    "('time_unit', time(p), time(p)) -> bigint",
    "('time_unit', time(p) with time zone, time(p) with time zone) -> bigint",
];

/// A part that a day has.
const OF_DAY: &[&str] =
    &["(date) -> bigint", "(timestamp(p)) -> bigint", "(timestamp(p) with time zone) -> bigint"];

const OF_DAY_OR_MONTHS: &[&str] = &[
    "(date) -> bigint",
    "(timestamp(p)) -> bigint",
    "(timestamp(p) with time zone) -> bigint",
    "(interval year to month) -> bigint",
];

const OF_DAY_OR_SECONDS: &[&str] = &[
    "(date) -> bigint",
    "(timestamp(p)) -> bigint",
    "(timestamp(p) with time zone) -> bigint",
    "(interval day to second) -> bigint",
];

/// A part that a time of day has.
const OF_TIME: &[&str] = &[
    "(timestamp(p)) -> bigint",
    "(timestamp(p) with time zone) -> bigint",
    "(time(p)) -> bigint",
    "(time(p) with time zone) -> bigint",
    "(interval day to second) -> bigint",
];

const OF_ZONE: &[&str] =
    &["(timestamp(p) with time zone) -> bigint", "(time(p) with time zone) -> bigint"];

const FORMAT: &[&str] =
    &["(timestamp(p), varchar) -> varchar", "(timestamp(p) with time zone, varchar) -> varchar"];

const ISO: &[&str] =
    &["(date) -> varchar", "(timestamp(p)) -> varchar", "(timestamp(p) with time zone) -> varchar"];

const LAST_DAY: &[&str] =
    &["(date) -> date", "(timestamp(p)) -> date", "(timestamp(p) with time zone) -> date"];

const DATE: &[&str] =
    &["(varchar) -> date", "(timestamp(p)) -> date", "(timestamp(p) with time zone) -> date"];

const FROM_UNIXTIME: &[&str] = &[
    "(double) -> timestamp(3) with time zone",
    "(double, varchar) -> timestamp(3) with time zone",
    "(double, bigint, bigint) -> timestamp(3) with time zone",
];

const FROM_NANOS: &[&str] =
    &["(bigint) -> timestamp(9) with time zone", "(decimal(p,s)) -> timestamp(9) with time zone"];

const NOW: &[&str] = &["() -> timestamp(3) with time zone"];
const READ_INSTANT: &[&str] = &["(varchar) -> timestamp(3) with time zone"];

/// Presto's gives a timestamp without zone.
const ZONELESS_IN_PRESTO: (Engine, Spelling) =
    (Engine::Presto, Spelling::Refused("Presto's has no time zone"));

/// A zone for each value, where Arrow has one for each column.
const ZONES: (Engine, Spelling) = (
    Engine::DataFusion,
    Spelling::Refused("the embedded engine does not keep a time zone for each value"),
);

/// Presto's takes the zone of timestamps only.
const fn of_zone(name: &'static str, args: &[Expr]) -> Spelling {
    match args {
        [Expr { ty: Type::TimeTz(_), .. }] => Spelling::Refused("Presto's takes timestamps only"),
        _ => Spelling::Name(name),
    }
}

/// Presto's timestamps keep milliseconds that others have no digits for.
fn add_in_presto(args: &[Expr]) -> Spelling {
    match args {
        [unit, _, Expr { ty: Type::Timestamp(..3) | Type::TimestampTz(..3), .. }]
            if matches!(&unit.written().kind, ExprKind::Literal(Literal::Text(unit))
                if unit.eq_ignore_ascii_case("millisecond")) =>
        {
            Spelling::Refused("Presto's timestamps would keep the milliseconds")
        }
        _ => Spelling::Name("date_add"),
    }
}

fn of_dates(name: &'static str, args: &[Expr]) -> Spelling {
    match args.last() {
        Some(Expr { ty: Type::Time(_) | Type::TimeTz(_), .. }) => {
            Spelling::Refused("the embedded engine computes with dates and timestamps only")
        }
        _ => Spelling::Name(name),
    }
}

pub(super) const ROWS: &[Function] = &[
    scalar("current_date", Never, &["() -> date"])
        .spelled(&[(Engine::Trino, Spelling::Template("current_date"))]),
    scalar("current_timestamp", Never, NOW)
        .spelled(&[(Engine::Trino, Spelling::Template("current_timestamp"))]),
    scalar("now", Never, NOW),
    scalar("localtimestamp", Never, &["() -> timestamp(3)"])
        .spelled(&[(Engine::Trino, Spelling::Template("localtimestamp"))]),
    scalar("localtime", Never, &["() -> time(3)"])
        .spelled(&[(Engine::Trino, Spelling::Template("localtime")), NOT_EMBEDDED]),
    scalar("current_timezone", Never, &["() -> varchar"]),
    scalar("date_trunc", Strict, TRUNC)
        .spelled(&[(Engine::DataFusion, Spelling::By(|args| of_dates("date_trunc", args)))]),
    scalar("date_add", Strict, ADD).spelled(&[
        (Engine::Presto, Spelling::By(add_in_presto)),
        (Engine::DataFusion, Spelling::By(|args| of_dates("date_add", args))),
    ]),
    scalar("date_diff", Strict, DIFF)
        .spelled(&[(Engine::DataFusion, Spelling::By(|args| of_dates("date_diff", args)))]),
    scalar("year", Strict, OF_DAY_OR_MONTHS),
    scalar("quarter", Strict, OF_DAY),
    scalar("month", Strict, OF_DAY_OR_MONTHS),
    scalar("week", Strict, OF_DAY),
    scalar("week_of_year", Strict, OF_DAY),
    scalar("day", Strict, OF_DAY_OR_SECONDS),
    scalar("day_of_month", Strict, OF_DAY_OR_SECONDS),
    scalar("day_of_week", Strict, OF_DAY),
    scalar("dow", Strict, OF_DAY),
    scalar("day_of_year", Strict, OF_DAY),
    scalar("doy", Strict, OF_DAY),
    scalar("year_of_week", Strict, OF_DAY),
    scalar("yow", Strict, OF_DAY),
    scalar("hour", Strict, OF_TIME),
    scalar("minute", Strict, OF_TIME),
    scalar("second", Strict, OF_TIME),
    scalar("millisecond", Strict, OF_TIME),
    scalar("timezone_hour", Strict, OF_ZONE)
        .spelled(&[ZONES, (Engine::Presto, Spelling::By(|args| of_zone("timezone_hour", args)))]),
    scalar("timezone_minute", Strict, OF_ZONE)
        .spelled(&[ZONES, (Engine::Presto, Spelling::By(|args| of_zone("timezone_minute", args)))]),
    scalar(
        "timezone",
        Strict,
        &["(timestamp(p) with time zone) -> varchar", "(time(p) with time zone) -> varchar"],
    )
    .spelled(&[ZONES, NOT_IN_PRESTO]),
    scalar("last_day_of_month", Strict, LAST_DAY),
    scalar("date", Strict, DATE),
    scalar("date_format", Strict, FORMAT),
    scalar("date_parse", Strict, &["(varchar, varchar) -> timestamp(3)"]),
    scalar("format_datetime", Strict, FORMAT),
    scalar("parse_datetime", Strict, &["(varchar, varchar) -> timestamp(3) with time zone"]),
    scalar("to_iso8601", Strict, ISO)
        .spelled(&[(Engine::Presto, Spelling::Refused("Presto's adds milliseconds and a zone"))]),
    scalar("from_iso8601_date", Strict, &["(varchar) -> date"]),
    scalar("from_iso8601_timestamp", Strict, READ_INSTANT),
    scalar("from_iso8601_timestamp_nanos", Strict, &["(varchar) -> timestamp(9) with time zone"])
        .spelled(&[NOT_EMBEDDED, NOT_IN_PRESTO]),
    scalar("from_unixtime", Strict, FROM_UNIXTIME).spelled(&[ZONELESS_IN_PRESTO]),
    scalar("from_unixtime_nanos", Strict, FROM_NANOS).spelled(&[NOT_EMBEDDED, NOT_IN_PRESTO]),
    scalar("to_unixtime", Strict, &["(timestamp(p) with time zone) -> double"]),
    scalar(
        "at_timezone",
        Strict,
        &["(timestamp(p) with time zone, varchar) -> timestamp(p) with time zone"],
    )
    .spelled(&[ZONES]),
    scalar("with_timezone", Strict, &["(timestamp(p), varchar) -> timestamp(p) with time zone"])
        .spelled(&[ZONES, NOT_IN_PRESTO]),
    scalar("to_milliseconds", Strict, &["(interval day to second) -> bigint"]),
    scalar("parse_duration", Strict, &["(varchar) -> interval day to second"])
        .spelled(&[NOT_EMBEDDED]),
    scalar("human_readable_seconds", Strict, &["(double) -> varchar"])
        .spelled(&[NOT_EMBEDDED, NOT_IN_PRESTO]),
];
