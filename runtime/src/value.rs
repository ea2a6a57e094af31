//! [`Value`]: one SQL value, as a parameter or as what a cell holds.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};

use crate::decimal::Decimal;

/// An interval of whole months: SQL's `interval year to month`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Months(pub i32);

impl fmt::Display for Months {
    /// Writes years and months as SQL does: `1-2`, `-0-3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let months = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}-{}", months / 12, months % 12)
    }
}

/// One SQL value.
///
/// As a parameter of raw SQL it is sent as the type of its variant; as a
/// parameter of a checked query it is first fitted, without loss, to the type
/// that the query has there. [`Row::get`](crate::Row::get) can read any cell as
/// a `Value`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// NULL.
    Null,
    /// A `boolean`.
    Boolean(bool),
    /// A `tinyint`.
    TinyInt(i8),
    /// A `smallint`.
    SmallInt(i16),
    /// An `integer`.
    Integer(i32),
    /// A `bigint`.
    BigInt(i64),
    /// A `real`.
    Real(f32),
    /// A `double`.
    Double(f64),
    /// A `decimal`.
    Decimal(Decimal),
    /// A `varchar`; also the text of a `char`, `json`, `uuid` and `ipaddress`.
    Varchar(String),
    /// A `varbinary`.
    Varbinary(Vec<u8>),
    /// A `date`.
    Date(NaiveDate),
    /// A `time`.
    Time(NaiveTime),
    /// A `timestamp`.
    Timestamp(NaiveDateTime),
    /// A `timestamp with time zone`.
    TimestampTz(DateTime<FixedOffset>),
    /// An `interval year to month`.
    IntervalYearToMonth(Months),
    /// An `interval day to second`.
    IntervalDayToSecond(TimeDelta),
    /// An `array`.
    Array(Vec<Value>),
    /// A `map`: its entries.
    Map(Vec<(Value, Value)>),
    /// A `row`: its fields.
    Row(Vec<Value>),
}

impl Value {
    /// Whether this is NULL.
    pub const fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// What to call the value in a message; never the value itself, which may be secret.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Boolean(_) => "a boolean",
            Value::TinyInt(_) => "a tinyint",
            Value::SmallInt(_) => "a smallint",
            Value::Integer(_) => "an integer",
            Value::BigInt(_) => "a bigint",
            Value::Real(_) => "a real",
            Value::Double(_) => "a double",
            Value::Decimal(_) => "a decimal",
            Value::Varchar(_) => "a varchar",
            Value::Varbinary(_) => "a varbinary",
            Value::Date(_) => "a date",
            Value::Time(_) => "a time",
            Value::Timestamp(_) => "a timestamp",
            Value::TimestampTz(_) => "a timestamp with time zone",
            Value::IntervalYearToMonth(_) => "an interval year to month",
            Value::IntervalDayToSecond(_) => "an interval day to second",
            Value::Array(_) => "an array",
            Value::Map(_) => "a map",
            Value::Row(_) => "a row",
        }
    }
}

