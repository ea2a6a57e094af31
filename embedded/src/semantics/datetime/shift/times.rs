//! `date_trunc`, `date_add` and `date_diff` of times of day, which count nanoseconds since midnight.

use arrow_array::ArrayRef;
use arrow_array::types::{Int64Type, Time64NanosecondType};
use datafusion::common::Result;

use super::super::super::function::Call;
use super::{Of, Unit, Units};

const DAY: i64 = 86_400_000_000_000;

/// Nanoseconds of a unit that is less than a day.
fn nanos(unit: Unit) -> i64 {
    unit.millis().map_or(DAY, |millis| millis * 1_000_000)
}

/// The time at which the unit that a time lies in began.
pub(super) fn truncate(call: &Call<'_>) -> Result<ArrayRef> {
    let (units, times) = (Units::of(call, Of::Time)?, call.numbers::<Time64NanosecondType>(1)?);
    call.make_numbers::<Time64NanosecondType>(|row| {
        let unit = units.get(row)?;
        Ok(unit.zip(times.get(row)).map(|(unit, time)| time - time % nanos(unit)))
    })
}

/// A time so many units later, over midnight where it comes to that.
pub(super) fn add(call: &Call<'_>) -> Result<ArrayRef> {
    let (units, counts) = (Units::of(call, Of::Time)?, call.numbers::<Int64Type>(1)?);
    let times = call.numbers::<Time64NanosecondType>(2)?;
    call.make_numbers::<Time64NanosecondType>(|row| {
        let (Some(unit), Some(count), Some(time)) =
            (units.get(row)?, counts.get(row), times.get(row))
        else {
            return Ok(None);
        };
        // A whole number of days changes nothing.
        let later = count % (DAY / nanos(unit)) * nanos(unit);
        Ok(Some((time + later).rem_euclid(DAY)))
    })
}

/// Whole units from one time to another.
pub(super) fn difference(call: &Call<'_>) -> Result<ArrayRef> {
    let units = Units::of(call, Of::Time)?;
    let starts = call.numbers::<Time64NanosecondType>(1)?;
    let ends = call.numbers::<Time64NanosecondType>(2)?;
    call.make_numbers::<Int64Type>(|row| {
        let (Some(unit), Some(start), Some(end)) =
            (units.get(row)?, starts.get(row), ends.get(row))
        else {
            return Ok(None);
        };
        Ok(Some((end - start) / nanos(unit)))
    })
}
