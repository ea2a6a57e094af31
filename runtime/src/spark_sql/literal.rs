//! Parameters as literals, which nothing can break out of: Spark's Thrift
//! Server has no binding.
//!
//! A text is quoted only where all its characters are plain; anything else is
//! written as the hexadecimal digits of its bytes. So neither escapes nor the
//! substitution of `${…}` nor a setting of the session can change it.

use std::fmt::Write;

use chrono::{Datelike, NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use lakequery_types::Type;

use crate::error::{Error, Kind, Result};
use crate::value::{Months, Value};

/// Writes the value as a literal of the type.
pub(crate) fn literal(out: &mut String, value: &Value, ty: &Type) -> Result<()> {
    match (value, ty) {
        (Value::Null, Type::Unknown) => out.push_str("NULL"),
        (Value::Null, ty) => {
            out.push_str("CAST(NULL AS ");
            name(out, ty)?;
            out.push(')');
        }
        (Value::Boolean(value), _) => out.push_str(if *value { "TRUE" } else { "FALSE" }),
        (Value::TinyInt(value), _) => number(out, value, *value < 0, "Y"),
        (Value::SmallInt(value), _) => number(out, value, *value < 0, "S"),
        (Value::Integer(value), _) => number(out, value, *value < 0, ""),
        (Value::BigInt(value), _) => number(out, value, *value < 0, "L"),
        (Value::Real(value), _) => floating(out, f64::from(*value), &format!("{value:e}"), "FLOAT"),
        (Value::Double(value), _) => floating(out, *value, &format!("{value:e}"), "DOUBLE"),
        (Value::Decimal(value), ty) => {
            put(out, format_args!("CAST('{value}' AS "));
            match ty {
                Type::Decimal { .. } => name(out, ty)?,
                _ => put(out, format_args!("DECIMAL({},{})", value.precision(), value.scale())),
            }
            out.push(')');
        }
        (Value::Varchar(value), _) => text(out, value),
        (Value::Varbinary(value), _) => hex(out, value),
        (Value::Date(value), _) => put(out, format_args!("DATE '{value}'")),
        (Value::Time(value), _) => {
            micros(*value)?;
            put(out, format_args!("TIME '{}'", value.format("%H:%M:%S%.6f")));
        }
        (Value::Timestamp(value), _) => {
            micros(value.time())?;
            put(out, format_args!("TIMESTAMP_NTZ '{}", value.date()));
            put(out, format_args!(" {}'", value.format("%H:%M:%S%.6f")));
        }
        (Value::TimestampTz(value), _) => {
            let utc = value.naive_utc();
            micros(utc.time())?;
            put(out, format_args!("timestamp_micros({}L)", since_1970(utc)?));
        }
        (Value::IntervalYearToMonth(Months(value)), _) => {
            put(out, format_args!("INTERVAL '{}' YEAR TO MONTH", Months(*value)));
        }
        (Value::IntervalDayToSecond(value), _) => interval(out, *value)?,
        (Value::Array(values), Type::Array(element)) => {
            if values.is_empty() && element.ty != Type::Unknown {
                out.push_str("CAST(array() AS ");
                name(out, ty)?;
                out.push(')');
            } else {
                call(out, "array", values.iter().map(|value| (value, &element.ty)))?;
            }
        }
        (Value::Map(entries), Type::Map(key, value)) => {
            if entries.is_empty() {
                out.push_str("CAST(map() AS ");
                name(out, ty)?;
                out.push(')');
            } else {
                let flat = entries.iter().flat_map(|(k, v)| [(k, &**key), (v, &value.ty)]);
                call(out, "map", flat)?;
            }
        }
        (Value::Row(values), Type::Row(fields)) => {
            out.push_str("CAST(");
            call(out, "struct", values.iter().zip(fields.iter().map(|field| &field.ty)))?;
            out.push_str(" AS ");
            name(out, ty)?;
            out.push(')');
        }
        (value, ty) => {
            let message = format!("{} can't be written as {ty}", value.kind());
            return Err(Error::new(Kind::Parameter, message));
        }
    }
    Ok(())
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String can't fail.
    let _ = out.write_fmt(text);
}

fn call<'a>(
    out: &mut String,
    function: &str,
    arguments: impl Iterator<Item = (&'a Value, &'a Type)>,
) -> Result<()> {
    out.push_str(function);
    out.push('(');
    for (i, (value, ty)) in arguments.enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        literal(out, value, ty)?;
    }
    out.push(')');
    Ok(())
}