impl fmt::Display for Value {
    /// Writes the value for people to read, as a console of SQL would.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Boolean(value) => write!(f, "{value}"),
            Value::TinyInt(value) => write!(f, "{value}"),
            Value::SmallInt(value) => write!(f, "{value}"),
            Value::Integer(value) => write!(f, "{value}"),
            Value::BigInt(value) => write!(f, "{value}"),
            Value::Real(value) => write!(f, "{value:?}"),
            Value::Double(value) => write!(f, "{value:?}"),
            Value::Decimal(value) => write!(f, "{value}"),
            Value::Varchar(value) => f.write_str(value),
            Value::Varbinary(value) => {
                f.write_str("X'")?;
                value.iter().try_for_each(|byte| write!(f, "{byte:02X}"))?;
                f.write_str("'")
            }
            Value::Date(value) => write!(f, "{value}"),
            Value::Time(value) => write!(f, "{value}"),
            Value::Timestamp(value) => write!(f, "{value}"),
            Value::TimestampTz(value) => write!(f, "{value}"),
            Value::IntervalYearToMonth(value) => write!(f, "{value}"),
            Value::IntervalDayToSecond(value) => day_to_second(f, *value),
            Value::Array(values) => list(f, "[", values.iter(), "]"),
            Value::Row(values) => list(f, "(", values.iter(), ")"),
            Value::Map(entries) => {
                f.write_str("{")?;
                for (i, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

fn list<'a>(
    f: &mut fmt::Formatter<'_>,
    open: &str,
    values: impl Iterator<Item = &'a Value>,
    close: &str,
) -> fmt::Result {
    f.write_str(open)?;
    for (i, value) in values.enumerate() {
        write!(f, "{}{value}", if i == 0 { "" } else { ", " })?;
    }
    f.write_str(close)
}

/// `3 04:05:06.789`
fn day_to_second(f: &mut fmt::Formatter<'_>, value: TimeDelta) -> fmt::Result {
    let sign = if value < TimeDelta::zero() { "-" } else { "" };
    let value = value.abs();
    let seconds = value.num_seconds();
    write!(
        f,
        "{sign}{} {:02}:{:02}:{:02}.{:03}",
        seconds / 86_400,
        seconds / 3_600 % 24,
        seconds / 60 % 60,
        seconds % 60,
        value.subsec_nanos() / 1_000_000,
    )
}

macro_rules! from {
    ($($rust:ty => |$value:ident| $make:expr;)*) => {$(
        impl From<$rust> for Value {
            fn from($value: $rust) -> Value {
                $make
            }
        }
    )*};
}

from! {
    bool => |value| Value::Boolean(value);
    i8 => |value| Value::TinyInt(value);
    i16 => |value| Value::SmallInt(value);
    i32 => |value| Value::Integer(value);
    i64 => |value| Value::BigInt(value);
    u8 => |value| Value::SmallInt(value.into());
    u16 => |value| Value::Integer(value.into());
    u32 => |value| Value::BigInt(value.into());
    u64 => |value| Value::Decimal(value.into());
    isize => |value| Value::BigInt(value as i64);
    usize => |value| Value::Decimal((value as u64).into());
    f32 => |value| Value::Real(value);
    f64 => |value| Value::Double(value);
    Decimal => |value| Value::Decimal(value);
    &str => |value| Value::Varchar(value.to_owned());
    String => |value| Value::Varchar(value);
    char => |value| Value::Varchar(value.into());
    Cow<'_, str> => |value| Value::Varchar(value.into_owned());
    Box<str> => |value| Value::Varchar(value.into());
    Arc<str> => |value| Value::Varchar((*value).to_owned());
    &[u8] => |value| Value::Varbinary(value.to_owned());
    Vec<u8> => |value| Value::Varbinary(value);
    Box<[u8]> => |value| Value::Varbinary(value.into());
    NaiveDate => |value| Value::Date(value);
    NaiveTime => |value| Value::Time(value);
    NaiveDateTime => |value| Value::Timestamp(value);
    Months => |value| Value::IntervalYearToMonth(value);
    TimeDelta => |value| Value::IntervalDayToSecond(value);
    IpAddr => |value| Value::Varchar(value.to_string());
}

#[cfg(feature = "uuid")]
from! {
    uuid::Uuid => |value| Value::Varchar(value.to_string());
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Value {
        Value::Varbinary(value.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Value {
        Value::Varbinary(value.to_vec())
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Value {
        Value::Varchar(value.clone())
    }
}

impl<Tz: TimeZone> From<DateTime<Tz>> for Value {
    fn from(value: DateTime<Tz>) -> Value {
        Value::TimestampTz(value.fixed_offset())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_show_as_in_a_console() {
        let rows: Vec<(Value, &str)> = vec![
            (Option::<i32>::None.into(), "NULL"),
            (1.5f64.into(), "1.5"),
            (1e20f64.into(), "1e20"),
            (2f32.into(), "2.0"),
            (b"\x00\xff".into(), "X'00FF'"),
            (Months(-3).into(), "-0-3"),
            (Months(26).into(), "2-2"),
            (TimeDelta::milliseconds(-93_784_005).into(), "-1 02:03:04.005"),
            (Value::Array(vec![1.into(), Value::Null]), "[1, NULL]"),
            (Value::Map(vec![("a".into(), true.into())]), "{a: true}"),
            (Value::Row(vec![Decimal::new(150, 2).into(), "x".into()]), "(1.50, x)"),
        ];
        for (value, text) in rows {
            assert_eq!(value.to_string(), text);
        }
    }
}
