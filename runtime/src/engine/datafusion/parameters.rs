//! Parameters as DataFusion's scalars: `$1`, `$2` … in the text, and values
//! that never become text.

use std::sync::Arc;

use arrow_array::{ArrayRef, ListArray, MapArray, StructArray, new_empty_array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, FieldRef, TimeUnit};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use lakequery_embedded::datafusion::common::ScalarValue;
use lakequery_types::{Field, Type};

use crate::arrow::schema::{canonical, time_unit};
use crate::backend::Request;
use crate::error::{Error, Kind, Result};
use crate::statement::{Argument, render};
use crate::value::Value;

/// A query's text with its parameters' values.
#[derive(Debug)]
pub(super) struct Parameters {
    pub(super) sql: String,
    pub(super) values: Vec<ScalarValue>,
}

impl Parameters {
    /// Writes the text and makes the values.
    pub(super) fn render(request: &Request<'_>) -> Result<Parameters> {
        let mut values = Vec::new();
        // Where the values of each parameter begin.
        let mut starts = Vec::with_capacity(request.arguments.len());
        for (i, (argument, ty)) in request.arguments.iter().zip(&request.types).enumerate() {
            starts.push(values.len());
            let elements = match argument {
                Argument::One(value) => std::slice::from_ref(value),
                Argument::List(values) => values.as_slice(),
            };
            let to = canonical(ty)
                .ok_or_else(|| unbindable(i, ty, "the embedded engine has no such type"))?;
            for value in elements {
                let value = scalar(value, ty, &to).map_err(|reason| unbindable(i, ty, reason))?;
                values.push(value);
            }
        }
        let mut sql = String::new();
        render(request.pieces, &request.arguments, &mut sql, &mut |sql, index, element| {
            let start = starts.get(index).copied().unwrap_or_default();
            sql.push('$');
            sql.push_str(&(start + element + 1).to_string());
            Ok(())
        })?;
        Ok(Parameters { sql, values })
    }
}

#[cold]
fn unbindable(index: usize, ty: &Type, reason: &str) -> Error {
    Error::new(Kind::Parameter, format!("parameter {} can't be {ty}: {reason}", index + 1))
}

const YEARS: &str = "it is outside of the years that the type has";

/// The value, which was fitted to the type.
fn scalar(value: &Value, ty: &Type, to: &DataType) -> Result<ScalarValue, &'static str> {
    Ok(match (value, ty) {
        (Value::Null, _) => ScalarValue::try_from(to).map_err(|_| "the type has no NULL")?,
        (Value::Boolean(value), _) => ScalarValue::Boolean(Some(*value)),
        (Value::TinyInt(value), _) => ScalarValue::Int8(Some(*value)),
        (Value::SmallInt(value), _) => ScalarValue::Int16(Some(*value)),
        (Value::Integer(value), _) => ScalarValue::Int32(Some(*value)),
        (Value::BigInt(value), _) => ScalarValue::Int64(Some(*value)),
        (Value::Real(value), _) => ScalarValue::Float32(Some(*value)),
        (Value::Double(value), _) => ScalarValue::Float64(Some(*value)),
        (Value::Decimal(value), Type::Decimal { precision, scale }) => {
            let value = value.rescale(*scale).ok_or("it has too many digits")?;
            let scale = i8::try_from(*scale).map_err(|_| "it has too many digits")?;
            ScalarValue::Decimal128(Some(value.unscaled()), *precision, scale)
        }
        (Value::Varchar(value), _) => ScalarValue::Utf8(Some(value.clone())),
        (Value::Varbinary(value), _) => ScalarValue::Binary(Some(value.clone())),
        (Value::Date(value), _) => {
            let days = value.signed_duration_since(NaiveDate::default()).num_days();
            ScalarValue::Date32(Some(i32::try_from(days).map_err(|_| YEARS)?))
        }
        (Value::Time(value), _) => ScalarValue::Time64Nanosecond(Some(
            value.signed_duration_since(NaiveTime::MIN).num_nanoseconds().ok_or(YEARS)?,
        )),
        (Value::Timestamp(value), Type::Timestamp(p)) => timestamp(*value, *p, None)?,
        (Value::TimestampTz(value), Type::TimestampTz(p)) => {
            let DataType::Timestamp(_, zone) = to else { return Err("it has no zone") };
            timestamp(value.naive_utc(), *p, zone.clone())?
        }
        (Value::IntervalYearToMonth(months), _) => ScalarValue::IntervalYearMonth(Some(months.0)),
        (Value::IntervalDayToSecond(delta), _) => {
            ScalarValue::DurationMillisecond(Some(delta.num_milliseconds()))
        }
        (Value::Array(values), Type::Array(item)) => {
            let DataType::List(field) = to else { return Err("it is not an array") };
            let elements = array(values.iter(), &item.ty, field.data_type())?;
            let ends = OffsetBuffer::from_lengths([values.len()]);
            let list = ListArray::try_new(Arc::clone(field), ends, elements, None);
            ScalarValue::List(Arc::new(list.map_err(|_| NOT_BUILT)?))
        }
        (Value::Map(entries), Type::Map(key, value)) => map(entries, key, &value.ty, to)?,
        (Value::Row(values), Type::Row(fields)) => row(values, fields, to)?,
        _ => return Err("the value is of another type"),
    })
}