/// Negative numbers in parentheses, for two minus signs begin a comment.
fn number(out: &mut String, value: impl std::fmt::Display, negative: bool, suffix: &str) {
    if negative {
        put(out, format_args!("({value}{suffix})"));
    } else {
        put(out, format_args!("{value}{suffix}"));
    }
}

/// By a text, for the literals of both kinds refuse some numbers that there are.
fn floating(out: &mut String, value: f64, shortest: &str, ty: &str) {
    let text = match value {
        value if value.is_nan() => "NaN",
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => shortest,
    };
    put(out, format_args!("CAST('{text}' AS {ty})"));
}

/// Writes a text.
pub(crate) fn text(out: &mut String, value: &str) {
    let plain = |c: char| {
        c.is_alphanumeric()
            || matches!(c, ' ' | '_' | '.' | ',' | ':' | '@' | '/' | '+' | '-' | '=' | '(' | ')')
            || matches!(c, '#' | '%' | '&' | '*' | '<' | '>' | '[' | ']')
    };
    // Two minus signs and the like mean nothing inside quotes.
    if value.chars().all(plain) {
        put(out, format_args!("'{value}'"));
    } else {
        out.push_str("CAST(");
        hex(out, value.as_bytes());
        out.push_str(" AS STRING)");
    }
}

fn hex(out: &mut String, bytes: &[u8]) {
    out.push_str("X'");
    for byte in bytes {
        put(out, format_args!("{byte:02X}"));
    }
    out.push('\'');
}

fn too_fine(what: &str) -> Error {
    Error::new(
        Kind::Parameter,
        format!("a parameter is a {what} with more digits than microseconds"),
    )
    .help("round it first: Spark has microseconds")
}

fn micros(time: NaiveTime) -> Result<()> {
    if time.nanosecond().is_multiple_of(1_000) { Ok(()) } else { Err(too_fine("time")) }
}

fn since_1970(utc: NaiveDateTime) -> Result<i64> {
    // chrono's own function panics far outside of Spark's range.
    let days = i64::from(utc.date().num_days_from_ce()) - 719_163;
    let micros = i64::from(utc.num_seconds_from_midnight()) * 1_000_000
        + i64::from(utc.nanosecond() / 1_000);
    days.checked_mul(86_400_000_000).and_then(|days| days.checked_add(micros)).ok_or_else(|| {
        Error::new(Kind::Parameter, "a parameter is a timestamp outside of Spark's range")
    })
}

fn interval(out: &mut String, value: TimeDelta) -> Result<()> {
    let micros =
        value.num_microseconds().filter(|micros| *micros != i64::MIN).ok_or_else(|| {
            Error::new(Kind::Parameter, "a parameter is an interval longer than Spark's")
        })?;
    if TimeDelta::microseconds(micros) != value {
        return Err(too_fine("interval"));
    }
    let sign = if micros < 0 { "-" } else { "" };
    let micros = micros.unsigned_abs();
    let seconds = micros / 1_000_000;
    put(
        out,
        format_args!(
            "INTERVAL '{sign}{} {:02}:{:02}:{:02}.{:06}' DAY TO SECOND",
            seconds / 86_400,
            seconds / 3_600 % 24,
            seconds / 60 % 60,
            seconds % 60,
            micros % 1_000_000,
        ),
    );
    Ok(())
}

