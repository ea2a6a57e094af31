//! Conversions.

use lakequery_types::Type;

use crate::emit::{Cast, Conversion, Dialect, Writer, write_cast};

/// Writes a conversion, or refuses one with another outcome.
pub(super) fn cast(writer: &mut Writer<'_>, cast: Cast<'_>) {
    let (from, to) = (&cast.expr.ty, cast.ty);
    let reason = match cast.fallible {
        true => Some("Dremio has no TRY_CAST"),
        false => refuses(from, to),
    };
    if let Some(reason) = reason {
        writer.refuse(cast.span, &format!("a cast of `{from}` to `{to}`"), reason);
    }
    write_cast(writer, cast);
}

/// Why a conversion has another outcome there, if it has.
fn refuses(from: &Type, to: &Type) -> Option<&'static str> {
    match (from, to) {
        (Type::Unknown, _) => None,
        (from, to) if from == to => None,
        (Type::TinyInt | Type::SmallInt | Type::Integer, Type::Integer | Type::BigInt) => None,
        (from, Type::Double) if from.is_integer() => None,
        (Type::Varchar(_), Type::Varchar(None)) => None,
        _ => Some("Dremio's is not known to have the same outcome"),
    }
}

/// Whether a conversion that lake SQL does by itself has to be written.
pub(super) fn writes_conversion(_: &Dialect, from: &Type, to: &Type, _: Conversion) -> bool {
    match (from, to) {
        (Type::Varchar(_), Type::Varchar(_)) => false,
        (from, to) => from != to,
    }
}
