//! Arithmetic on dates, timestamps, times of day and intervals.
//!
//! A month later is the same day of the next month, or its last. Of a
//! timestamp with zone, months are added on the local calendar, days and less
//! to the instant. An interval is whole milliseconds or whole months.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, DurationMillisecondType, Float64Type, Int64Type,
    IntervalYearMonthType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_schema::{ArrowError, DataType, IntervalUnit, TimeUnit};
use datafusion::common::{Result, internal_err};
use lakequery_types::calendar::Civil;

use super::checked::integer;
use super::clock::{Zone, per_day, per_second};
use super::function::{Call, stop};
use super::operator::Op;
use crate::types::{self, DAY_TO_SECOND, YEAR_TO_MONTH};

/// An Arrow timestamp type, with its unit as a value.
pub(super) trait Ticks: ArrowPrimitiveType<Native = i64> {
    /// The unit.
    const UNIT: TimeUnit;
    /// The type that holds this one's moments and milliseconds too.
    type WithMillis: Ticks;
}

impl Ticks for TimestampSecondType {
    const UNIT: TimeUnit = TimeUnit::Second;
    type WithMillis = TimestampMillisecondType;
}
impl Ticks for TimestampMillisecondType {
    const UNIT: TimeUnit = TimeUnit::Millisecond;
    type WithMillis = Self;
}
impl Ticks for TimestampMicrosecondType {
    const UNIT: TimeUnit = TimeUnit::Microsecond;
    type WithMillis = Self;
}
impl Ticks for TimestampNanosecondType {
    const UNIT: TimeUnit = TimeUnit::Nanosecond;
    type WithMillis = Self;
}

/// Runs an expression with `T` standing for the timestamp type of a unit.
macro_rules! by_unit {
    ($unit:expr, $T:ident => $run:expr) => {
        match $unit {
            arrow_schema::TimeUnit::Second => {
                type $T = arrow_array::types::TimestampSecondType;
                $run
            }
            arrow_schema::TimeUnit::Millisecond => {
                type $T = arrow_array::types::TimestampMillisecondType;
                $run
            }
            arrow_schema::TimeUnit::Microsecond => {
                type $T = arrow_array::types::TimestampMicrosecondType;
                $run
            }
            arrow_schema::TimeUnit::Nanosecond => {
                type $T = arrow_array::types::TimestampNanosecondType;
                $run
            }
        }
    };
}
pub(super) use by_unit;

/// What an operand is here.
#[derive(Clone, Debug, PartialEq)]
enum Operand {
    Date,
    Time,
    Timestamp(TimeUnit, Option<Arc<str>>),
    Days,
    Months,
    Number,
    Null,
}

fn operand(ty: &DataType) -> Option<Operand> {
    Some(match ty {
        DataType::Date32 => Operand::Date,
        DataType::Time64(TimeUnit::Nanosecond) => Operand::Time,
        DataType::Timestamp(unit, zone) => Operand::Timestamp(*unit, zone.clone()),
        DataType::Duration(TimeUnit::Millisecond) => Operand::Days,
        DataType::Interval(IntervalUnit::YearMonth) => Operand::Months,
        DataType::Null => Operand::Null,
        other if types::is_number(other) => Operand::Number,
        _ => return None,
    })
}

/// The types that the operands are converted to; `None` where this is not an
/// operation on dates, times or intervals.
pub(super) fn takes(op: Op, left: &DataType, right: &DataType) -> Option<(DataType, DataType)> {
    use Operand::{Date, Days, Months, Null, Number, Time, Timestamp};
    let same = || Some((left.clone(), right.clone()));
    let number =
        |ty: &DataType| if types::is_integer(ty) { DataType::Int64 } else { DataType::Float64 };
    match (op, operand(left)?, operand(right)?) {
        (Op::Add | Op::Subtract, Date | Time | Timestamp(..), Days) => same(),
        (Op::Add | Op::Subtract, Date | Timestamp(..), Months) => same(),
        (Op::Add, Days, Date | Time | Timestamp(..)) => same(),
        (Op::Add, Months, Date | Timestamp(..)) => same(),
        (Op::Add | Op::Subtract, Days, Days) | (Op::Add | Op::Subtract, Months, Months) => same(),
        (Op::Subtract, Date, Date) => same(),
        (Op::Subtract, Date | Timestamp(..), Date | Timestamp(..)) => {
            let common = types::common(left, right)?;
            Some((common.clone(), common))
        }
        (Op::Multiply | Op::Divide, Days | Months, Number) => Some((left.clone(), number(right))),
        (Op::Multiply, Number, Days | Months) => Some((number(left), right.clone())),
        (Op::Add | Op::Subtract, Days | Months, Null) => Some((left.clone(), left.clone())),
        (Op::Add | Op::Subtract, Null, Days | Months) => Some((right.clone(), right.clone())),
        (Op::Add | Op::Subtract, Date | Time | Timestamp(..), Null) => {
            Some((left.clone(), DAY_TO_SECOND))
        }
        _ => None,
    }
}

