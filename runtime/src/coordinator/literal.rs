//! Parameters' values as typed SQL literals: neither Trino nor Presto takes
//! values apart from text. Every literal is one primary expression that no value
//! can break out of, and of exactly the parameter's type.

use std::fmt::Write;

use chrono::{NaiveTime, Offset, Timelike, Utc};
use lakequery_types::Type;

use crate::value::Value;

type Result = std::result::Result<(), &'static str>;

/// The longest `char`.
const LONGEST_CHAR: usize = 65_536;

/// Writes a value, which was fitted to its type. `precision` is the most digits
/// of a second that the engine has. The error says why the engine can't have it.
pub(crate) fn write(out: &mut String, value: &Value, ty: &Type, precision: u8) -> Result {
    match (value, ty) {
        (Value::Null, Type::Unknown) => out.push_str("NULL"),
        (Value::Null, ty) => push(out, format_args!("CAST(NULL AS {})", name(ty, precision)?)),
        (Value::Boolean(value), _) => out.push_str(if *value { "TRUE" } else { "FALSE" }),
        (Value::TinyInt(value), _) => push(out, format_args!("TINYINT '{value}'")),
        (Value::SmallInt(value), _) => push(out, format_args!("SMALLINT '{value}'")),
        (Value::Integer(value), _) => push(out, format_args!("INTEGER '{value}'")),
        (Value::BigInt(value), _) => push(out, format_args!("BIGINT '{value}'")),
        (Value::Real(value), _) if value.is_infinite() => {
            push(out, format_args!("REAL '{}'", infinity(*value > 0.0)));
        }
        (Value::Real(value), _) => push(out, format_args!("REAL '{value:?}'")),
        (Value::Double(value), _) if value.is_infinite() => {
            push(out, format_args!("DOUBLE '{}'", infinity(*value > 0.0)));
        }
        (Value::Double(value), _) => push(out, format_args!("DOUBLE '{value:?}'")),
        (Value::Decimal(value), ty) => push(out, format_args!("CAST(DECIMAL '{value}' AS {ty})")),
        (Value::Varchar(value), ty) => text(out, value, ty),
        (Value::Varbinary(value), _) => {
            out.push_str("X'");
            value.iter().for_each(|byte| push(out, format_args!("{byte:02X}")));
            out.push('\'');
        }
        (Value::Date(value), _) => push(out, format_args!("DATE '{value}'")),
        (Value::Time(value), Type::Time(p)) => {
            let ty = name(ty, precision)?;
            push(out, format_args!("CAST(TIME '{}' AS {ty})", time(*value, (*p).min(precision))));
        }
        (Value::Timestamp(value), Type::Timestamp(p)) => {
            name(ty, precision)?;
            let time = time(value.time(), (*p).min(precision));
            push(out, format_args!("TIMESTAMP '{} {time}'", value.date()));
        }
        (Value::TimestampTz(value), Type::TimestampTz(p)) => {
            name(ty, precision)?;
            // SQL has offsets of whole minutes up to 14 hours.
            let seconds = value.offset().local_minus_utc();
            let sound = seconds % 60 == 0 && seconds.abs() <= 14 * 3_600;
            let utc = value.naive_utc();
            // The local time at the ends of the calendar may lie beyond them.
            let local = utc.checked_add_offset(*value.offset()).filter(|_| sound);
            let (local, offset) = match local {
                Some(local) => (local, *value.offset()),
                None => (utc, Utc.fix()),
            };
            let time = time(local.time(), (*p).min(precision));
            push(out, format_args!("TIMESTAMP '{} {time} {offset}'", local.date()));
        }
        (Value::IntervalYearToMonth(months), _) => {
            let sign = if months.0 < 0 { "-" } else { "" };
            let months = months.0.unsigned_abs();
            let (years, months) = (months / 12, months % 12);
            push(out, format_args!("INTERVAL {sign}'{years}-{months}' YEAR TO MONTH"));
        }
        (Value::IntervalDayToSecond(delta), _) => {
            let milliseconds = delta.num_milliseconds();
            let sign = if milliseconds < 0 { "-" } else { "" };
            let all = milliseconds.unsigned_abs();
            let (days, seconds) = (all / 86_400_000, all / 1_000 % 86_400);
            push(
                out,
                format_args!(
                    "INTERVAL {sign}'{days} {:02}:{:02}:{:02}.{:03}' DAY TO SECOND",
                    seconds / 3_600,
                    seconds / 60 % 60,
                    seconds % 60,
                    all % 1_000
                ),
            );
        }
        (Value::Array(values), Type::Array(element)) => {
            out.push_str("CAST(");
            array(out, values.iter().map(|value| (value, &element.ty)), precision)?;
            push(out, format_args!(" AS {})", name(ty, precision)?));
        }
        (Value::Map(entries), Type::Map(key, of_values)) => {
            out.push_str("CAST(map(");
            array(out, entries.iter().map(|(k, _)| (k, &**key)), precision)?;
            out.push_str(", ");
            array(out, entries.iter().map(|(_, value)| (value, &of_values.ty)), precision)?;
            push(out, format_args!(") AS {})", name(ty, precision)?));
        }
        (Value::Row(values), Type::Row(fields)) => {
            out.push_str("CAST(ROW(");
            list(out, values.iter().zip(fields.iter().map(|field| &field.ty)), precision)?;
            push(out, format_args!(") AS {})", name(ty, precision)?));
        }
        _ => return Err("the engine takes no parameters of this type"),
    }
    Ok(())
}

