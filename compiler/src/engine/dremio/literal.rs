//! Literals and the names of types.

use lakequery_types::Type;

use crate::emit::{Dialect, natural_decimal, spell_literal};
use crate::tree::Literal;

pub(super) const MILLISECONDS: u8 = 3;
const NO_INTERVALS: &str =
    "Dremio adds intervals to dates and timestamps, as literals of one unit, and has no others";
const TOO_FINE: &str = "Dremio has at most milliseconds";

/// A literal as Dremio reads it.
pub(super) fn literal(
    dialect: &Dialect,
    literal: &Literal,
    ty: &Type,
) -> Result<String, &'static str> {
    let name = dialect.type_name(ty);
    Ok(match literal {
        Literal::Null | Literal::Boolean(_) | Literal::Text(_) => {
            spell_literal(dialect, literal, ty)?
        }
        // The least bigint is no literal but the negation of one that is too large.
        Literal::Integer(i64::MIN) => format!("CAST('{}' AS {})", i64::MIN, name?),
        Literal::Integer(value) if i32::try_from(*value).is_ok() && *ty == Type::Integer => {
            value.to_string()
        }
        Literal::Integer(value) if *ty == Type::BigInt && i32::try_from(*value).is_err() => {
            value.to_string()
        }
        Literal::Integer(value) => format!("CAST({value} AS {})", name?),
        // Zeros before the point are digits there.
        Literal::Decimal(text)
            if natural_decimal(text) == *ty
                && text.contains('.')
                && !text.trim_start_matches('-').starts_with('0') =>
        {
            text.clone()
        }
        Literal::Decimal(text) => format!("CAST('{text}' AS {})", name?),
        Literal::Double(value) if *ty == Type::Double && value.is_finite() => format!("{value:E}"),
        Literal::Double(value) if value.is_finite() => format!("CAST({value:E} AS {})", name?),
        Literal::Double(_) => return Err("Dremio has no literal for what is no number"),
        Literal::Binary(_) => return Err("Dremio reads no literals of bytes"),
        Literal::Date(text) => format!("DATE '{text}'"),
        Literal::Time(text) => {
            name?;
            format!("TIME '{text}'")
        }
        Literal::Timestamp(text) => {
            name?;
            format!("TIMESTAMP '{text}'")
        }
        Literal::TimestampTz(_) => return Err(name.err().unwrap_or(TOO_FINE)),
        Literal::Months(_) | Literal::Milliseconds(_) => {
            return Err(NO_INTERVALS);
        }
    })
}

/// The name of a type.
pub(super) fn type_name(_: &Dialect, ty: &Type) -> Result<String, &'static str> {
    Ok(match ty {
        Type::Unknown => return Err("a NULL of no type is none of Dremio's"),
        Type::Boolean => "BOOLEAN".to_owned(),
        Type::TinyInt | Type::SmallInt => {
            return Err("Dremio's integers have 32 or 64 bits; CAST it to integer");
        }
        Type::Integer => "INT".to_owned(),
        Type::BigInt => "BIGINT".to_owned(),
        Type::Real => "FLOAT".to_owned(),
        Type::Double => "DOUBLE".to_owned(),
        Type::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        Type::Varchar(_) => "VARCHAR".to_owned(),
        Type::Char(_) => return Err("Dremio pads no texts; CAST it to varchar"),
        Type::Varbinary => "VARBINARY".to_owned(),
        Type::Date => "DATE".to_owned(),
        Type::Time(0..=MILLISECONDS) => "TIME".to_owned(),
        Type::Timestamp(0..=MILLISECONDS) => "TIMESTAMP".to_owned(),
        Type::Time(_) | Type::Timestamp(_) => return Err(TOO_FINE),
        Type::TimeTz(_) | Type::TimestampTz(_) => {
            return Err("Dremio does not have times with a time zone");
        }
        Type::IntervalYearToMonth | Type::IntervalDayToSecond => {
            return Err(NO_INTERVALS);
        }
        Type::Json => return Err("Dremio has no type for JSON"),
        Type::Uuid => return Err("Dremio has no type for UUIDs"),
        Type::IpAddress => return Err("Dremio has no type for IP addresses"),
        Type::Array(_) | Type::Map(..) | Type::Row(_) => {
            return Err("Dremio converts to no arrays, maps and rows");
        }
        _ => return Err("Dremio does not have it"),
    })
}

/// Why a result can't have a column of this type, if it can't.
pub(super) fn refuses_column(dialect: &Dialect, ty: &Type) -> Option<&'static str> {
    let inside = |ty: &Type| dialect.refuses_column(ty);
    match ty {
        Type::Unknown => None,
        Type::Array(element) => inside(&element.ty),
        Type::Map(key, value) => inside(key).or_else(|| inside(&value.ty)),
        Type::Row(fields) => fields.iter().find_map(|field| inside(&field.ty)),
        Type::Time(p) | Type::Timestamp(p) if *p != MILLISECONDS => {
            Some("Dremio gives milliseconds, always; cast it to a precision of 3")
        }
        other => dialect.type_name(other).err(),
    }
}
