//! Literals and the names of types.

use lakequery_types::Type;

use crate::emit::{Dialect, natural_decimal, spell_double, spell_literal};
use crate::tree::Literal;

/// A literal, where Trino's spelling is read otherwise.
pub(super) fn literal(
    dialect: &Dialect,
    literal: &Literal,
    ty: &Type,
) -> Result<String, &'static str> {
    if let (Literal::Timestamp(text) | Literal::TimestampTz(text), true) = (literal, is_fine(ty))
        && !in_nanoseconds(text)
    {
        return Err(BEYOND_NANOSECONDS);
    }
    Ok(match literal {
        // Every number with a point or an exponent is read as an exact one.
        Literal::Double(value) => {
            format!("{} '{}'", dialect.type_name(ty)?, spell_double(*value))
        }
        // A whole number is read as a bigint, and DECIMAL alone is one of a fixed size.
        Literal::Decimal(text) if natural_decimal(text) != *ty || !text.contains('.') => {
            format!("CAST({} AS {})", dialect.quoted(text), dialect.type_name(ty)?)
        }
        // Without a precision it has nanoseconds, which end in the year 2262.
        Literal::Timestamp(text) => format!("{} {}", dialect.type_name(ty)?, dialect.quoted(text)),
        // WITH TIME ZONE is always that of the session.
        Literal::TimestampTz(text) => format!("lake_cast({}, '{ty}')", dialect.quoted(text)),
        other => spell_literal(dialect, other, ty)?,
    })
}

/// The name of a type, where DataFusion's planner has one that means it.
pub(super) fn type_name(_: &Dialect, ty: &Type) -> Result<String, &'static str> {
    const NOT_THERE: &str = "the embedded engine has no such type in SQL";
    Ok(match ty {
        Type::Boolean
        | Type::TinyInt
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Real
        | Type::Double
        | Type::Decimal { .. }
        | Type::Date => ty.to_string().to_uppercase(),
        Type::Varchar(_) => "VARCHAR".to_owned(),
        Type::Varbinary => "BYTEA".to_owned(),
        Type::Time(p) if unit(*p).is_some() => "TIME".to_owned(),
        Type::Timestamp(p) => match unit(*p) {
            Some(p) => format!("TIMESTAMP({p})"),
            None => return Err("the embedded engine has at most nanoseconds"),
        },
        Type::Time(_) => return Err("the embedded engine has at most nanoseconds"),
        _ => return Err(NOT_THERE),
    })
}

/// Why a point in time is none with nanoseconds.
pub(super) const BEYOND_NANOSECONDS: &str =
    "the embedded engine's nanoseconds go from the year 1678 to 2261";

/// Whether a timestamp counts nanoseconds.
pub(super) const fn is_fine(ty: &Type) -> bool {
    matches!(ty, Type::Timestamp(7..=9) | Type::TimestampTz(7..=9))
}

/// Whether a date or a timestamp, as text, has a place among 64 bits of nanoseconds.
pub(super) fn in_nanoseconds(text: &str) -> bool {
    let year = text.split_once('-').and_then(|(year, _)| year.parse::<u32>().ok());
    year.is_some_and(|year| (1678..=2261).contains(&year))
}

/// The precision of the unit that holds fractions of `precision` digits:
/// seconds, milli-, micro- or nanoseconds.
pub(super) const fn unit(precision: u8) -> Option<u8> {
    match precision {
        0 => Some(0),
        1..=3 => Some(3),
        4..=6 => Some(6),
        7..=9 => Some(9),
        _ => None,
    }
}
