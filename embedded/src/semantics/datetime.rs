//! Functions on dates, times, timestamps and intervals.
//!
//! The parts of a timestamp with zone are those that clocks and calendars of
//! its zone show.

mod iso;
mod local;
mod preimage;
mod shift;
mod zone;

use arrow_array::ArrayRef;
use arrow_array::types::{Date32Type, DurationMillisecondType, Int64Type, IntervalYearMonthType};
use datafusion::common::Result;
use lakequery_types::calendar::{self, Civil};

use super::function::{Call, Function, Gives, Param, Takes};
use crate::types::{DAY_TO_SECOND, YEAR_TO_MONTH};

pub(super) use local::Locals;
pub(super) use preimage::of_cast;

/// The functions on dates and times.
pub(super) fn functions() -> Vec<Function> {
    let mut functions = parts();
    functions.extend(iso::functions());
    functions.extend(shift::functions());
    functions.extend(zone::functions());
    functions.push(Function::new(
        "last_day_of_month",
        Takes::Lists(&[&[Param::Date], &[Param::Timestamp]]),
        Gives::DATE,
        |call| {
            let locals = Locals::of(call, 0)?;
            call.make_numbers::<Date32Type>(|row| {
                let Some(days) = locals.days(row) else { return Ok(None) };
                let Civil { year, month, .. } = Civil::from_days(days);
                let day = calendar::last_day(year, month);
                Ok(i32::try_from(Civil { year, month, day }.days()).ok())
            })
        },
    ));
    functions
}

/// The functions that take a part of a date, time or interval.
fn parts() -> Vec<Function> {
    const DAY: Takes = Takes::Lists(&[&[Param::Date], &[Param::Timestamp]]);
    const DAY_OR_DAYS: Takes =
        Takes::Lists(&[&[Param::Date], &[Param::Timestamp], &[Param::DayToSecond]]);
    const DAY_OR_MONTHS: Takes =
        Takes::Lists(&[&[Param::Date], &[Param::Timestamp], &[Param::YearToMonth]]);
    const CLOCK: Takes =
        Takes::Lists(&[&[Param::Timestamp], &[Param::Time], &[Param::DayToSecond]]);
    macro_rules! parts {
        ($takes:expr, $run:ident, $value:expr, $($name:literal)*) => {
            [$(Function::new($name, $takes, Gives::BIGINT, |call| $run(call, $value))),*]
        };
    }
    let mut functions = vec![
        Function::new("year", DAY_OR_MONTHS, Gives::BIGINT, |call| {
            if call.ty(0) == YEAR_TO_MONTH {
                return call.map::<IntervalYearMonthType, Int64Type>(0, |m| (m / 12).into());
            }
            of_day(call, |days| Civil::from_days(days).year)
        })
        .inverted(preimage::of_year),
        Function::new("month", DAY_OR_MONTHS, Gives::BIGINT, |call| {
            if call.ty(0) == YEAR_TO_MONTH {
                return call.map::<IntervalYearMonthType, Int64Type>(0, |m| (m % 12).into());
            }
            of_day(call, |days| Civil::from_days(days).month)
        }),
        Function::new("day", DAY_OR_DAYS, Gives::BIGINT, day),
        Function::new("day_of_month", DAY_OR_DAYS, Gives::BIGINT, day),
    ];
    functions.extend(parts!(
        DAY,
        of_day,
        |days| (Civil::from_days(days).month - 1) / 3 + 1,
        "quarter"
    ));
    functions.extend(parts!(DAY, of_day, |days| calendar::iso_week(days).1, "week" "week_of_year"));
    functions.extend(parts!(DAY, of_day, |days| calendar::iso_week(days).0, "year_of_week" "yow"));
    functions.extend(parts!(DAY, of_day, calendar::day_of_week, "day_of_week" "dow"));
    functions.extend(parts!(DAY, of_day, calendar::day_of_year, "day_of_year" "doy"));
    functions.extend(parts!(CLOCK, of_clock, (3_600_000, 24), "hour"));
    functions.extend(parts!(CLOCK, of_clock, (60_000, 60), "minute"));
    functions.extend(parts!(CLOCK, of_clock, (1_000, 60), "second"));
    functions.extend(parts!(CLOCK, of_clock, (1, 1_000), "millisecond"));
    functions.push(Function::new(
        "to_milliseconds",
        Takes::Lists(&[&[Param::DayToSecond]]),
        Gives::BIGINT,
        |call| call.map::<DurationMillisecondType, Int64Type>(0, |millis| millis),
    ));
    functions
}

fn day(call: &Call<'_>) -> Result<ArrayRef> {
    if call.ty(0) == DAY_TO_SECOND {
        return call.map::<DurationMillisecondType, Int64Type>(0, |millis| millis / 86_400_000);
    }
    of_day(call, |days| Civil::from_days(days).day)
}

/// A part of the day that a date or timestamp lies in.
fn of_day(call: &Call<'_>, part: fn(i64) -> i64) -> Result<ArrayRef> {
    let locals = Locals::of(call, 0)?;
    call.make_numbers::<Int64Type>(|row| Ok(locals.days(row).map(part)))
}

/// A part of the time of day: how many milliseconds it has, and how many of
/// it the next greater part.
fn of_clock(call: &Call<'_>, (size, count): (i64, i64)) -> Result<ArrayRef> {
    if call.ty(0) == DAY_TO_SECOND {
        return call.map::<DurationMillisecondType, Int64Type>(0, |millis| millis / size % count);
    }
    let locals = Locals::of(call, 0)?;
    call.make_numbers::<Int64Type>(|row| {
        Ok(locals.nanos(row).map(|nanos| nanos / 1_000_000 / size % count))
    })
}
