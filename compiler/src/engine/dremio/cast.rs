//! Conversions. Those that Dremio makes without a check are guarded elsewhere: of integers in
//! [`super::integer`], of decimals in [`super::decimal`].

use lakequery_types::Type;

use crate::emit::{Cast, Conversion, Dialect, Writer, longest_text, write_cast};
use crate::tree::{Expr, ExprKind, Literal};

use super::literal::MILLISECONDS;

/// Writes a conversion, or refuses one with another outcome.
pub(super) fn cast(writer: &mut Writer<'_>, cast: Cast<'_>) {
    let (from, to) = (&cast.expr.ty, cast.ty);
    let reason = match cast.fallible {
        true => Some("Dremio does not have TRY_CAST"),
        false => refuses(cast.expr, to),
    };
    if let Some(reason) = reason {
        writer.refuse(cast.span, &format!("a cast of `{from}` to `{to}`"), reason);
    }
    write_cast(writer, cast);
}

const CUTS: &str = "Dremio takes what has no room for another value, without an error";

/// Why a conversion has another outcome there, if it has.
fn refuses(expr: &Expr, to: &Type) -> Option<&'static str> {
    let from = &expr.ty;
    match (from, to) {
        (Type::Unknown, _) => None,
        (from, to) if from == to => None,
        (from, Type::Integer | Type::BigInt) if from.is_integer() => None,
        (from, Type::Real | Type::Double) if from.is_numeric() => None,
        (Type::Decimal { precision, scale }, Type::Integer | Type::BigInt) => {
            (precision - scale >= 38).then_some(CUTS)
        }
        (Type::Decimal { .. }, Type::Decimal { .. }) => None,
        (from, Type::Decimal { precision, scale }) if from.is_integer() => {
            let digits = from.as_decimal().map_or(19, |(digits, _)| digits);
            (precision - scale < digits)
                .then_some("Dremio gives 0 where it has no room; CAST it to a larger decimal first")
        }
        (Type::Varchar(_), Type::Varchar(None)) => None,
        (Type::Varchar(Some(m)), Type::Varchar(Some(n))) if m <= n => None,
        (from, Type::Varchar(length)) if writes(from) => {
            let fits = length.is_none_or(|n| longest_text(from).is_some_and(|most| most <= n));
            (!fits).then_some("Dremio cuts a text where lake SQL fails; cast to varchar")
        }
        (Type::Varchar(_), Type::Integer | Type::BigInt | Type::Double | Type::Real) => None,
        (Type::Varchar(_), Type::Date) => (!is_day(expr))
            .then_some("Dremio reads other texts as dates, too; it takes a literal YYYY-MM-DD"),
        (Type::Date, Type::Timestamp(_)) | (Type::Timestamp(_), Type::Date) => None,
        (Type::Timestamp(p), Type::Timestamp(q)) | (Type::Time(p), Type::Time(q)) => {
            (*q < MILLISECONDS && q < p).then_some("Dremio's has milliseconds, always")
        }
        _ => Some("it is not known to have the same outcome on Dremio"),
    }
}

/// Whether Dremio writes values of a type as lake SQL does.
fn writes(ty: &Type) -> bool {
    match ty {
        Type::Boolean | Type::Date | Type::Timestamp(MILLISECONDS) => true,
        // More places are written with an exponent.
        Type::Decimal { scale, .. } => *scale <= 6,
        ty => ty.is_integer(),
    }
}

/// Whether this is a literal like `2024-01-31`.
fn is_day(expr: &Expr) -> bool {
    let ExprKind::Literal(Literal::Text(text)) = &expr.written().kind else { return false };
    let fits =
        |(i, b): (usize, u8)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(fits)
}

/// Whether a conversion that lake SQL does by itself has to be written: all but those that
/// change no value where they stand.
pub(super) fn writes_conversion(_: &Dialect, from: &Type, to: &Type, place: Conversion) -> bool {
    match (from, to) {
        (Type::Varchar(_), Type::Varchar(_))
        | (Type::Time(_), Type::Time(_))
        | (Type::Timestamp(_), Type::Timestamp(_)) => false,
        (Type::Unknown, _) => !matches!(place, Conversion::Operand | Conversion::Argument),
        (from, to) if from.is_integer() && to.is_integer() => place != Conversion::Operand,
        (from, to) => from != to,
    }
}
