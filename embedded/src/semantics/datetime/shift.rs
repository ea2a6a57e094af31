//! `date_trunc`, `date_add` and `date_diff`.

mod times;

use std::cmp::Ordering;

use arrow_array::types::{Date32Type, Int64Type};
use arrow_array::{ArrayRef, StringArray};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use datafusion::common::{Result, ScalarValue, plan_err};
use lakequery_types::calendar::{Civil, day_of_week};

use super::super::clock::{Zone, per_day, per_second};
use super::super::function::{Call, Column, Function, Gives, Param, Takes, refuse};
use super::super::temporal::{add_months, by_unit, convert, out_of_range};
use super::preimage;
use crate::types;

pub(super) fn functions() -> Vec<Function> {
    use Param::{Bigint, Date, Text, Time, Timestamp};
    vec![
        Function::new(
            "date_trunc",
            Takes::Lists(&[&[Text, Date], &[Text, Timestamp], &[Text, Time]]),
            Gives::Literals(|taken, literals| checked(&taken[1], literals, taken[1].clone())),
            date_trunc,
        )
        .inverted(preimage::of_trunc),
        Function::new(
            "date_add",
            Takes::Lists(&[
                &[Text, Bigint, Date],
                &[Text, Bigint, Timestamp],
                &[Text, Bigint, Time],
            ]),
            Gives::Literals(|taken, literals| checked(&taken[2], literals, taken[2].clone())),
            date_add,
        ),
        Function::new("date_diff", Takes::Rule(diff_takes), Gives::BIGINT, date_diff),
    ]
}

/// What units are counted of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Date,
    Time,
    Timestamp,
}

impl Of {
    const fn ty(ty: &DataType) -> Of {
        match ty {
            DataType::Date32 => Of::Date,
            DataType::Time64(_) => Of::Time,
            _ => Of::Timestamp,
        }
    }
}

/// A unit of the calendar or the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    fn parse(name: &str, of: Of) -> std::result::Result<Unit, String> {
        let unit = match name.to_ascii_lowercase().as_str() {
            "millisecond" => Unit::Millisecond,
            "second" => Unit::Second,
            "minute" => Unit::Minute,
            "hour" => Unit::Hour,
            "day" => Unit::Day,
            "week" => Unit::Week,
            "month" => Unit::Month,
            "quarter" => Unit::Quarter,
            "year" => Unit::Year,
            _ => return Err(format!("'{name}' is not a unit of time")),
        };
        match of {
            Of::Date if unit < Unit::Day => Err(format!("a date has no {name}")),
            Of::Time if unit >= Unit::Day => Err(format!("a time has no {name}")),
            _ => Ok(unit),
        }
    }

    /// Milliseconds, where the unit has a fixed length.
    const fn millis(self) -> Option<i64> {
        match self {
            Unit::Millisecond => Some(1),
            Unit::Second => Some(1_000),
            Unit::Minute => Some(60_000),
            Unit::Hour => Some(3_600_000),
            Unit::Day => Some(86_400_000),
            Unit::Week => Some(7 * 86_400_000),
            Unit::Month | Unit::Quarter | Unit::Year => None,
        }
    }

    /// Months, where the unit has a length in months.
    const fn months(self) -> i64 {
        match self {
            Unit::Year => 12,
            Unit::Quarter => 3,
            _ => 1,
        }
    }
}

/// The unit argument: parsed once where it is a literal.
struct Units {
    texts: Column<StringArray>,
    constant: Option<Unit>,
    of: Of,
}

impl Units {
    fn of(call: &Call<'_>, of: Of) -> Result<Units> {
        let texts = call.texts(0)?;
        let constant = match texts.get(0) {
            Some(name) if texts.is_constant() => Some(Unit::parse(name, of).or_else(refuse)?),
            _ => None,
        };
        Ok(Units { texts, constant, of })
    }

    fn get(&self, row: usize) -> Result<Option<Unit>> {
        match (self.constant, self.texts.get(row)) {
            (Some(unit), _) => Ok(Some(unit)),
            (None, Some(name)) => Unit::parse(name, self.of).or_else(refuse).map(Some),
            (None, None) => Ok(None),
        }
    }
}

/// Refuses a literal unit that a type does not have while planning.
fn checked(ty: &DataType, literals: &[Option<&ScalarValue>], gives: DataType) -> Result<DataType> {
    if let Some(Some(ScalarValue::Utf8(Some(name)))) = literals.first()
        && let Err(message) = Unit::parse(name, Of::ty(ty))
    {
        return plan_err!("{message}");
    }
    Ok(gives)
}

/// The first day of the unit that a day lies in.
fn first_day(days: i64, unit: Unit) -> i64 {
    let Civil { year, month, .. } = Civil::from_days(days);
    match unit {
        Unit::Week => days - day_of_week(days) + 1,
        Unit::Month => Civil { year, month, day: 1 }.days(),
        Unit::Quarter => Civil { year, month: (month - 1) / 3 * 3 + 1, day: 1 }.days(),
        Unit::Year => Civil { year, month: 1, day: 1 }.days(),
        _ => days,
    }
}

