//! Conversions.

use lakequery_types::Type;

use crate::emit::{Cast, Conversion, Dialect, Writer, longest_text, write_cast};
use crate::tree::{ExprKind, Literal};

/// Writes a conversion.
pub(super) fn cast(writer: &mut Writer<'_>, cast: Cast<'_>) {
    let (from, to) = (&cast.expr.ty, cast.ty);
    if let Some(reason) = refuses(from, to) {
        writer.refuse(cast.span, &format!("a cast of `{from}` to `{to}`"), reason);
    }
    match (from, to) {
        (Type::Array(_) | Type::Map(..) | Type::Row(_), _) => nested(writer, cast),
        (Type::Varchar(_) | Type::Char(_), Type::Varchar(Some(length)))
            if longest_text(from).is_none_or(|longest| longest > *length) =>
        {
            writer.push("left(");
            writer.value(cast.expr);
            writer.push(&format!(", {length})"));
        }
        // A cast would cut the fraction.
        (Type::Decimal { .. } | Type::Real | Type::Double, to) if to.is_integer() => {
            around(writer, &cast, "round(", ")");
        }
        (Type::Timestamp(precision), Type::Varchar(_)) => {
            text_of_timestamp(writer, &cast, *precision);
        }
        (Type::TimestampTz(precision), Type::Varchar(_)) => {
            writer.push("concat(");
            text_of_timestamp(writer, &cast, *precision);
            writer.push(", ' UTC')");
        }
        (from, Type::Timestamp(precision) | Type::TimestampTz(precision))
            if *precision < MICROSECONDS && digits(&cast) > *precision =>
        {
            // Digits are not cut but rounded.
            let (unit, half) = match precision {
                0 => ("SECOND", "0.5"),
                3 => ("MILLISECOND", "0.0005"),
                _ => {
                    let reason = "Spark rounds to seconds, milliseconds and microseconds only";
                    let what = format!("a cast of `{from}` to `{to}`");
                    return writer.refuse(cast.span, &what, reason);
                }
            };
            let span = cast.span;
            writer.push(&format!("CAST(date_trunc('{unit}', "));
            convert(writer, cast);
            writer.push(&format!(" + INTERVAL '{half}' SECOND) AS "));
            writer.type_name(to, span);
            writer.push(")");
        }
        _ => convert(writer, cast),
    }
}

/// Writes the cast of an array, a map or a row, where Spark's does to what is in it what it
/// does elsewhere.
fn nested(writer: &mut Writer<'_>, cast: Cast<'_>) {
    let (from, to) = (&cast.expr.ty, cast.ty);
    let reason = if cast.fallible {
        Some("Spark makes NULL of what fails in it, and not of the whole")
    } else if is_plain(from, to) {
        None
    } else {
        Some("Spark converts what is in it otherwise")
    };
    if let Some(reason) = reason {
        writer.refuse(cast.span, &format!("a cast of `{from}` to `{to}`"), reason);
    }
    write_cast(writer, cast);
}

/// Whether Spark's cast has the outcome of lake SQL's.
fn is_plain(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Unknown, _) => true,
        (Type::Array(a), Type::Array(b)) => is_plain(&a.ty, &b.ty),
        (Type::Map(k, v), Type::Map(l, w)) => is_plain(k, l) && is_plain(&v.ty, &w.ty),
        (Type::Row(a), Type::Row(b)) => a.iter().zip(b).all(|(a, b)| is_plain(&a.ty, &b.ty)),
        (Type::Varchar(_) | Type::Char(_), Type::Varchar(None)) => true,
        (Type::Varchar(Some(m)), Type::Varchar(Some(n))) => m <= n,
        (Type::Varchar(_) | Type::Char(_), to) => to.is_integer(),
        (Type::Decimal { .. } | Type::Real | Type::Double, to) if to.is_integer() => false,
        (Type::Timestamp(p) | Type::TimestampTz(p), Type::Timestamp(q) | Type::TimestampTz(q)) => {
            p <= q
        }
        (Type::Timestamp(_) | Type::TimestampTz(_), Type::Varchar(_)) => false,
        _ => refuses(from, to).is_none(),
    }
}

/// Writes `CAST(… AS type)`, a text held against what lake SQL reads.
fn convert(writer: &mut Writer<'_>, cast: Cast<'_>) {
    match pattern(&cast) {
        Some(pattern) => {
            let after = format!(", {}, 0)", writer.dialect.quoted(pattern));
            around(writer, &cast, "regexp_extract(", &after);
        }
        None => write_cast(writer, cast),
    }
}

/// Writes `CAST(before … after AS type)`.
fn around(writer: &mut Writer<'_>, cast: &Cast<'_>, before: &str, after: &str) {
    writer.push(if cast.fallible { "TRY_CAST(" } else { "CAST(" });
    writer.push(before);
    writer.value(cast.expr);
    writer.push(after);
    writer.push(" AS ");
    writer.type_name(cast.ty, cast.span);
    writer.push(")");
}