/// Writes Spark's name of a type.
pub(crate) fn name(out: &mut String, ty: &Type) -> Result<()> {
    let name = match ty {
        Type::Unknown => "VOID",
        Type::Boolean => "BOOLEAN",
        Type::TinyInt => "TINYINT",
        Type::SmallInt => "SMALLINT",
        Type::Integer => "INT",
        Type::BigInt => "BIGINT",
        Type::Real => "FLOAT",
        Type::Double => "DOUBLE",
        Type::Varchar(_) | Type::Char(_) | Type::Json | Type::Uuid | Type::IpAddress => "STRING",
        Type::Varbinary => "BINARY",
        Type::Date => "DATE",
        Type::Timestamp(_) => "TIMESTAMP_NTZ",
        Type::TimestampTz(_) => "TIMESTAMP_LTZ",
        Type::IntervalYearToMonth => "INTERVAL YEAR TO MONTH",
        Type::IntervalDayToSecond => "INTERVAL DAY TO SECOND",
        Type::Decimal { precision, scale } => {
            put(out, format_args!("DECIMAL({precision},{scale})"));
            return Ok(());
        }
        Type::Time(p) => {
            put(out, format_args!("TIME({})", p.min(&6)));
            return Ok(());
        }
        Type::Array(element) => {
            out.push_str("ARRAY<");
            name(out, &element.ty)?;
            out.push('>');
            return Ok(());
        }
        Type::Map(key, value) => {
            out.push_str("MAP<");
            name(out, key)?;
            out.push(',');
            name(out, &value.ty)?;
            out.push('>');
            return Ok(());
        }
        Type::Row(fields) => {
            out.push_str("STRUCT<");
            for (i, field) in fields.iter().enumerate() {
                // As the dialect calls a field that has no name.
                let label = field.name.clone().unwrap_or_else(|| format!("col{}", i + 1));
                out.push_str(if i > 0 { "," } else { "" });
                quoted(out, &label);
                out.push(':');
                name(out, &field.ty)?;
            }
            out.push('>');
            return Ok(());
        }
        ty => {
            let message = format!("Spark has no type like {ty}");
            return Err(Error::new(Kind::Parameter, message));
        }
    };
    out.push_str(name);
    Ok(())
}

/// Writes an identifier.
pub(crate) fn quoted(out: &mut String, name: &str) {
    out.push('`');
    out.push_str(&name.replace('`', "``"));
    out.push('`');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_values_have_their_types() {
        let rows: Vec<(Value, &str, &str)> = vec![
            (Value::Array(vec![]), "array(date not null)", "CAST(array() AS ARRAY<DATE>)"),
            (
                Value::Array(vec![1i64.into(), Value::Null]),
                "array(bigint)",
                "array(1L, CAST(NULL AS BIGINT))",
            ),
            (Value::Map(vec![]), "map(date,double)", "CAST(map() AS MAP<DATE,DOUBLE>)"),
            (
                Value::Map(vec![("it's".into(), Value::Array(vec![f64::NAN.into()]))]),
                "map(varchar,array(double))",
                "map(CAST(X'69742773' AS STRING), array(CAST('NaN' AS DOUBLE)))",
            ),
            (
                Value::Row(vec![1i8.into(), Value::Null]),
                "row(\"a`b\" tinyint not null, date)",
                "CAST(struct(1Y, CAST(NULL AS DATE)) AS STRUCT<`a``b`:TINYINT,`col2`:DATE>)",
            ),
        ];
        for (value, ty, sql) in rows {
            let mut out = String::new();
            literal(&mut out, &value, &Type::parse(ty).unwrap()).unwrap();
            assert_eq!(out, sql);
        }
    }

    #[test]
    fn every_type_has_a_null_or_is_refused() {
        for ty in Type::examples() {
            let written = literal(&mut String::new(), &Value::Null, &ty).is_ok();
            assert_eq!(written, !matches!(ty, Type::TimeTz(_)), "{ty}");
        }
    }
}
