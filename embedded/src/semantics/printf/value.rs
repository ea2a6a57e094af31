//! The values that are formatted.

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use datafusion::common::Result;
use lakequery_types::Type;
use lakequery_types::calendar::Civil;

use super::super::cast;
use super::super::datetime::Locals;
use super::super::decimal;
use super::super::floats::shown;
use super::super::function::Call;
use super::float::Digits;
use crate::types::UTC;

/// A value.
pub(super) enum Value<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    /// A real or a double, as the double that has its digits.
    Double(f64),
    /// The digits before a point that has so many after it.
    Decimal {
        unscaled: i128,
        scale: u8,
    },
    Text(&'a str),
    Moment(Moment<'a>),
}

/// A date, a time or both.
pub(super) struct Moment<'a> {
    pub(super) days: Option<i64>,
    pub(super) nanos: Option<i64>,
    /// The zone's name, and how many seconds local time is ahead of UTC.
    pub(super) zone: Option<(&'a str, i64)>,
}

/// The values of an argument.
pub(super) struct Column {
    array: ArrayRef,
    locals: Option<Locals>,
    zone: Option<String>,
}

impl Column {
    pub(super) fn of(call: &Call<'_>, index: usize) -> Result<Column> {
        let array = call.array(index)?;
        let mut column = Column { array, locals: None, zone: None };
        match column.array.data_type() {
            DataType::Date32 | DataType::Time64(_) => {
                column.locals = Some(Locals::of(call, index)?)
            }
            DataType::Timestamp(_, zone) => {
                column.zone = zone.as_ref().map(|zone| zone.to_string());
                column.locals = Some(Locals::of(call, index)?);
            }
            DataType::Null
            | DataType::Boolean
            | DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal128(..)
            | DataType::Utf8 => {}
            _ => column.array = cast::values(&column.array, &Type::VARCHAR)?,
        }
        Ok(column)
    }

    pub(super) fn get(&self, row: usize) -> Value<'_> {
        let array = &self.array;
        if array.is_null(row) || *array.data_type() == DataType::Null {
            return Value::Null;
        }
        if let Some(locals) = &self.locals {
            let is_date = *array.data_type() == DataType::Date32;
            let is_time = matches!(array.data_type(), DataType::Time64(_));
            return Value::Moment(Moment {
                days: locals.days(row).filter(|_| !is_time),
                nanos: locals.nanos(row).filter(|_| !is_date),
                zone: self.zone.as_deref().zip(locals.offset(row)),
            });
        }
        match array.data_type() {
            DataType::Boolean => Value::Boolean(array.as_boolean().value(row)),
            DataType::Int8 => Value::Integer(array.as_primitive::<Int8Type>().value(row).into()),
            DataType::Int16 => Value::Integer(array.as_primitive::<Int16Type>().value(row).into()),
            DataType::Int32 => Value::Integer(array.as_primitive::<Int32Type>().value(row).into()),
            DataType::Int64 => Value::Integer(array.as_primitive::<Int64Type>().value(row)),
            DataType::Float32 => {
                let value = array.as_primitive::<Float32Type>().value(row);
                Value::Double(value.to_string().parse().unwrap_or(f64::from(value)))
            }
            DataType::Float64 => Value::Double(array.as_primitive::<Float64Type>().value(row)),
            DataType::Decimal128(_, scale) => Value::Decimal {
                unscaled: array.as_primitive::<Decimal128Type>().value(row),
                scale: u8::try_from(*scale).unwrap_or_default(),
            },
            _ => Value::Text(array.as_string::<i32>().value(row)),
        }
    }
}

impl Value<'_> {
    /// What it is, for messages.
    pub(super) fn words(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Boolean(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Double(_) => "a floating-point number",
            Value::Decimal { .. } => "a decimal",
            Value::Text(_) => "a text",
            Value::Moment(Moment { nanos: None, .. }) => "a date",
            Value::Moment(Moment { days: None, .. }) => "a time",
            Value::Moment(Moment { zone: None, .. }) => "a timestamp without time zone",
            Value::Moment(_) => "a timestamp with time zone",
        }
    }

    /// The value as Java's `toString` writes it.
    pub(super) fn show(&self) -> String {
        match self {
            Value::Null => "null".to_owned(),
            Value::Boolean(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
            Value::Double(value) => shown(*value),
            Value::Decimal { unscaled, scale } => decimal_text(*unscaled, *scale),
            Value::Text(text) => (*text).to_owned(),
            Value::Moment(moment) => moment.show(),
        }
    }

    /// Java's hash of the value; `None` where it is not known here.
    pub(super) fn hash(&self) -> Option<u32> {
        let of_bits = |bits: u64| (bits ^ (bits >> 32)) as u32;
        match self {
            Value::Boolean(value) => Some(if *value { 1231 } else { 1237 }),
            Value::Integer(value) => Some(of_bits(*value as u64)),
            Value::Text(text) => Some(
                text.encode_utf16()
                    .fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into())),
            ),
            _ => None,
        }
    }

    /// Whether a number is negative, and its digits.
    pub(super) fn digits(&self) -> Option<(bool, Digits)> {
        match self {
            Value::Double(value) => {
                let plain = value.abs().to_string();
                Some((value.is_sign_negative(), Digits::of(&plain)))
            }
            Value::Decimal { unscaled, scale } => {
                let mut plain = String::new();
                decimal::write(unscaled.wrapping_abs(), *scale, &mut plain);
                Some((*unscaled < 0, Digits::of(&plain)))
            }
            _ => None,
        }
    }
}

/// A decimal as Java writes it: with a power of ten where more than five zeros follow the point.
fn decimal_text(unscaled: i128, scale: u8) -> String {
    let digits = unscaled.unsigned_abs().to_string();
    let power = digits.len() as i64 - 1 - i64::from(scale);
    let mut out = String::new();
    if power >= -6 {
        decimal::write(unscaled, scale, &mut out);
        return out;
    }
    let sign = if unscaled < 0 { "-" } else { "" };
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}E{power}")
}

impl Moment<'_> {
    fn show(&self) -> String {
        let mut out = String::new();
        // Writing into a String does not fail.
        if let Some(days) = self.days {
            let Civil { year, month, day } = Civil::from_days(days);
            let sign = if year < 0 {
                "-"
            } else if year > 9999 {
                "+"
            } else {
                ""
            };
            let _ = write!(out, "{sign}{:04}-{month:02}-{day:02}", year.abs());
        }
        if let Some(nanos) = self.nanos {
            if self.days.is_some() {
                out.push('T');
            }
            let seconds = nanos / 1_000_000_000;
            let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            let _ = write!(out, "{hour:02}:{minute:02}");
            let fraction = nanos % 1_000_000_000;
            if second > 0 || fraction > 0 {
                let _ = write!(out, ":{second:02}");
            }
            // In groups of three digits.
            if fraction > 0 {
                let digits = format!("{fraction:09}");
                let end = if fraction % 1_000 > 0 {
                    9
                } else if fraction % 1_000_000 > 0 {
                    6
                } else {
                    3
                };
                let _ = write!(out, ".{}", &digits[..end]);
            }
        }
        if let Some((zone, offset)) = self.zone {
            match offset {
                0 => out.push('Z'),
                _ => {
                    let sign = if offset < 0 { '-' } else { '+' };
                    let minutes = offset.abs() / 60;
                    let _ = write!(out, "{sign}{:02}:{:02}", minutes / 60, minutes % 60);
                }
            }
            if zone == UTC || !zone.starts_with(['+', '-']) {
                let _ = write!(out, "[{zone}]");
            }
        }
        out
    }
}
