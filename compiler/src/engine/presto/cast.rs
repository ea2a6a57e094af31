//! Conversions that Presto makes otherwise.

use lakequery_types::Type;

use crate::emit::{Cast, Writer, longest_text, write_cast};

use super::literal::precision;

/// Writes a conversion, or refuses one with another outcome.
pub(super) fn cast(writer: &mut Writer<'_>, cast: Cast<'_>) {
    if let Some(reason) = refuses(&cast.expr.ty, cast.ty) {
        writer.refuse(cast.span, &format!("a cast of `{}` to `{}`", cast.expr.ty, cast.ty), reason);
    }
    write_cast(writer, cast);
}

/// Why a conversion has another outcome there, if it has.
fn refuses(from: &Type, to: &Type) -> Option<&'static str> {
    match (from, to) {
        (Type::Unknown, _) => None,
        (Type::Json, Type::Varchar(None)) => None,
        (of, Type::Json) => refuses_to_write(of),
        (Type::Json, of) => refuses_to_read(of),
        (Type::Real | Type::Double, Type::Varchar(_)) => {
            Some("Presto writes 1.0 where lake SQL writes 1.0E0")
        }
        (Type::Varchar(_) | Type::Char(_), Type::Varchar(_)) => None,
        (from, Type::Varchar(Some(length))) if longest_text(from).is_none_or(|n| n > *length) => {
            Some("Presto does not hold the text against its length; cast to varchar")
        }
        (from, Type::Varchar(_)) if precision(from).is_some_and(|p| p != 3) => {
            Some("Presto writes milliseconds")
        }
        (from, to) if rounds(from, to) => Some("Presto's has milliseconds, always"),
        _ => None,
    }
}

/// Why values of a type become JSON that lake SQL does not write, if they do.
fn refuses_to_write(of: &Type) -> Option<&'static str> {
    match of {
        Type::Row(_) => Some("Presto writes a row as an array"),
        Type::Timestamp(p) if *p != 3 => Some("Presto writes milliseconds"),
        Type::Array(element) => refuses_to_write(&element.ty),
        Type::Map(key, value) => refuses_key(key).or_else(|| refuses_to_write(&value.ty)),
        _ => None,
    }
}

/// Why JSON gives no values of a type, if it does not.
fn refuses_to_read(of: &Type) -> Option<&'static str> {
    match of {
        Type::Varchar(Some(_)) => {
            Some("Presto does not hold the text against its length; cast to varchar")
        }
        Type::Array(element) => refuses_to_read(&element.ty),
        Type::Map(key, value) => refuses_key(key).or_else(|| refuses_to_read(&value.ty)),
        Type::Row(fields) => fields.iter().find_map(|field| refuses_to_read(&field.ty)),
        _ => None,
    }
}

/// Why a type of keys is not one of JSON's, if it is not.
fn refuses_key(key: &Type) -> Option<&'static str> {
    let written = key.is_numeric() || matches!(key, Type::Boolean | Type::Varchar(_));
    (!written).then_some("the keys of Presto's JSON are texts, numbers and booleans")
}

/// Whether a conversion drops digits of a second, which Presto would keep.
fn rounds(from: &Type, to: &Type) -> bool {
    precision(to).is_some_and(|to| to < 3 && precision(from).unwrap_or(3) > to)
        && *from != Type::Date
}