/// Writes `ARRAY[…]` of values with their types.
fn array<'a>(
    out: &mut String,
    values: impl Iterator<Item = (&'a Value, &'a Type)>,
    precision: u8,
) -> Result {
    out.push_str("ARRAY[");
    list(out, values, precision)?;
    out.push(']');
    Ok(())
}

/// Writes values with their types, one after the other.
fn list<'a>(
    out: &mut String,
    values: impl Iterator<Item = (&'a Value, &'a Type)>,
    precision: u8,
) -> Result {
    for (i, (value, ty)) in values.enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write(out, value, ty, precision)?;
    }
    Ok(())
}

/// Writing to a `String` can't fail.
fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

const fn infinity(positive: bool) -> &'static str {
    if positive { "Infinity" } else { "-Infinity" }
}

/// The text in quotes, with the quotes in it doubled: these engines know no
/// other escape there.
pub(crate) fn quote(out: &mut String, text: &str) {
    out.push('\'');
    for (i, part) in text.split('\'').enumerate() {
        if i > 0 {
            out.push_str("''");
        }
        out.push_str(part);
    }
    out.push('\'');
}

fn text(out: &mut String, value: &str, ty: &Type) {
    let (open, close) = match ty {
        Type::Json => ("json_parse(", ")".to_owned()),
        Type::Uuid => ("CAST(", " AS uuid)".to_owned()),
        Type::IpAddress => ("CAST(", " AS ipaddress)".to_owned()),
        // A cast to a shorter text would cut the value, and make it equal to others.
        Type::Char(length) if value.chars().count() <= LONGEST_CHAR => {
            let length = (*length as usize).max(value.chars().count());
            ("CAST(", format!(" AS char({length}))"))
        }
        _ => ("CAST(", " AS varchar)".to_owned()),
    };
    out.push_str(open);
    quote(out, value);
    out.push_str(&close);
}

/// The name of a type, where the engine has it with all its digits.
fn name(ty: &Type, precision: u8) -> std::result::Result<String, &'static str> {
    let digits = match ty {
        Type::Time(p) | Type::TimeTz(p) | Type::Timestamp(p) | Type::TimestampTz(p) => *p,
        Type::Array(element) => return Ok(format!("array({})", name(&element.ty, precision)?)),
        Type::Map(key, value) => {
            return Ok(format!("map({}, {})", name(key, precision)?, name(&value.ty, precision)?));
        }
        Type::Row(fields) => {
            let mut names = Vec::with_capacity(fields.len());
            for field in fields {
                let ty = name(&field.ty, precision)?;
                names.push(match &field.name {
                    Some(name) => format!("\"{}\" {ty}", name.replace('"', "\"\"")),
                    None => ty,
                });
            }
            return Ok(format!("row({})", names.join(", ")));
        }
        Type::Varchar(_) => return Ok("varchar".to_owned()),
        _ => return Ok(ty.to_string()),
    };
    if digits > precision {
        return Err("the engine has milliseconds only; round the value first");
    }
    let ty = ty.to_string();
    // Presto has one precision, and does not write it.
    Ok(if precision == 3 { ty.replace(&format!("({digits})"), "") } else { ty })
}

