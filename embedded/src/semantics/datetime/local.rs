//! Dates, times and timestamps as days and the time of day.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type, Time64NanosecondType};
use arrow_array::{Array, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};
use datafusion::common::{Result, internal_err};

use super::super::clock::{Zone, per_day, per_second};
use super::super::function::Call;
use super::super::temporal::by_unit;

/// The values of an argument that is a date, a time or a timestamp.
pub(in super::super) struct Locals {
    values: PrimitiveArray<Int64Type>,
    kind: Kind,
}

enum Kind {
    Date,
    Time,
    Timestamp(TimeUnit, Zone),
}

impl Locals {
    pub(in super::super) fn of(call: &Call<'_>, index: usize) -> Result<Locals> {
        let array = call.array(index)?;
        let (values, kind) = match array.data_type() {
            DataType::Date32 => (array.as_primitive::<Date32Type>().unary(i64::from), Kind::Date),
            DataType::Time64(TimeUnit::Nanosecond) => {
                (array.as_primitive::<Time64NanosecondType>().unary(|nanos| nanos), Kind::Time)
            }
            DataType::Timestamp(unit, zone) => {
                let values = by_unit!(unit, T => array.as_primitive::<T>().unary(|ticks| ticks));
                (values, Kind::Timestamp(*unit, Zone::of(zone.as_deref())?))
            }
            other => return internal_err!("{other} is not a date or time"),
        };
        Ok(Locals { values, kind })
    }

    fn value(&self, row: usize) -> Option<i64> {
        self.values.is_valid(row).then(|| self.values.value(row))
    }

    /// Days since 1970-01-01 on the local calendar.
    pub(in super::super) fn days(&self, row: usize) -> Option<i64> {
        let value = self.value(row)?;
        Some(match self.kind {
            Kind::Date => value,
            Kind::Time => 0,
            Kind::Timestamp(unit, zone) => zone.local(value, unit).div_euclid(per_day(unit)),
        })
    }

    /// Nanoseconds since midnight on the local clock.
    pub(in super::super) fn nanos(&self, row: usize) -> Option<i64> {
        let value = self.value(row)?;
        Some(match self.kind {
            Kind::Date => 0,
            Kind::Time => value,
            Kind::Timestamp(unit, zone) => {
                let nanos = per_second(TimeUnit::Nanosecond) / per_second(unit);
                zone.local(value, unit).rem_euclid(per_day(unit)) * nanos
            }
        })
    }

    /// Local time in milliseconds since 1970-01-01, halves rounded up.
    pub(in super::super) fn millis(&self, row: usize) -> Option<i64> {
        let nanos = self.nanos(row)?;
        Some(self.days(row)? * 86_400_000 + (nanos + 500_000).div_euclid(1_000_000))
    }

    /// How many seconds local time is ahead of UTC.
    pub(in super::super) fn offset(&self, row: usize) -> Option<i64> {
        let value = self.value(row)?;
        Some(match self.kind {
            Kind::Timestamp(unit, zone) => (zone.local(value, unit) - value) / per_second(unit),
            _ => 0,
        })
    }
}
