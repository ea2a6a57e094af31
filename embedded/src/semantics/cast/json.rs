//! Casts to JSON, which is a text here, and from it.

mod read;
mod write;

use lakequery_types::Type;

pub(super) use read::read;
pub(super) use write::write;

/// Whether values of a type can be written as JSON.
pub(super) fn writes(ty: &Type) -> bool {
    match ty {
        Type::Unknown | Type::Boolean | Type::Varchar(_) | Type::Json => true,
        Type::Date | Type::Timestamp(_) | Type::TimestampTz(_) => true,
        Type::Array(item) => writes(&item.ty),
        Type::Map(key, value) => is_key(key) && writes(&value.ty),
        Type::Row(fields) => fields.iter().all(|field| writes(&field.ty)),
        other => other.is_numeric(),
    }
}

/// Whether values of a type can be read from JSON.
pub(super) fn reads(ty: &Type) -> bool {
    match ty {
        Type::Boolean | Type::Varchar(_) | Type::Json => true,
        Type::Array(item) => reads(&item.ty),
        Type::Map(key, value) => is_key(key) && reads(&value.ty),
        Type::Row(fields) => fields.iter().all(|field| reads(&field.ty)),
        other => other.is_numeric(),
    }
}

/// Whether the keys of an object stand for values of a type.
fn is_key(ty: &Type) -> bool {
    matches!(ty, Type::Unknown | Type::Boolean | Type::Varchar(_)) || ty.is_numeric()
}
