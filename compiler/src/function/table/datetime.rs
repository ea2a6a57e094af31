//! Dates, times and intervals.

use super::{Function, Nulls::*, scalar};

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

pub(super) const ROWS: &[Function] = &[
    scalar("current_date", Never, &["() -> date"]),
    scalar("current_timestamp", Never, NOW),
    scalar("now", Never, NOW),
    scalar("localtimestamp", Never, &["() -> timestamp(3)"]),
    scalar("localtime", Never, &["() -> time(3)"]),
    scalar("current_timezone", Never, &["() -> varchar"]),
    scalar("date_trunc", Strict, TRUNC),
    scalar("date_add", Strict, ADD),
    scalar("date_diff", Strict, DIFF),
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
    scalar("timezone_hour", Strict, OF_ZONE),
    scalar("timezone_minute", Strict, OF_ZONE),
    scalar(
        "timezone",
        Strict,
        &["(timestamp(p) with time zone) -> varchar", "(time(p) with time zone) -> varchar"],
    ),
    scalar("last_day_of_month", Strict, LAST_DAY),
    scalar("date", Strict, DATE),
    scalar("date_format", Strict, FORMAT),
    scalar("date_parse", Strict, &["(varchar, varchar) -> timestamp(3)"]),
    scalar("format_datetime", Strict, FORMAT),
    scalar("parse_datetime", Strict, &["(varchar, varchar) -> timestamp(3) with time zone"]),
    scalar("to_iso8601", Strict, ISO),
    scalar("from_iso8601_date", Strict, &["(varchar) -> date"]),
    scalar("from_iso8601_timestamp", Strict, READ_INSTANT),
    scalar("from_iso8601_timestamp_nanos", Strict, &["(varchar) -> timestamp(9) with time zone"]),
    scalar("from_unixtime", Strict, FROM_UNIXTIME),
    scalar("from_unixtime_nanos", Strict, FROM_NANOS),
    scalar("to_unixtime", Strict, &["(timestamp(p) with time zone) -> double"]),
    scalar(
        "at_timezone",
        Strict,
        &["(timestamp(p) with time zone, varchar) -> timestamp(p) with time zone"],
    ),
    scalar("with_timezone", Strict, &["(timestamp(p), varchar) -> timestamp(p) with time zone"]),
    scalar("to_milliseconds", Strict, &["(interval day to second) -> bigint"]),
    scalar("parse_duration", Strict, &["(varchar) -> interval day to second"]),
    scalar("human_readable_seconds", Strict, &["(double) -> varchar"]),
];
