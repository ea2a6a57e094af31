//! Parameters as literals, which nothing can break out of: most versions of Dremio bind none.
//!
//! A quote in a text is doubled; a backslash is a character like others, whatever the session says.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use lakequery_types::Type;

use crate::error::{Error, Kind, Result};
use crate::value::Value;

/// Writes the value as a literal of the type, behind what is written already.
pub(super) fn literal(out: &mut String, value: &Value, ty: &Type) -> Result<()> {
    match value {
        Value::Null if *ty == Type::Unknown => out.push_str("NULL"),
        Value::Null => put(out, format_args!("CAST(NULL AS {})", name(ty)?)),
        Value::Boolean(value) => out.push_str(if *value { "TRUE" } else { "FALSE" }),
        Value::TinyInt(value) => integer(out, i64::from(*value), ty)?,
        Value::SmallInt(value) => integer(out, i64::from(*value), ty)?,
        Value::Integer(value) => integer(out, i64::from(*value), ty)?,
        Value::BigInt(value) if counts_rows(out) => count(out, *value)?,
        Value::BigInt(value) => integer(out, *value, ty)?,
        Value::Real(value) if value.is_finite() => {
            put(out, format_args!("CAST('{value:e}' AS FLOAT)"));
        }
        Value::Double(value) if value.is_finite() => {
            put(out, format_args!("CAST('{value:e}' AS DOUBLE)"));
        }
        Value::Real(_) | Value::Double(_) => {
            return Err(unfit("Dremio has no literals for NaN and infinities"));
        }
        Value::Decimal(value) => {
            let ty = match ty {
                Type::Decimal { .. } => ty.clone(),
                _ => Type::decimal(value.precision(), value.scale()),
            };
            put(out, format_args!("CAST('{value}' AS {})", name(&ty)?));
        }
        Value::Varchar(value) => put(out, format_args!("'{}'", value.replace('\'', "''"))),
        Value::Date(value) => put(out, format_args!("DATE '{}'", date(*value)?)),
        Value::Time(value) => put(out, format_args!("TIME '{}'", time(*value)?)),
        Value::Timestamp(value) => {
            let (date, time) = (date(value.date())?, time(value.time())?);
            put(out, format_args!("TIMESTAMP '{date} {time}'"));
        }
        Value::Varbinary(_) => return Err(unfit("Dremio has no literals of bytes")),
        Value::TimestampTz(_) => {
            return Err(unfit("Dremio does not have times with a time zone")
                .help("bind the time in UTC as a timestamp"));
        }
        value => {
            return Err(unfit(&format!("Dremio has no literals of {}", value.kind())));
        }
    }
    Ok(())
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String can't fail.
    let _ = out.write_fmt(text);
}

/// An integer, by a text: the least one is no literal, and a literal has the least type that holds
/// it.
fn integer(out: &mut String, value: i64, ty: &Type) -> Result<()> {
    let fits = i32::try_from(value).is_ok();
    match ty {
        Type::BigInt => put(out, format_args!("CAST('{value}' AS BIGINT)")),
        _ if fits && value >= 0 => put(out, format_args!("{value}")),
        _ if fits => put(out, format_args!("CAST('{value}' AS INT)")),
        ty => return Err(unfit(&format!("{value} is not of the type {ty}"))),
    }
    Ok(())
}

/// Whether a number of rows comes next, of which the grammar takes digits only.
fn counts_rows(written: &str) -> bool {
    let word = written.trim_end().rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
    let ends = written.ends_with(char::is_whitespace);
    ends && word
        .is_some_and(|word| ["LIMIT", "OFFSET"].iter().any(|it| it.eq_ignore_ascii_case(word)))
}

fn count(out: &mut String, value: i64) -> Result<()> {
    let count = u32::try_from(value).ok().filter(|count| i32::try_from(*count).is_ok());
    let count =
        count.ok_or_else(|| unfit("Dremio's LIMIT and OFFSET take 0 to 2147483647 rows"))?;
    put(out, format_args!("{count}"));
    Ok(())
}

fn date(value: NaiveDate) -> Result<NaiveDate> {
    match value.year() {
        1..=9999 => Ok(value),
        _ => Err(unfit("Dremio's dates are of the years 1 to 9999")),
    }
}

fn time(value: NaiveTime) -> Result<String> {
    match value.nanosecond() {
        nanos if nanos.is_multiple_of(1_000_000) && nanos < 1_000_000_000 => {
            Ok(value.format("%H:%M:%S%.3f").to_string())
        }
        _ => Err(unfit("a time has more digits than milliseconds, which Dremio does not have")
            .help("round it first")),
    }
}

