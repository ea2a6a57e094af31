//! Casts to and from dates, times and timestamps.

use arrow_array::ArrayRef;
use arrow_array::types::{Date32Type, Time64NanosecondType};
use arrow_schema::TimeUnit;
use datafusion::common::{Result, internal_err};
use lakequery_types::Type;

use super::super::clock::{Zone, per_day, per_second};
use super::super::datetime_text::{parse_date, parse_time, parse_timestamp};
use super::super::function::Call;
use super::super::temporal::{by_unit, convert};
use super::source::{Source, Strict};
use super::temporal_values::{Kind, TemporalValues};
use crate::types;

const NANOS: i64 = per_second(TimeUnit::Nanosecond);
const NANOS_A_DAY: i64 = per_day(TimeUnit::Nanosecond);

/// Casts to `date`, `time(p)`, `timestamp(p)` or `timestamp(p) with time zone`.
pub(super) fn cast(
    call: &Call<'_>,
    strict: Strict,
    source: Source,
    target: &Type,
) -> Result<ArrayRef> {
    let refused = |value: &str| format!("cannot cast '{value}' to {target}");
    match (source, target) {
        (Source::Texts(texts), Type::Date) => {
            strict.each_text::<Date32Type>(call, &texts, |value| {
                let days = parse_date(value.trim()).and_then(|days| i32::try_from(days).ok());
                days.ok_or_else(|| refused(value))
            })
        }
        (Source::Texts(texts), &Type::Time(digits)) => {
            strict.each_text::<Time64NanosecondType>(call, &texts, |value| {
                parse_time(value.trim(), digits).ok_or_else(|| refused(value))
            })
        }
        (Source::Texts(texts), &(Type::Timestamp(digits) | Type::TimestampTz(digits))) => {
            let zoned = matches!(target, Type::TimestampTz(_));
            let unit = unit(digits)?;
            by_unit!(unit, T => strict.each_text::<T>(call, &texts, |value| {
                parse_timestamp(value.trim(), unit, digits, zoned).ok_or_else(|| refused(value))
            }))
        }
        (Source::Temporal(values), target) => between(call, strict, &values, target),
        _ => internal_err!("a cast to {target}"),
    }
}

fn unit(digits: u8) -> Result<TimeUnit> {
    match types::unit(digits) {
        Some(unit) => Ok(unit),
        None => internal_err!("{digits} digits of a second"),
    }
}

/// Casts among dates, times and timestamps.
fn between(
    call: &Call<'_>,
    strict: Strict,
    source: &TemporalValues,
    target: &Type,
) -> Result<ArrayRef> {
    let values = &source.values;
    let beyond = || format!("the value is out of range for {target}");
    match (&source.kind, target) {
        (Kind::Date, Type::Date) => {
            strict.each::<_, Date32Type>(call, values, |days| days.try_into().map_err(|_| beyond()))
        }
        (Kind::Date, &(Type::Timestamp(digits) | Type::TimestampTz(digits))) => {
            let unit = unit(digits)?;
            by_unit!(unit, T => strict.each::<_, T>(call, values, |days| {
                days.checked_mul(per_day(unit)).ok_or_else(beyond)
            }))
        }
        (Kind::Time, &Type::Time(digits)) => {
            strict.each::<_, Time64NanosecondType>(call, values, |nanos| {
                Ok(round(nanos, TimeUnit::Nanosecond, digits).unwrap_or(nanos) % NANOS_A_DAY)
            })
        }
        (Kind::Timestamp(unit, zone), Type::Date) => {
            strict.each::<_, Date32Type>(call, values, |ticks| {
                let days = local(ticks, *unit, zone).div_euclid(per_day(*unit));
                days.try_into().map_err(|_| beyond())
            })
        }
        (Kind::Timestamp(unit, zone), &Type::Time(digits)) => strict
            .each::<_, Time64NanosecondType>(call, values, |ticks| {
                let within = local(ticks, *unit, zone).rem_euclid(per_day(*unit));
                let nanos = within * (NANOS / per_second(*unit));
                Ok(round(nanos, TimeUnit::Nanosecond, digits).unwrap_or(nanos) % NANOS_A_DAY)
            }),
        (Kind::Timestamp(from, zone), &Type::Timestamp(digits)) => {
            let to = unit(digits)?;
            by_unit!(to, T => strict.each::<_, T>(call, values, |ticks| {
                rescale(local(ticks, *from, zone), *from, to, digits).ok_or_else(beyond)
            }))
        }
        (Kind::Timestamp(from, _), &Type::TimestampTz(digits)) => {
            let to = unit(digits)?;
            by_unit!(to, T => strict.each::<_, T>(call, values, |ticks| {
                rescale(ticks, *from, to, digits).ok_or_else(beyond)
            }))
        }
        _ => internal_err!("a cast to {target}"),
    }
}

fn local(ticks: i64, unit: TimeUnit, zone: &Option<(Zone, String)>) -> i64 {
    zone.as_ref().map_or(ticks, |(zone, _)| zone.local(ticks, unit))
}

/// Ticks rounded half up to so many digits of a second.
fn round(ticks: i64, unit: TimeUnit, digits: u8) -> Option<i64> {
    let step = match types::digits(unit).checked_sub(digits) {
        None | Some(0) => return Some(ticks),
        Some(less) => 10_i64.pow(less.into()),
    };
    Some(ticks.checked_add(step / 2)?.div_euclid(step) * step)
}

fn rescale(ticks: i64, from: TimeUnit, to: TimeUnit, digits: u8) -> Option<i64> {
    convert(round(ticks, from, digits)?, from, to)
}