/// What goes wrong in Arrow's own checks, where values were fitted to their types.
const NOT_BUILT: &str = "the embedded engine can't build it";

/// The values, which were fitted to a type, as an array of the Arrow type.
fn array<'a>(
    values: impl Iterator<Item = &'a Value>,
    ty: &Type,
    to: &DataType,
) -> Result<ArrayRef, &'static str> {
    let values = values.map(|value| scalar(value, ty, to)).collect::<Result<Vec<_>, _>>()?;
    if values.is_empty() {
        return Ok(new_empty_array(to));
    }
    ScalarValue::iter_to_array(values).map_err(|_| NOT_BUILT)
}

fn map(
    entries: &[(Value, Value)],
    key: &Type,
    value: &Type,
    to: &DataType,
) -> Result<ScalarValue, &'static str> {
    let DataType::Map(field, ordered) = to else { return Err("it is not a map") };
    let DataType::Struct(members) = field.data_type() else { return Err("it is not a map") };
    let [of_keys, of_values] = &members[..] else { return Err("it is not a map") };
    let columns = vec![
        array(entries.iter().map(|(key, _)| key), key, of_keys.data_type())?,
        array(entries.iter().map(|(_, value)| value), value, of_values.data_type())?,
    ];
    let ends = OffsetBuffer::from_lengths([entries.len()]);
    let entries = StructArray::try_new(members.clone(), columns, None).map_err(|_| NOT_BUILT)?;
    let map = MapArray::try_new(Arc::clone(field), ends, entries, None, *ordered);
    Ok(ScalarValue::Map(Arc::new(map.map_err(|_| NOT_BUILT)?)))
}

fn row(values: &[Value], fields: &[Field], to: &DataType) -> Result<ScalarValue, &'static str> {
    let DataType::Struct(members) = to else { return Err("it is not a row") };
    let column = |((value, field), member): ((&Value, &Field), &FieldRef)| {
        array(std::iter::once(value), &field.ty, member.data_type())
    };
    let columns = values.iter().zip(fields).zip(members).map(column).collect::<Result<_, _>>()?;
    let row = StructArray::try_new(members.clone(), columns, None).map_err(|_| NOT_BUILT)?;
    Ok(ScalarValue::Struct(Arc::new(row)))
}

fn timestamp(
    value: NaiveDateTime,
    precision: u8,
    zone: Option<Arc<str>>,
) -> Result<ScalarValue, &'static str> {
    let utc = value.and_utc();
    Ok(match time_unit(precision) {
        TimeUnit::Second => ScalarValue::TimestampSecond(Some(utc.timestamp()), zone),
        TimeUnit::Millisecond => {
            ScalarValue::TimestampMillisecond(Some(utc.timestamp_millis()), zone)
        }
        TimeUnit::Microsecond => {
            ScalarValue::TimestampMicrosecond(Some(utc.timestamp_micros()), zone)
        }
        TimeUnit::Nanosecond => {
            // `timestamp_nanos_opt` refuses some times that fit, at the far end.
            let nanoseconds =
                i128::from(utc.timestamp()) * 1_000_000_000 + i128::from(utc.nanosecond());
            let nanoseconds = i64::try_from(nanoseconds).map_err(|_| YEARS)?;
            ScalarValue::TimestampNanosecond(Some(nanoseconds), zone)
        }
    })
}
