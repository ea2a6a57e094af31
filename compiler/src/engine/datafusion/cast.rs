//! Conversions.
//!
//! `CAST` and `TRY_CAST` are DataFusion's own where they do what Trino's do,
//! which is where every value of the one type has an exact (or, for integers
//! as floating-point numbers, a nearest) value of the other:
//!
//! | from | to |
//! |---|---|
//! | `NULL` | any type that has a name there |
//! | a type | itself |
//! | `varchar(m)` | `varchar`, `varchar(n)` with n ≥ m |
//! | an integer type | a wider one, `real`, `double`, a decimal with room for all its values |
//! | `real` | `double` |
//! | `decimal(p,s)` | a decimal with at least as many digits on both sides of the point; with p ≤ 15, `double` |
//! | `date` | `timestamp(p)`, p ≤ 6 |
//! | `timestamp(p)` | `timestamp(q)`, p ≤ q ≤ 6, of one unit: else the optimizer cuts what is compared with it |
//! | `time(p)` | `time(q)`, p ≤ q |
//!
//! All other pairs are written as `lake_cast(value, 'type')` and
//! `lake_try_cast(value, 'type')`, functions of the session that know the
//! name of every type and Trino's rules: fractions are rounded half up, text
//! is trimmed or refused, `1e0` becomes `1.0E0`, `varchar(n)` is cut.

use lakequery_types::Type;

use crate::emit::{Cast, Conversion, Dialect, Writer, write_cast};
use crate::tree::{ExprKind, Literal};

use super::literal::{BEYOND_NANOSECONDS, in_nanoseconds, is_fine, unit};

/// Writes a conversion.
pub(super) fn cast(writer: &mut Writer<'_>, cast: Cast<'_>) {
    let (from, to) = (&cast.expr.ty, cast.ty);
    if let Type::Time(p) | Type::TimeTz(p) | Type::Timestamp(p) | Type::TimestampTz(p) = to
        && unit(*p).is_none()
    {
        let reason = "the embedded engine has at most nanoseconds";
        writer.refuse(cast.span, &format!("the type `{to}`"), reason);
    }
    if let ExprKind::Literal(
        Literal::Date(text) | Literal::Timestamp(text) | Literal::TimestampTz(text),
    ) = &cast.expr.kind
        && is_fine(to)
        && !in_nanoseconds(text)
    {
        writer.refuse(cast.span, &format!("a cast of this to `{to}`"), BEYOND_NANOSECONDS);
    }
    if is_plain(from, to) && writer.dialect.type_name(to).is_ok() {
        return write_cast(writer, cast);
    }
    if let Some(reason) = refuses(from, to) {
        return writer.refuse(cast.span, &format!("a conversion of `{from}` to `{to}`"), reason);
    }
    writer.push(if cast.fallible { "lake_try_cast(" } else { "lake_cast(" });
    writer.value(cast.expr);
    writer.push(", ");
    writer.push(&writer.dialect.quoted(&to.to_string()));
    // The session knows a time's unit, but not its precision, and JSON as a text.
    if prints_digits(from, to) || has_json(from) || has_json(to) {
        writer.push(", ");
        writer.push(&writer.dialect.quoted(&from.to_string()));
    }
    writer.push(")");
}

/// Whether a value is JSON, or has some in it.
fn has_json(ty: &Type) -> bool {
    match ty {
        Type::Json => true,
        Type::Array(item) => has_json(&item.ty),
        Type::Map(key, value) => has_json(key) || has_json(&value.ty),
        Type::Row(fields) => fields.iter().any(|field| has_json(&field.ty)),
        _ => false,
    }
}

/// Whether a time becomes a text with as many digits as its type says.
fn prints_digits(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (from, Type::Varchar(_)) => !tells_digits(from),
        (Type::Array(from), Type::Array(to)) => prints_digits(&from.ty, &to.ty),
        (Type::Map(key, value), Type::Map(to_key, to_value)) => {
            prints_digits(key, to_key) || prints_digits(&value.ty, &to_value.ty)
        }
        (Type::Row(from), Type::Row(to)) => {
            from.iter().zip(to).any(|(from, to)| prints_digits(&from.ty, &to.ty))
        }
        _ => false,
    }
}

/// Whether the unit of a time tells its precision.
pub(super) fn tells_digits(ty: &Type) -> bool {
    match ty {
        Type::Time(_) => false,
        Type::Timestamp(p) | Type::TimestampTz(p) => unit(*p) == Some(*p),
        _ => true,
    }
}

