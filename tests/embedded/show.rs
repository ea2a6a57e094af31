//! Values as Trino's protocol writes them, so that rows can be compared as text.

use lakequery::chrono::{
    DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike,
};
use lakequery::{Decimal, Type, Value};
use serde_json::Value as Json;

/// A value of a type, as Trino 476 writes it in JSON.
pub(crate) fn json(value: &Value, ty: &Type) -> Json {
    let precision = match ty {
        Type::Time(p) | Type::TimeTz(p) | Type::Timestamp(p) | Type::TimestampTz(p) => *p,
        _ => 0,
    };
    match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => Json::from(*value),
        Value::TinyInt(value) => Json::from(*value),
        Value::SmallInt(value) => Json::from(*value),
        Value::Integer(value) => Json::from(*value),
        Value::BigInt(value) => Json::from(*value),
        // The shortest digits that mean this real.
        Value::Real(value) => float(value.to_string().parse().unwrap_or(f64::from(*value))),
        Value::Double(value) => float(*value),
        Value::Decimal(value) => Json::from(value.to_string()),
        Value::Varchar(value) => Json::from(value.as_str()),
        Value::Varbinary(value) => Json::from(base64(value)),
        Value::Date(value) => Json::from(value.to_string()),
        Value::Time(value) => Json::from(time(*value, precision)),
        Value::Timestamp(value) => Json::from(timestamp(*value, precision)),
        Value::TimestampTz(value) => Json::from(timestamp_tz(*value, precision)),
        Value::IntervalYearToMonth(value) => Json::from(value.to_string()),
        Value::IntervalDayToSecond(value) => Json::from(interval(*value)),
        Value::Array(values) => {
            let element = match ty {
                Type::Array(element) => &element.ty,
                other => other,
            };
            values.iter().map(|value| json(value, element)).collect()
        }
        Value::Map(entries) => {
            let (key, value) = match ty {
                Type::Map(key, value) => (&**key, &value.ty),
                other => (other, other),
            };
            let text = |key| match key {
                Json::String(text) => text,
                other => other.to_string(),
            };
            let entries = entries.iter().map(|(k, v)| (text(json(k, key)), json(v, value)));
            Json::Object(entries.collect())
        }
        Value::Row(values) => {
            let ty = |index: usize| match ty {
                Type::Row(fields) => fields.get(index).map_or(ty, |field| &field.ty),
                other => other,
            };
            values.iter().enumerate().map(|(index, value)| json(value, ty(index))).collect()
        }
        other => Json::from(format!("{other:?}")),
    }
}

fn float(value: f64) -> Json {
    if value.is_nan() {
        Json::from("NaN")
    } else if value.is_infinite() {
        Json::from(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        Json::from(value)
    }
}

fn fraction(nanoseconds: u32, precision: u8) -> String {
    match usize::from(precision) {
        0 => String::new(),
        digits => format!(".{}", &format!("{nanoseconds:09}000")[..digits]),
    }
}

fn time(value: NaiveTime, precision: u8) -> String {
    format!("{}{}", value.format("%H:%M:%S"), fraction(value.nanosecond(), precision))
}

fn timestamp(value: NaiveDateTime, precision: u8) -> String {
    format!("{} {}", value.date(), time(value.time(), precision))
}

fn timestamp_tz(value: DateTime<FixedOffset>, precision: u8) -> String {
    let zone = match value.offset().local_minus_utc() {
        0 => "UTC".to_owned(),
        _ => value.offset().to_string(),
    };
    format!("{} {zone}", timestamp(value.naive_local(), precision))
}

fn interval(value: TimeDelta) -> String {
    let millis = value.num_milliseconds();
    let (sign, rest) = (if millis < 0 { "-" } else { "" }, millis.unsigned_abs());
    let (seconds, millis) = (rest / 1000, rest % 1000);
    let (days, clock) = (seconds / 86_400, seconds % 86_400);
    format!("{sign}{days} {:02}:{:02}:{:02}.{millis:03}", clock / 3600, clock / 60 % 60, clock % 60)
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * i)) as usize & 63];
            text.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// A field of a row as Trino's protocol writes it.
pub(crate) trait Show {
    fn show(&self) -> Json;
}

impl Show for i32 {
    fn show(&self) -> Json {
        Json::from(*self)
    }
}

impl Show for i64 {
    fn show(&self) -> Json {
        Json::from(*self)
    }
}

impl Show for String {
    fn show(&self) -> Json {
        Json::from(self.as_str())
    }
}

impl Show for Decimal {
    fn show(&self) -> Json {
        Json::from(self.to_string())
    }
}

impl Show for NaiveDate {
    fn show(&self) -> Json {
        Json::from(self.to_string())
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self) -> Json {
        self.as_ref().map_or(Json::Null, Show::show)
    }
}

/// Whether two rows of values are the same: numbers within the last digits of a
/// double, everything else to the letter.
pub(crate) fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a == b,
            _ => {
                let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
                a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
            }
        },
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, a)| b.get(k).is_some_and(|b| same(a, b)))
        }
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        _ => a == b,
    }
}
