//! Literals.

use lakequery_types::Type;

use crate::tree::Literal;

use super::Dialect;

/// A literal as Trino writes it. A negative one starts with its sign.
pub(crate) fn spell_literal(
    dialect: &Dialect,
    literal: &Literal,
    ty: &Type,
) -> Result<String, &'static str> {
    let type_name = || dialect.type_name(ty);
    Ok(match literal {
        Literal::Null => "NULL".to_owned(),
        Literal::Boolean(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        // The least bigint is no literal but the negation of one that is too large.
        Literal::Integer(value) if natural_integer(*value) == *ty && *value != i64::MIN => {
            value.to_string()
        }
        Literal::Integer(value) => format!("{} '{value}'", type_name()?),
        Literal::Decimal(text) if natural_decimal(text) == *ty => {
            if text.contains('.') {
                text.clone()
            } else {
                format!("DECIMAL '{text}'")
            }
        }
        Literal::Decimal(text) => format!("CAST({text} AS {})", type_name()?),
        Literal::Double(value) if *ty == Type::Double && value.is_finite() => {
            format!("{value:E}")
        }
        Literal::Double(value) => format!("{} '{}'", type_name()?, spell_double(*value)),
        Literal::Text(text) => dialect.quoted(text),
        Literal::Binary(bytes) => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            format!("X'{hex}'")
        }
        Literal::Date(text) => format!("DATE {}", dialect.quoted(text)),
        Literal::Time(text) => format!("TIME {}", dialect.quoted(text)),
        Literal::Timestamp(text) | Literal::TimestampTz(text) => {
            format!("TIMESTAMP {}", dialect.quoted(text))
        }
        Literal::Months(months) => spell_interval(*months, &[("YEAR", 12), ("MONTH", 1)])
            .unwrap_or_else(|| format!("INTERVAL '{months}' MONTH")),
        Literal::Milliseconds(milliseconds) => {
            spell_interval(*milliseconds, UNITS).unwrap_or_else(|| {
                let (sign, [days, hours, minutes, seconds, millis]) = parts(*milliseconds);
                format!(
                    "INTERVAL '{sign}{days} {hours:02}:{minutes:02}:{seconds:02}.{millis:03}' \
                     DAY TO SECOND"
                )
            })
        }
    })
}

/// A text in single quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The text of a double as casts from text read it.
pub(crate) fn spell_double(value: f64) -> String {
    if value.is_finite() {
        format!("{value:E}")
    } else if value.is_nan() {
        "NaN".to_owned()
    } else {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    }
}

/// The type that a whole number has by itself.
fn natural_integer(value: i64) -> Type {
    if i32::try_from(value).is_ok() { Type::Integer } else { Type::BigInt }
}

/// The type that a number with a point has by itself.
pub(crate) fn natural_decimal(text: &str) -> Type {
    let digits = text.trim_start_matches(['-', '+']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0').len();
    // Longer ones than a decimal can have are no literals.
    let digits = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
    Type::decimal(digits(whole + fraction.len()).max(1), digits(fraction.len()))
}

/// The units of milliseconds.
const UNITS: &[(&str, i64)] =
    &[("DAY", 86_400_000), ("HOUR", 3_600_000), ("MINUTE", 60_000), ("SECOND", 1000)];

/// An interval as a whole number of the largest unit that fits.
fn spell_interval(amount: i64, units: &[(&str, i64)]) -> Option<String> {
    units.iter().find_map(|(unit, size)| {
        // Engines read the number as 32 bits.
        let count = i32::try_from(amount / size).ok().filter(|_| amount % size == 0)?;
        Some(format!("INTERVAL '{count}' {unit}"))
    })
}

/// The sign of an interval, and its days, hours, minutes, seconds and milliseconds.
fn parts(milliseconds: i64) -> (&'static str, [u64; 5]) {
    let mut rest = milliseconds.unsigned_abs();
    let mut counts = [0; 5];
    for (count, (_, size)) in counts.iter_mut().zip(UNITS) {
        *count = rest / size.unsigned_abs();
        rest %= size.unsigned_abs();
    }
    counts[4] = rest;
    (if milliseconds < 0 { "-" } else { "" }, counts)
}