/// Why values of the one type, or what is in them, can't become values of the other.
fn refuses(from: &Type, to: &Type) -> Option<&'static str> {
    match (from, to) {
        (from, to) if from == to => None,
        (_, Type::TimeTz(_) | Type::Uuid | Type::IpAddress) => {
            Some("the embedded engine has no values of that type")
        }
        (Type::Json, _) | (_, Type::Json) => None,
        (Type::Time(_), Type::Timestamp(_) | Type::TimestampTz(_)) => {
            Some("the embedded engine knows no date for it")
        }
        (_, Type::Time(p) | Type::Timestamp(p) | Type::TimestampTz(p)) if unit(*p).is_none() => {
            Some("the embedded engine has at most nanoseconds")
        }
        (Type::Array(from), Type::Array(to)) => refuses(&from.ty, &to.ty),
        (Type::Map(key, value), Type::Map(to_key, to_value)) => {
            refuses(key, to_key).or_else(|| refuses(&value.ty, &to_value.ty))
        }
        (Type::Row(from), Type::Row(to)) => {
            from.iter().zip(to).find_map(|(from, to)| refuses(&from.ty, &to.ty))
        }
        (Type::Unknown, Type::Array(item)) => refuses(from, &item.ty),
        (Type::Unknown, Type::Map(key, value)) => {
            refuses(from, key).or_else(|| refuses(from, &value.ty))
        }
        (Type::Unknown, Type::Row(fields)) => {
            fields.iter().find_map(|field| refuses(from, &field.ty))
        }
        _ => None,
    }
}

/// Whether DataFusion's CAST does what Trino's does.
pub(super) fn is_plain(from: &Type, to: &Type) -> bool {
    if from == to || *from == Type::Unknown {
        return true;
    }
    match (from, to) {
        (Type::Varchar(_), Type::Varchar(None)) => true,
        (Type::Varchar(Some(m)), Type::Varchar(Some(n))) => m <= n,
        (Type::Real, Type::Double) => true,
        (from, to) if from.is_integer() && to.is_integer() => width(from) <= width(to),
        (from, to) if from.is_integer() && to.is_floating() => true,
        (Type::Decimal { precision, .. }, Type::Double) => *precision <= EXACT_DIGITS,
        (from, Type::Decimal { precision: q, scale: t }) => {
            from.as_decimal().is_some_and(|(p, s)| s <= *t && p - s <= q - t)
        }
        (Type::Date, Type::Timestamp(q)) => *q <= MICROSECONDS,
        (Type::Timestamp(p), Type::Timestamp(q)) => p <= q && unit(*p) == unit(*q),
        (Type::Time(p), Type::Time(q)) => p <= q,
        _ => false,
    }
}

/// Decimals with so many digits are exact as two doubles, one divided by the other.
const EXACT_DIGITS: u8 = 15;

/// Finer timestamps don't hold every date.
const MICROSECONDS: u8 = 6;

fn width(ty: &Type) -> Option<u8> {
    ty.as_decimal().map(|(digits, _)| digits)
}

/// Whether a conversion that lake SQL does by itself has to be written.
///
/// The session's operators take mixed operands as Trino does. Where branches,
/// arguments and rows meet, DataFusion finds a common type itself, which is
/// Trino's for integers and doubles only. A set operation takes its types from
/// one side.
pub(super) fn writes_conversion(_: &Dialect, from: &Type, to: &Type, place: Conversion) -> bool {
    if is_same_there(from, to) {
        return false;
    }
    if matches!((from, to), (Type::Varchar(_) | Type::Char(_), Type::Char(_))) {
        return true;
    }
    match place {
        Conversion::Operand => is_compared_otherwise(from, to),
        Conversion::Term => false,
        Conversion::Side => true,
        // Its own would give two columns one name, where a condition uses the column, too.
        Conversion::Member => *from != Type::Unknown,
        Conversion::Argument | Conversion::Column => {
            let widens = from.is_integer() && (to.is_integer() || *to == Type::Double)
                || (from, to) == (&Type::Real, &Type::Double);
            *from != Type::Unknown && !widens
        }
    }
}

/// Whether DataFusion would compare as values of another type than lake SQL does.
fn is_compared_otherwise(from: &Type, to: &Type) -> bool {
    match (from, to) {
        // As decimals, which not all doubles are.
        (Type::Decimal { .. }, to) => to.is_floating(),
        (Type::Timestamp(_), Type::Timestamp(_)) | (Type::Date, Type::Timestamp(7..)) => true,
        (Type::Array(from), Type::Array(to)) => is_compared_otherwise(&from.ty, &to.ty),
        (Type::Map(k, v), Type::Map(l, w)) => {
            is_compared_otherwise(k, l) || is_compared_otherwise(&v.ty, &w.ty)
        }
        (Type::Row(from), Type::Row(to)) => {
            from.iter().zip(to).any(|(from, to)| is_compared_otherwise(&from.ty, &to.ty))
        }
        _ => false,
    }
}

/// Whether DataFusion does not tell the types apart.
fn is_same_there(from: &Type, to: &Type) -> bool {
    match (from, to) {
        // char(n) is a text there, but one that was padded when it was made.
        (Type::Varchar(_), Type::Varchar(_)) => true,
        (Type::Timestamp(p), Type::Timestamp(q)) | (Type::TimestampTz(p), Type::TimestampTz(q)) => {
            unit(*p) == unit(*q)
        }
        (Type::Time(_), Type::Time(_)) => true,
        (Type::Array(from), Type::Array(to)) => is_same_there(&from.ty, &to.ty),
        (Type::Map(k, v), Type::Map(l, w)) => is_same_there(k, l) && is_same_there(&v.ty, &w.ty),
        (Type::Row(from), Type::Row(to)) => {
            from.len() == to.len()
                && from
                    .iter()
                    .zip(to)
                    .all(|(from, to)| from.name == to.name && is_same_there(&from.ty, &to.ty))
        }
        _ => from == to,
    }
}
