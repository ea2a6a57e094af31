//! Dates, times, timestamps and intervals on their way into a cast.

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, DurationMillisecondType, Int64Type, IntervalYearMonthType, Time64NanosecondType,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow_schema::{DataType, IntervalUnit, TimeUnit};
use datafusion::common::{Result, internal_err};
use lakequery_types::Type;

use super::super::clock::{Zone, per_day};
use super::super::datetime_text::{write_date, write_signed_timestamp, write_time};
use super::super::temporal::by_unit;
use crate::types;

/// Days, times, timestamps or intervals to be cast.
pub(super) struct TemporalValues {
    /// Days, nanoseconds of the day, ticks, milliseconds or months.
    pub(super) values: PrimitiveArray<Int64Type>,
    pub(super) kind: Kind,
    /// The digits of a second that the values have.
    digits: u8,
}

/// Which of them.
pub(super) enum Kind {
    Date,
    Time,
    Timestamp(TimeUnit, Option<(Zone, String)>),
    DayToSecond,
    YearToMonth,
}

impl TemporalValues {
    pub(super) fn of(array: &ArrayRef, ty: &Type) -> Result<TemporalValues> {
        fn wide<T: ArrowPrimitiveType>(array: &ArrayRef) -> PrimitiveArray<Int64Type>
        where
            T::Native: Into<i64>,
        {
            array.as_primitive::<T>().unary(Into::into)
        }
        let (values, kind, digits) = match array.data_type() {
            DataType::Date32 => (wide::<Date32Type>(array), Kind::Date, 0),
            DataType::Time64(TimeUnit::Nanosecond) => {
                (wide::<Time64NanosecondType>(array), Kind::Time, 9)
            }
            DataType::Timestamp(unit, zone) => {
                let values = by_unit!(unit, T => wide::<T>(array));
                let zone = match zone {
                    Some(zone) => Some((Zone::parse(zone)?, zone.to_string())),
                    None => None,
                };
                (values, Kind::Timestamp(*unit, zone), types::digits(*unit))
            }
            DataType::Duration(TimeUnit::Millisecond) => {
                (wide::<DurationMillisecondType>(array), Kind::DayToSecond, 3)
            }
            DataType::Interval(IntervalUnit::YearMonth) => {
                (wide::<IntervalYearMonthType>(array), Kind::YearToMonth, 0)
            }
            other => return internal_err!("a cast of {other}"),
        };
        // Where the lake SQL type has fewer digits than the Arrow type.
        let digits = match *ty {
            Type::Time(digits) | Type::Timestamp(digits) | Type::TimestampTz(digits) => digits,
            _ => digits,
        };
        Ok(TemporalValues { values, kind, digits })
    }

    /// Appends a value that is not NULL, as Trino prints it.
    pub(super) fn write(&self, row: usize, out: &mut String) {
        let value = self.values.value(row);
        match &self.kind {
            Kind::Date => write_date(value, out),
            Kind::Time => write_time(value, self.digits, out),
            Kind::Timestamp(unit, None) => write_signed_timestamp(value, *unit, self.digits, out),
            Kind::Timestamp(unit, Some((zone, name))) => {
                write_signed_timestamp(zone.local(value, *unit), *unit, self.digits, out);
                out.push(' ');
                out.push_str(name);
            }
            Kind::DayToSecond => {
                let sign = if value < 0 { "-" } else { "" };
                let day = per_day(TimeUnit::Millisecond).unsigned_abs();
                let (days, rest) = (value.unsigned_abs() / day, value.unsigned_abs() % day);
                let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
                let (second, millis) = (rest / 1_000 % 60, rest % 1_000);
                // Writing into a String does not fail, here and below.
                let _ = write!(out, "{sign}{days} {hour:02}:{minute:02}:{second:02}.{millis:03}");
            }
            Kind::YearToMonth => {
                let sign = if value < 0 { "-" } else { "" };
                let months = value.unsigned_abs();
                let _ = write!(out, "{sign}{}-{}", months / 12, months % 12);
            }
        }
    }
}