/// The type of the result for operands that [`takes`] gave.
pub(super) fn gives(op: Op, left: &DataType, right: &DataType) -> Option<DataType> {
    use Operand::{Date, Days, Months, Number, Time, Timestamp};
    let with_millis = |unit: TimeUnit, zone: Option<Arc<str>>| {
        DataType::Timestamp(types::finer(unit, TimeUnit::Millisecond), zone)
    };
    match (operand(left)?, operand(right)?) {
        (Date, Date) | (Timestamp(..), Timestamp(..)) => Some(DAY_TO_SECOND),
        (Date, _) | (_, Date) => Some(DataType::Date32),
        (Time, _) | (_, Time) => Some(DataType::Time64(TimeUnit::Nanosecond)),
        (Timestamp(unit, zone), Days) | (Days, Timestamp(unit, zone)) => {
            Some(with_millis(unit, zone))
        }
        (Timestamp(unit, zone), Months) | (Months, Timestamp(unit, zone)) => {
            Some(DataType::Timestamp(unit, zone))
        }
        (Days, Days | Number) | (Number, Days) => Some(DAY_TO_SECOND),
        (Months, Months | Number) | (Number, Months) => Some(YEAR_TO_MONTH),
        _ => None,
    }
    .filter(|_| op != Op::Modulo)
}

/// Runs an operation that [`takes`] accepted.
pub(super) fn run(op: Op, call: &Call<'_>) -> Result<ArrayRef> {
    use Operand::{Date, Days, Months, Number, Time, Timestamp};
    let (left, right) = (call.ty(0), call.ty(1));
    let (Some(a), Some(b)) = (operand(&left), operand(&right)) else {
        return internal_err!("`{}` of {left} and {right}", op.symbol());
    };
    let sign = if op == Op::Subtract { -1 } else { 1 };
    match (a, b) {
        (Date, Date) => call.zip::<Date32Type, Date32Type, DurationMillisecondType>(|a, b| {
            (i64::from(a) - i64::from(b)) * per_day(TimeUnit::Millisecond)
        }),
        (Date, Days) => {
            call.try_zip::<Date32Type, DurationMillisecondType, Date32Type>(|date, millis| {
                add_days(date, sign, millis)
            })
        }
        (Days, Date) => {
            call.try_zip::<DurationMillisecondType, Date32Type, Date32Type>(|millis, date| {
                add_days(date, sign, millis)
            })
        }
        (Date, Months) => {
            call.try_zip::<Date32Type, IntervalYearMonthType, Date32Type>(|date, months| {
                add_months_to_date(date, sign * i64::from(months))
            })
        }
        (Months, Date) => {
            call.try_zip::<IntervalYearMonthType, Date32Type, Date32Type>(|months, date| {
                add_months_to_date(date, sign * i64::from(months))
            })
        }
        (Time, Days) => call
            .try_zip::<Time64NanosecondType, DurationMillisecondType, Time64NanosecondType>(
                |time, millis| Ok(add_to_time(time, sign, millis)),
            ),
        (Days, Time) => call
            .try_zip::<DurationMillisecondType, Time64NanosecondType, Time64NanosecondType>(
                |millis, time| Ok(add_to_time(time, sign, millis)),
            ),
        (Timestamp(unit, _), Timestamp(..)) => by_unit!(unit, T => between::<T>(call)),
        (Timestamp(unit, _), Days) => {
            by_unit!(unit, T => call.try_zip::<T, DurationMillisecondType, <T as Ticks>::WithMillis>(
                |moment, millis| shift::<T>(moment, sign, millis)
            ))
        }
        (Days, Timestamp(unit, _)) => {
            by_unit!(unit, T => call.try_zip::<DurationMillisecondType, T, <T as Ticks>::WithMillis>(
                |millis, moment| shift::<T>(moment, sign, millis)
            ))
        }
        (Timestamp(unit, zone), Months) => {
            let zone = Zone::of(zone.as_deref())?;
            by_unit!(unit, T => call.try_zip::<T, IntervalYearMonthType, T>(
                |moment, months| add_months(moment, unit, zone, sign * i64::from(months))
            ))
        }
        (Months, Timestamp(unit, zone)) => {
            let zone = Zone::of(zone.as_deref())?;
            by_unit!(unit, T => call.try_zip::<IntervalYearMonthType, T, T>(
                |months, moment| add_months(moment, unit, zone, sign * i64::from(months))
            ))
        }
        (Days, Days) => call
            .try_zip::<DurationMillisecondType, DurationMillisecondType, DurationMillisecondType>(
                |a, b| integer(op, "interval", a, b),
            ),
        (Months, Months) => call
            .try_zip::<IntervalYearMonthType, IntervalYearMonthType, IntervalYearMonthType>(
                |a, b| integer(op, "interval", a, b),
            ),
        (Days, Number) if right == DataType::Int64 => call
            .try_zip::<DurationMillisecondType, Int64Type, DurationMillisecondType>(|a, b| {
                integer(op, "interval", a, b)
            }),
        (Number, Days) if left == DataType::Int64 => call
            .try_zip::<Int64Type, DurationMillisecondType, DurationMillisecondType>(|a, b| {
                integer(op, "interval", a, b)
            }),
        (Months, Number) if right == DataType::Int64 => call
            .try_zip::<IntervalYearMonthType, Int64Type, IntervalYearMonthType>(|a, b| {
                months(integer(op, "interval", i64::from(a), b)?)
            }),
        (Number, Months) if left == DataType::Int64 => call
            .try_zip::<Int64Type, IntervalYearMonthType, IntervalYearMonthType>(|a, b| {
                months(integer(op, "interval", a, i64::from(b))?)
            }),
        (Days, Number) => call
            .try_zip::<DurationMillisecondType, Float64Type, DurationMillisecondType>(|a, b| {
                whole(if op == Op::Divide { a as f64 / b } else { a as f64 * b })
            }),
        (Number, Days) => call
            .try_zip::<Float64Type, DurationMillisecondType, DurationMillisecondType>(|a, b| {
                whole(a * b as f64)
            }),
        (Months, Number) => call
            .try_zip::<IntervalYearMonthType, Float64Type, IntervalYearMonthType>(|a, b| {
                let a = f64::from(a);
                months(whole(if op == Op::Divide { a / b } else { a * b })?)
            }),
        (Number, Months) => call
            .try_zip::<Float64Type, IntervalYearMonthType, IntervalYearMonthType>(|a, b| {
                months(whole(a * f64::from(b))?)
            }),
        _ => internal_err!("`{}` of {left} and {right}", op.symbol()),
    }
}