fn time(time: NaiveTime, precision: u8) -> String {
    let mut text = time.format("%H:%M:%S").to_string();
    if precision > 0 {
        let digits = format!("{:09}000", time.nanosecond() % 1_000_000_000);
        text.push('.');
        text.extend(digits.chars().take(precision.into()));
    }
    text
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};

    use super::*;
    use crate::value::Months;

    fn literal(
        value: &Value,
        ty: &str,
        precision: u8,
    ) -> std::result::Result<String, &'static str> {
        let mut out = String::new();
        write(&mut out, value, &Type::parse(ty).unwrap(), precision).map(|()| out)
    }

    #[test]
    fn literals_are_typed() {
        let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        let at = date.and_hms_nano_opt(1, 2, 3, 120_000_000).unwrap();
        let zoned_at = |utc: DateTime<Utc>, hours: i32| {
            Value::from(utc.with_timezone(&FixedOffset::east_opt(hours * 3_600).unwrap()))
        };
        let zoned = |text| Value::from(DateTime::parse_from_rfc3339(text).unwrap());
        let rows: Vec<(Value, &str, &str)> = vec![
            (Value::Null, "unknown", "NULL"),
            (Value::Null, "decimal(38,9)", "CAST(NULL AS decimal(38,9))"),
            (true.into(), "boolean", "TRUE"),
            (i8::MIN.into(), "tinyint", "TINYINT '-128'"),
            (i64::MIN.into(), "bigint", "BIGINT '-9223372036854775808'"),
            (f64::NAN.into(), "double", "DOUBLE 'NaN'"),
            (f64::NEG_INFINITY.into(), "double", "DOUBLE '-Infinity'"),
            (1e300.into(), "double", "DOUBLE '1e300'"),
            (0.1f32.into(), "real", "REAL '0.1'"),
            ("o'ne''".into(), "varchar(3)", "CAST('o''ne''''' AS varchar)"),
            ("".into(), "varchar", "CAST('' AS varchar)"),
            ("ab".into(), "char(1)", "CAST('ab' AS char(2))"),
            ("a".into(), "char(3)", "CAST('a' AS char(3))"),
            ("{}".into(), "json", "json_parse('{}')"),
            (b"\x00\xfe".into(), "varbinary", "X'00FE'"),
            (date.into(), "date", "DATE '2024-02-29'"),
            (at.time().into(), "time(6)", "CAST(TIME '01:02:03.120000' AS time(6))"),
            (at.into(), "timestamp(9)", "TIMESTAMP '2024-02-29 01:02:03.120000000'"),
            (at.into(), "timestamp(12)", "TIMESTAMP '2024-02-29 01:02:03.120000000000'"),
            (
                zoned("2024-02-29T01:02:03.5-08:30"),
                "timestamp(3) with time zone",
                "TIMESTAMP '2024-02-29 01:02:03.500 -08:30'",
            ),
            (
                zoned("2024-02-29T01:02:03+20:00"),
                "timestamp(0) with time zone",
                "TIMESTAMP '2024-02-28 05:02:03 +00:00'",
            ),
            (
                zoned_at(DateTime::<Utc>::MAX_UTC, 14),
                "timestamp(0) with time zone",
                "TIMESTAMP '+262142-12-31 23:59:59 +00:00'",
            ),
            (
                zoned_at(DateTime::<Utc>::MIN_UTC, -14),
                "timestamp(0) with time zone",
                "TIMESTAMP '-262143-01-01 00:00:00 +00:00'",
            ),
            (Months(-14).into(), "interval year to month", "INTERVAL -'1-2' YEAR TO MONTH"),
            (
                TimeDelta::milliseconds(-93_784_005).into(),
                "interval day to second",
                "INTERVAL -'1 02:03:04.005' DAY TO SECOND",
            ),
            (
                Value::Array(vec![1i64.into(), Value::Null]),
                "array(bigint)",
                "CAST(ARRAY[BIGINT '1', CAST(NULL AS bigint)] AS array(bigint))",
            ),
            (Value::Array(vec![]), "array(date not null)", "CAST(ARRAY[] AS array(date))"),
            (
                Value::Map(vec![("it's".into(), Value::Array(vec![f64::NAN.into()]))]),
                "map(varchar(5),array(double not null) not null)",
                "CAST(map(ARRAY[CAST('it''s' AS varchar)], ARRAY[CAST(ARRAY[DOUBLE 'NaN'] AS \
                 array(double))]) AS map(varchar, array(double)))",
            ),
            (
                Value::Map(vec![]),
                "map(date,decimal(3,1))",
                "CAST(map(ARRAY[], ARRAY[]) AS map(date, decimal(3,1)))",
            ),
            (
                Value::Row(vec![1i8.into(), Value::Null]),
                "row(\"a\"\"b\" tinyint not null, \"Order\" timestamp(6))",
                "CAST(ROW(TINYINT '1', CAST(NULL AS timestamp(6))) AS \
                 row(\"a\"\"b\" tinyint, \"Order\" timestamp(6)))",
            ),
            (
                Value::Row(vec![date.into()]),
                "row(date)",
                "CAST(ROW(DATE '2024-02-29') AS row(date))",
            ),
        ];
        for (value, ty, sql) in rows {
            assert_eq!(literal(&value, ty, 12).as_deref(), Ok(sql));
        }
        assert_eq!(
            literal(&Value::Row(vec![at.into()]), "row(\"at\" timestamp(3))", 3).as_deref(),
            Ok("CAST(ROW(TIMESTAMP '2024-02-29 01:02:03.120') AS row(\"at\" timestamp))")
        );
        assert_eq!(
            literal(&at.into(), "timestamp(3)", 3).as_deref(),
            Ok("TIMESTAMP '2024-02-29 01:02:03.120'")
        );
        assert_eq!(
            literal(&at.time().into(), "time(3)", 3).as_deref(),
            Ok("CAST(TIME '01:02:03.120' AS time)")
        );
        assert!(literal(&at.into(), "timestamp(6)", 3).is_err());
    }

    #[test]
    fn every_type_has_a_null() {
        for ty in Type::examples() {
            let mut out = String::new();
            let written = write(&mut out, &Value::Null, &ty, 12).is_ok();
            assert!(written && out.contains("NULL"), "{ty}: {out}");
        }
    }
}