fn date_trunc(call: &Call<'_>) -> Result<ArrayRef> {
    match call.ty(1) {
        DataType::Time64(_) => times::truncate(call),
        DataType::Timestamp(unit, zone) => {
            let (units, zone) = (Units::of(call, Of::Timestamp)?, Zone::of(zone.as_deref())?);
            by_unit!(unit, T => {
                let moments = call.numbers::<T>(1)?;
                call.make_numbers::<T>(|row| {
                    let (Some(by), Some(moment)) = (units.get(row)?, moments.get(row)) else {
                        return Ok(None);
                    };
                    Ok(Some(truncate(moment, unit, zone, by)))
                })
            })
        }
        _ => {
            let (units, dates) = (Units::of(call, Of::Date)?, call.numbers::<Date32Type>(1)?);
            call.make_numbers::<Date32Type>(|row| {
                let (Some(by), Some(date)) = (units.get(row)?, dates.get(row)) else {
                    return Ok(None);
                };
                Ok(i32::try_from(first_day(date.into(), by)).ok())
            })
        }
    }
}

/// The moment at which the unit that a moment lies in began.
fn truncate(moment: i64, unit: TimeUnit, zone: Zone, by: Unit) -> i64 {
    let local = zone.local(moment, unit);
    let start = match by.millis() {
        Some(millis) if by < Unit::Day => match convert(millis, TimeUnit::Millisecond, unit) {
            None | Some(0 | 1) => return moment,
            // On the clock's time, but as far from the moment: hours that come
            // twice stay apart.
            Some(size) => return moment - local.rem_euclid(size),
        },
        _ => first_day(local.div_euclid(per_day(unit)), by) * per_day(unit),
    };
    zone.instant(start, unit)
}

fn date_add(call: &Call<'_>) -> Result<ArrayRef> {
    let counts = call.numbers::<Int64Type>(1)?;
    match call.ty(2) {
        DataType::Time64(_) => times::add(call),
        DataType::Timestamp(unit, zone) => {
            let (units, zone) = (Units::of(call, Of::Timestamp)?, Zone::of(zone.as_deref())?);
            by_unit!(unit, T => {
                let moments = call.numbers::<T>(2)?;
                call.make_numbers::<T>(|row| {
                    let (Some(by), Some(count), Some(moment)) =
                        (units.get(row)?, counts.get(row), moments.get(row))
                    else {
                        return Ok(None);
                    };
                    Ok(Some(add(moment, unit, zone, by, count)?))
                })
            })
        }
        _ => {
            let (units, dates) = (Units::of(call, Of::Date)?, call.numbers::<Date32Type>(2)?);
            call.make_numbers::<Date32Type>(|row| {
                let (Some(by), Some(count), Some(date)) =
                    (units.get(row)?, counts.get(row), dates.get(row))
                else {
                    return Ok(None);
                };
                // As a timestamp, whose seconds reach further than dates do.
                let day = per_day(TimeUnit::Second);
                let at = add(i64::from(date) * day, TimeUnit::Second, Zone::Utc, by, count)?;
                match i32::try_from(at.div_euclid(day)) {
                    Ok(date) => Ok(Some(date)),
                    Err(_) => refuse("the date is out of range"),
                }
            })
        }
    }
}

/// A moment so many units later. Days and more are counted on the local
/// calendar, less on the clock.
fn add(
    moment: i64,
    unit: TimeUnit,
    zone: Zone,
    by: Unit,
    count: i64,
) -> std::result::Result<i64, ArrowError> {
    let Some(millis) = by.millis() else {
        // More months than that lead out of any calendar.
        return match count.checked_mul(by.months()).filter(|months| months.abs() < 1 << 40) {
            Some(months) => add_months(moment, unit, zone, months),
            None => out_of_range(),
        };
    };
    let sum = || {
        let later = count.checked_mul(millis)?;
        if per_second(unit) < per_second(TimeUnit::Millisecond) && later % 1_000 != 0 {
            // Milliseconds onto whole seconds: rounded as any timestamp is.
            return moment.checked_add(later.checked_add(500)?.div_euclid(1_000));
        }
        let ticks = convert(later, TimeUnit::Millisecond, unit)?;
        if by < Unit::Day {
            moment.checked_add(ticks)
        } else {
            Some(zone.instant(zone.local(moment, unit).checked_add(ticks)?, unit))
        }
    };
    sum().map_or_else(out_of_range, Ok)
}