/// An interval's count of months as it is stored.
pub(super) fn months(months: i64) -> Result<i32, ArrowError> {
    i32::try_from(months).or_else(|_| stop("the interval has too many months"))
}

/// The whole part of an interval that was multiplied by a fraction.
fn whole(value: f64) -> Result<i64, ArrowError> {
    // Both bounds are exact as doubles.
    if value >= -(2_f64.powi(63)) && value < 2_f64.powi(63) {
        Ok(value as i64)
    } else {
        stop("the interval is out of range")
    }
}

/// A day as a date is stored.
pub(super) fn date(days: i64) -> Result<i32, ArrowError> {
    i32::try_from(days).or_else(|_| stop("the date is out of range"))
}

/// A moment that does not fit its type.
pub(super) fn out_of_range<T>() -> Result<T, ArrowError> {
    stop("the timestamp is out of range")
}

fn add_days(days: i32, sign: i64, millis: i64) -> Result<i32, ArrowError> {
    let day = per_day(TimeUnit::Millisecond);
    if millis % day != 0 {
        return stop("hours, minutes or seconds cannot be added to a date");
    }
    date(i64::from(days) + sign * (millis / day))
}

fn add_months_to_date(days: i32, months: i64) -> Result<i32, ArrowError> {
    date(Civil::from_days(days.into()).add_months(months).days())
}

fn add_to_time(time: i64, sign: i64, millis: i64) -> i64 {
    // A time of day turns over at midnight, so whole days make no difference.
    let within = millis % per_day(TimeUnit::Millisecond);
    (time + sign * within * 1_000_000).rem_euclid(per_day(TimeUnit::Nanosecond))
}

/// A moment so many months later.
pub(super) fn add_months(
    moment: i64,
    unit: TimeUnit,
    zone: Zone,
    months: i64,
) -> Result<i64, ArrowError> {
    let local = zone.local(moment, unit);
    let day = per_day(unit);
    let date = Civil::from_days(local.div_euclid(day)).add_months(months);
    match date.days().checked_mul(day).and_then(|at| at.checked_add(local.rem_euclid(day))) {
        Some(local) => Ok(zone.instant(local, unit)),
        None => out_of_range(),
    }
}

/// Ticks of one unit in ticks of another, the finer rounded down.
pub(super) fn convert(ticks: i64, from: TimeUnit, to: TimeUnit) -> Option<i64> {
    let (from, to) = (per_second(from), per_second(to));
    if to >= from { ticks.checked_mul(to / from) } else { Some(ticks.div_euclid(from / to)) }
}

/// The milliseconds between two timestamps, halves rounded up.
fn between<T: Ticks>(call: &Call<'_>) -> Result<ArrayRef> {
    let unit = T::UNIT;
    call.try_zip::<T, T, DurationMillisecondType>(|a, b| {
        let millis = a.checked_sub(b).and_then(|ticks| {
            let half = per_second(unit) / per_second(TimeUnit::Millisecond) / 2;
            convert(ticks.checked_add(half)?, unit, TimeUnit::Millisecond)
        });
        match millis {
            Some(millis) => Ok(millis),
            None => stop("the interval is out of range"),
        }
    })
}

/// A timestamp of type `T` so many milliseconds later.
fn shift<T: Ticks>(moment: i64, sign: i64, millis: i64) -> Result<i64, ArrowError> {
    let unit = T::WithMillis::UNIT;
    let moment = convert(moment, T::UNIT, unit);
    let millis = convert(millis, TimeUnit::Millisecond, unit);
    match moment.zip(millis).and_then(|(moment, by)| moment.checked_add(sign * by)) {
        Some(moment) => Ok(moment),
        None => out_of_range(),
    }
}
