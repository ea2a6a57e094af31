//! Parameters as DataFusion's scalars: `$1`, `$2` … in the text, and values
//! that never become text.

use std::sync::Arc;

use arrow_schema::{DataType, TimeUnit};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use lakequery_embedded::datafusion::common::ScalarValue;
use lakequery_types::Type;

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
            let element = field.data_type();
            let values = values
                .iter()
                .map(|value| scalar(value, &item.ty, element))
                .collect::<Result<Vec<_>, _>>()?;
            ScalarValue::List(ScalarValue::new_list(&values, element, true))
        }
        _ => return Err("the value is of another type"),
    })
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