/// Dremio's name of a type.
fn name(ty: &Type) -> Result<String> {
    Ok(match ty {
        Type::Boolean => "BOOLEAN".into(),
        Type::TinyInt | Type::SmallInt | Type::Integer => "INT".into(),
        Type::BigInt => "BIGINT".into(),
        Type::Real => "FLOAT".into(),
        Type::Double => "DOUBLE".into(),
        Type::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        Type::Varchar(_) | Type::Char(_) | Type::Json | Type::Uuid | Type::IpAddress => {
            "VARCHAR".into()
        }
        Type::Varbinary => "VARBINARY".into(),
        Type::Date => "DATE".into(),
        Type::Time(_) => "TIME".into(),
        Type::Timestamp(_) => "TIMESTAMP".into(),
        ty => return Err(unfit(&format!("Dremio has no NULL of the type {ty}"))),
    })
}

fn unfit(message: &str) -> Error {
    Error::new(Kind::Parameter, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_literals_that_nothing_breaks_out_of() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
        let time = NaiveTime::from_hms_milli_opt(1, 2, 3, 40).unwrap();
        let rows: Vec<(Value, &str, &str)> = vec![
            (Value::Null, "bigint", "CAST(NULL AS BIGINT)"),
            (true.into(), "boolean", "TRUE"),
            (5i8.into(), "tinyint", "5"),
            ((-5i32).into(), "integer", "CAST('-5' AS INT)"),
            (i32::MIN.into(), "integer", "CAST('-2147483648' AS INT)"),
            (5i64.into(), "bigint", "CAST('5' AS BIGINT)"),
            (i64::MIN.into(), "bigint", "CAST('-9223372036854775808' AS BIGINT)"),
            ((-0.0f64).into(), "double", "CAST('-0e0' AS DOUBLE)"),
            (5e-324f64.into(), "double", "CAST('5e-324' AS DOUBLE)"),
            (1.5f32.into(), "real", "CAST('1.5e0' AS FLOAT)"),
            (r"a'b\'; --".into(), "varchar", r"'a''b\''; --'"),
            ("é\n".into(), "varchar", "'é\n'"),
            (day.into(), "date", "DATE '2026-01-31'"),
            (time.into(), "time(3)", "TIME '01:02:03.040'"),
            (day.and_time(time).into(), "timestamp(3)", "TIMESTAMP '2026-01-31 01:02:03.040'"),
        ];
        for (value, ty, sql) in rows {
            let mut out = String::new();
            literal(&mut out, &value, &Type::parse(ty).unwrap()).unwrap();
            assert_eq!(out, sql);
        }
        let decimal: crate::Decimal = "-1.50".parse().unwrap();
        let mut out = String::new();
        literal(&mut out, &Value::Decimal(decimal), &Type::decimal(10, 2)).unwrap();
        assert_eq!(out, "CAST('-1.50' AS DECIMAL(10, 2))");
    }

    #[test]
    fn numbers_of_rows_are_digits() {
        for (before, value, expected) in [
            ("SELECT 1 LIMIT ", 3, Some("3")),
            ("SELECT 1\noffset\n", 0, Some("0")),
            ("SELECT 1 LIMIT ", -1, None),
            ("SELECT 1 OFFSET ", i64::from(i32::MAX) + 1, None),
            ("SELECT \"LIMIT\", ", 3, Some("CAST('3' AS BIGINT)")),
            ("SELECT \"LIMIT\" + ", 3, Some("CAST('3' AS BIGINT)")),
            ("SELECT the_limit", 3, Some("CAST('3' AS BIGINT)")),
            ("SELECT no_LIMIT ", 3, Some("CAST('3' AS BIGINT)")),
        ] {
            let mut out = before.to_owned();
            let written = literal(&mut out, &Value::BigInt(value), &Type::BigInt);
            let found = written.is_ok().then(|| &out[before.len()..]);
            assert_eq!(found, expected, "{before}");
        }
    }

    #[test]
    fn what_is_no_literal_is_refused() {
        let fine = NaiveTime::from_hms_micro_opt(1, 2, 3, 4).unwrap();
        let leap = NaiveTime::from_hms_milli_opt(23, 59, 59, 1_000).unwrap();
        let far = NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap();
        let rows: Vec<(Value, &str, &str)> = vec![
            (f64::NAN.into(), "double", "NaN"),
            (f32::INFINITY.into(), "real", "infinities"),
            (fine.into(), "time(6)", "milliseconds"),
            (leap.into(), "time(3)", "milliseconds"),
            (far.into(), "date", "the years 1 to 9999"),
            (Value::Varbinary(vec![1]), "varbinary", "bytes"),
            (Value::Array(vec![1i64.into()]), "array(bigint)", "no literals of"),
            (i64::MAX.into(), "integer", "is not of the type integer"),
            (Value::Null, "interval year to month", "no NULL of the type"),
        ];
        for (value, ty, text) in rows {
            let ty = Type::parse(ty).unwrap();
            let error = literal(&mut String::new(), &value, &ty).unwrap_err();
            assert!(error.is_parameter() && error.to_string().contains(text), "{error}");
        }
    }
}