/// What a text must look like to be cast, where Spark takes more than lake SQL:
/// a date cut off or with a time of day, a T before the time, `yes`, `inf`,
/// spaces around decimals. What does not match is the empty text, which is none
/// of them.
fn pattern(cast: &Cast<'_>) -> Option<&'static str> {
    let Type::Varchar(_) = cast.expr.ty else { return None };
    let literal = match &cast.expr.kind {
        ExprKind::Literal(Literal::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let made_of = |more: &str| {
        let plain = |c: char| c.is_ascii_digit() || more.contains(c);
        literal.is_some_and(|text| !text.is_empty() && text.chars().all(plain))
    };
    match cast.ty {
        Type::Boolean => Some(r"^(?i:t|f|true|false|1|0)$").filter(|_| !made_of("")),
        Type::Decimal { .. } => Some(r"^\S+$").filter(|_| !made_of("+-.")),
        Type::Real | Type::Double => {
            Some(r"^[^IiNn]*(Infinity|NaN)?[^IiNn]*$").filter(|_| !made_of("+-.eE"))
        }
        Type::Date => Some(r"^\s*[+-]?\d+-\d{1,2}-\d{1,2}\s*$").filter(|_| !is_day(literal)),
        Type::Timestamp(_) | Type::TimestampTz(_) => {
            Some(r"^\s*[+-]?\d+-\d{1,2}-\d{1,2}(\s+\d{1,2}:.*)?\s*$")
                .filter(|_| !(made_of("-:. ") && is_day(literal.and_then(|text| text.get(..10)))))
        }
        _ => None,
    }
}

/// Whether a literal is like `2024-01-31`.
fn is_day(text: Option<&str>) -> bool {
    let Some(text) = text else { return false };
    let like =
        |(i, b): (usize, u8)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(like)
}

fn text_of_timestamp(writer: &mut Writer<'_>, cast: &Cast<'_>, precision: u8) {
    let fraction = "S".repeat(precision.into());
    let point = if precision > 0 { "." } else { "" };
    writer.push("date_format(");
    writer.value(cast.expr);
    writer.push(&format!(", 'yyyy-MM-dd HH:mm:ss{point}{fraction}')"));
}

/// How many digits of a second a value may have before it is converted to a timestamp.
fn digits(cast: &Cast<'_>) -> u8 {
    match (&cast.expr.ty, &cast.expr.kind) {
        (Type::Timestamp(precision) | Type::TimestampTz(precision), _) => *precision,
        (_, ExprKind::Literal(Literal::Text(text))) => {
            let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            u8::try_from(digits).unwrap_or(u8::MAX)
        }
        (Type::Varchar(_) | Type::Char(_), _) => u8::MAX,
        _ => 0,
    }
}

const MICROSECONDS: u8 = 6;

/// Why a conversion has another outcome there, if it has.
fn refuses(from: &Type, to: &Type) -> Option<&'static str> {
    match (from, to) {
        (Type::Unknown, _) => None,
        (Type::Real | Type::Double, Type::Varchar(_)) => {
            Some("Spark writes 1.0 where lake SQL writes 1.0E0")
        }
        (Type::IntervalYearToMonth | Type::IntervalDayToSecond, Type::Varchar(_)) => {
            Some("Spark writes intervals otherwise")
        }
        (Type::Varchar(_) | Type::Char(_), _) => None,
        (from, Type::Varchar(Some(length)))
            if longest_text(from).is_none_or(|longest| longest > *length) =>
        {
            Some("Spark does not hold the text against its length; cast to varchar")
        }
        _ => None,
    }
}

/// Whether a conversion that lake SQL does by itself has to be written.
///
/// Spark widens numbers as lake SQL does, but what meets a real turns into a
/// double, and so does a bigint that meets a real.
pub(super) fn writes_conversion(
    dialect: &Dialect,
    from: &Type,
    to: &Type,
    place: Conversion,
) -> bool {
    match (from, to) {
        (Type::Varchar(_) | Type::Char(_), Type::Varchar(_))
        | (Type::Timestamp(_), Type::Timestamp(_))
        | (Type::TimestampTz(_), Type::TimestampTz(_)) => false,
        (from, to) if from == to => false,
        // Where a padded text is compared, Spark pads the other side.
        (Type::Varchar(_) | Type::Char(_), Type::Char(_)) => place != Conversion::Operand,
        (Type::Unknown, to) => *to == Type::Boolean,
        (_, Type::Real) => true,
        (from, to) if is_number(from) && is_number(to) => {
            narrows(from, to) || matches!(place, Conversion::Side | Conversion::Column)
        }
        (Type::Date, Type::Timestamp(_)) if place == Conversion::Operand => false,
        // The lengths of texts are not part of the type there.
        (Type::Array(_) | Type::Map(..) | Type::Row(_), _) => {
            dialect.type_name(from) != dialect.type_name(to)
        }
        _ => true,
    }
}

/// Whether a decimal keeps fewer digits before its point: where not all digits of
/// two decimals have room, Spark drops some of the fraction, and lake SQL does not.
fn narrows(from: &Type, to: &Type) -> bool {
    match (from.as_decimal(), to) {
        (Some((p, s)), Type::Decimal { precision, scale }) => p - s > precision - scale,
        _ => false,
    }
}

fn is_number(ty: &Type) -> bool {
    ty.as_decimal().is_some() || ty.is_floating()
}