/// Two dates, times or timestamps of one type.
fn diff_takes(found: &[DataType]) -> Result<Vec<DataType>> {
    let common = match found {
        [_, start, end] => types::common(start, end),
        _ => None,
    };
    match common {
        Some(common @ (DataType::Date32 | DataType::Time64(_) | DataType::Timestamp(..))) => {
            Ok(vec![DataType::Utf8, common.clone(), common])
        }
        Some(DataType::Null) => Ok(vec![DataType::Utf8, DataType::Date32, DataType::Date32]),
        _ => plan_err!(
            "date_diff takes a unit and two dates, times or timestamps, not ({})",
            types::names(found)
        ),
    }
}

fn date_diff(call: &Call<'_>) -> Result<ArrayRef> {
    match call.ty(1) {
        DataType::Time64(_) => times::difference(call),
        DataType::Timestamp(unit, zone) => {
            let (units, zone) = (Units::of(call, Of::Timestamp)?, Zone::of(zone.as_deref())?);
            by_unit!(unit, T => {
                let (starts, ends) = (call.numbers::<T>(1)?, call.numbers::<T>(2)?);
                call.make_numbers::<Int64Type>(|row| {
                    let (Some(by), Some(start), Some(end)) =
                        (units.get(row)?, starts.get(row), ends.get(row))
                    else {
                        return Ok(None);
                    };
                    let millis = |moment| {
                        // Days and more are counted on the local calendar.
                        let moment = if by < Unit::Day { moment } else { zone.local(moment, unit) };
                        convert(moment, unit, TimeUnit::Millisecond)
                    };
                    match millis(start).zip(millis(end)) {
                        Some((start, end)) => Ok(Some(between(start, end, by))),
                        None => refuse("the timestamp is out of range"),
                    }
                })
            })
        }
        _ => {
            let units = Units::of(call, Of::Date)?;
            let (starts, ends) = (call.numbers::<Date32Type>(1)?, call.numbers::<Date32Type>(2)?);
            call.make_numbers::<Int64Type>(|row| {
                let (Some(by), Some(start), Some(end)) =
                    (units.get(row)?, starts.get(row), ends.get(row))
                else {
                    return Ok(None);
                };
                let millis = |date: i32| i64::from(date) * per_day(TimeUnit::Millisecond);
                Ok(Some(between(millis(start), millis(end), by)))
            })
        }
    }
}

/// Whole units from one moment to another, both in milliseconds.
fn between(start: i64, end: i64, by: Unit) -> i64 {
    if let Some(millis) = by.millis() {
        return (end - start) / millis;
    }
    match start.cmp(&end) {
        Ordering::Equal => 0,
        Ordering::Greater => -whole_months(end, start) / by.months(),
        Ordering::Less => whole_months(start, end) / by.months(),
    }
}

/// Whole months from an earlier moment to a later one.
fn whole_months(start: i64, end: i64) -> i64 {
    let day = per_day(TimeUnit::Millisecond);
    let civil = |millis: i64| Civil::from_days(millis.div_euclid(day));
    let months = civil(end).months() - civil(start).months();
    let reached = civil(start).add_months(months).days() * day + start.rem_euclid(day);
    if reached > end { months - 1 } else { months }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(date: (i64, i64, i64), seconds: i64) -> i64 {
        let (year, month, day) = date;
        (Civil { year, month, day }.days() * 86_400 + seconds) * 1_000
    }

    #[test]
    fn whole_units_are_counted() {
        // Trino's answers.
        let last = at((2023, 12, 31), 86_399);
        let march = at((2024, 3, 1), 0);
        for (start, end, by, expected) in [
            (last, march, Unit::Second, 5_184_001),
            (last, march, Unit::Minute, 86_400),
            (march, last, Unit::Minute, -86_400),
            (last, march, Unit::Week, 8),
            (last, march, Unit::Month, 2),
            (march, last, Unit::Month, -2),
            (march, last, Unit::Quarter, 0),
            (at((2020, 2, 29), 0), at((2024, 2, 28), 0), Unit::Quarter, 15),
            (at((2020, 2, 29), 0), at((2024, 2, 28), 0), Unit::Year, 3),
            (at((2024, 1, 31), 0), at((2024, 2, 29), 0), Unit::Month, 1),
        ] {
            assert_eq!(between(start, end, by), expected, "{start} {end} {by:?}");
        }
    }

    #[test]
    fn zones_have_their_own_days() {
        let paris = Zone::parse("Europe/Paris").unwrap();
        // 2024-03-31 12:00 in Paris, the day on which clocks go forward.
        let noon = at((2024, 3, 31), 10 * 3_600) / 1_000;
        let midnight = at((2024, 3, 30), 23 * 3_600) / 1_000;
        assert_eq!(truncate(noon, TimeUnit::Second, paris, Unit::Day), midnight);
        // A day earlier it is noon as well, 23 hours before.
        let before = add(noon, TimeUnit::Second, paris, Unit::Day, -1).unwrap();
        assert_eq!(noon - before, 23 * 3_600);
        assert_eq!(add(noon, TimeUnit::Second, paris, Unit::Hour, -24).unwrap(), noon - 86_400);
    }
}
