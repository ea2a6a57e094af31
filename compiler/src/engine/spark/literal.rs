//! Literals and the names of types.

use lakequery_types::Type;

use crate::emit::{Dialect, natural_decimal, spell_double, spell_literal};
use crate::tree::Literal;

use super::nested::member_name;

const TOO_FINE: &str = "Spark has at most microseconds";
const NO_TIME: &str = "Spark's Thrift Server has no times of day";

/// A literal as Spark writes it.
pub(super) fn literal(
    dialect: &Dialect,
    literal: &Literal,
    ty: &Type,
) -> Result<String, &'static str> {
    Ok(match literal {
        Literal::Integer(value) => match ty {
            Type::TinyInt => format!("{value}Y"),
            Type::SmallInt => format!("{value}S"),
            Type::Real => format!("{value}F"),
            Type::Double => format!("{value}D"),
            Type::BigInt if i32::try_from(*value).is_ok() => format!("{value}L"),
            _ => value.to_string(),
        },
        Literal::Decimal(text) if natural_decimal(text) == *ty => {
            if text.contains('.') {
                text.clone()
            } else {
                format!("{text}BD")
            }
        }
        Literal::Decimal(text) => {
            let suffix = if text.contains('.') { "" } else { "BD" };
            format!("CAST({text}{suffix} AS {})", dialect.type_name(ty)?)
        }
        Literal::Double(value) if value.is_finite() => {
            format!("{value:E}{}", if *ty == Type::Real { 'F' } else { 'D' })
        }
        Literal::Double(value) => {
            let function = if *ty == Type::Real { "float" } else { "double" };
            format!("{function}('{}')", spell_double(*value))
        }
        Literal::Date(text) => format!("DATE '{text}'"),
        Literal::Time(_) => return Err(NO_TIME),
        Literal::Timestamp(text) => {
            dialect.type_name(ty)?;
            format!("TIMESTAMP_NTZ '{text}'")
        }
        Literal::TimestampTz(text) => {
            dialect.type_name(ty)?;
            format!("TIMESTAMP_LTZ '{text}'")
        }
        // An interval has microseconds, in 64 bits.
        Literal::Milliseconds(amount) if amount.checked_mul(1000).is_none() => {
            return Err("Spark's intervals have at most 106751991 days");
        }
        other => spell_literal(dialect, other, ty)?,
    })
}

/// A text in quotes. Backslashes escape, and `${…}` would be substituted
/// before the parser sees it.
pub(super) fn quoted(_: &Dialect, text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    let mut last = '\0';
    for c in text.chars() {
        match c {
            '\\' | '\'' => quoted.push('\\'),
            '{' if last == '$' => quoted.push('\\'),
            _ => {}
        }
        quoted.push(c);
        last = c;
    }
    quoted.push('\'');
    quoted
}

/// The name of a type.
pub(super) fn type_name(dialect: &Dialect, ty: &Type) -> Result<String, &'static str> {
    let nested = |ty: &Type| dialect.type_name(ty);
    Ok(match ty {
        Type::Unknown => "VOID".to_owned(),
        Type::Integer => "INT".to_owned(),
        Type::Real => "FLOAT".to_owned(),
        Type::Varchar(_) => "STRING".to_owned(),
        Type::Varbinary => "BINARY".to_owned(),
        Type::Boolean
        | Type::TinyInt
        | Type::SmallInt
        | Type::BigInt
        | Type::Double
        | Type::Decimal { .. }
        | Type::Date
        | Type::IntervalYearToMonth
        | Type::IntervalDayToSecond => ty.to_string().to_uppercase().replace(", ", ","),
        Type::Timestamp(0..=6) => "TIMESTAMP_NTZ".to_owned(),
        Type::TimestampTz(0..=6) => "TIMESTAMP_LTZ".to_owned(),
        Type::Timestamp(_) | Type::TimestampTz(_) => return Err(TOO_FINE),
        Type::Time(_) | Type::TimeTz(_) => return Err(NO_TIME),
        Type::Char(_) => return Err("Spark pads texts in tables only"),
        Type::Array(element) => format!("ARRAY<{}>", nested(&element.ty)?),
        Type::Map(key, value) => format!("MAP<{}, {}>", nested(key)?, nested(&value.ty)?),
        Type::Row(fields) => {
            let field = |(i, field): (usize, &lakequery_types::Field)| {
                let name = dialect.ident(&member_name(field, i));
                Ok(format!("{name}: {}", nested(&field.ty)?))
            };
            let fields: Vec<String> =
                fields.iter().enumerate().map(field).collect::<Result<_, &'static str>>()?;
            format!("STRUCT<{}>", fields.join(", "))
        }
        _ => return Err("Spark has no such type"),
    })
}
