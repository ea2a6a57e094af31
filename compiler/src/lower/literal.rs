//! Literals: numbers, strings, dates, times, timestamps, intervals.

use lakequery_types::json::{Malformed, Reader};
use lakequery_types::{MAX_CHAR, MAX_PRECISION, Type, is_ip_address};

use super::Lowerer;
use super::moment::{date, time, time_with_zone, timestamp};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{Expr, ExprKind, Literal};

impl Lowerer<'_> {
    /// A string.
    pub(super) fn text(&mut self, text: &str, span: Span) -> Expr {
        self.check_not_a_parameter(text, span);
        literal_text(text, span)
    }

    /// Refuses a string that holds nothing but `{x}`.
    fn check_not_a_parameter(&mut self, text: &str, span: Span) {
        if let Some(parameter) = quoted_parameter(text) {
            let message = format!("`{parameter}` in quotes is a text, not a parameter");
            let help = match parameter == text {
                true => format!("remove the quotes: `{parameter}`"),
                false => {
                    let (before, after) = text.split_once(parameter).unwrap_or_default();
                    let part = |text: &str| format!("'{text}'");
                    let parts: Vec<String> = [part(before), parameter.to_owned(), part(after)]
                        .into_iter()
                        .filter(|part| part != "''")
                        .collect();
                    format!("join the parts: `{}`", parts.join(" || "))
                }
            };
            self.report(Diagnostic::new(Code::BadLiteral, span, message).help(help));
        }
    }

    /// A number with an optional sign, by Trino's rules: whole numbers are
    /// `integer` or `bigint`, those with a point exact, those with an exponent
    /// `double`.
    pub(super) fn number(&mut self, text: &str, span: Span) -> Expr {
        let digits = text.trim_start_matches('-');
        if digits.contains(['e', 'E']) {
            return match text.parse::<f64>() {
                Ok(value) if value.is_finite() => {
                    literal(Literal::Double(value), Type::Double, span)
                }
                _ => self.bad_literal(span, format!("`{text}` is too large for a double")),
            };
        }
        if let Some((whole, fraction)) = digits.split_once('.') {
            let whole = whole.trim_start_matches('0');
            let (precision, scale) = (whole.len() + fraction.len(), fraction.len());
            if precision > usize::from(MAX_PRECISION) {
                let message = format!(
                    "`{text}` has {precision} digits; a decimal has at most {MAX_PRECISION}"
                );
                return self.bad_literal(span, message);
            }
            let ty = Type::decimal(precision.max(1) as u8, scale as u8);
            return literal(Literal::Decimal(decimal_text(text)), ty, span);
        }
        match text.parse::<i64>() {
            Ok(value) => {
                let ty = if i32::try_from(value).is_ok() { Type::Integer } else { Type::BigInt };
                literal(Literal::Integer(value), ty, span)
            }
            Err(_) => {
                let message = format!("`{text}` is too large for a bigint");
                self.report(
                    Diagnostic::new(Code::BadLiteral, span, message)
                        .help(format!("write it as a decimal: `DECIMAL '{text}'`")),
                );
                Expr::error(span)
            }
        }
    }

    /// `DATE '…'`, `TIMESTAMP '…'`, `DECIMAL '…'`, `BIGINT '…'` and their like.
    pub(super) fn typed_literal(&mut self, literal: &ast::TypedLiteral, span: Span) -> Expr {
        let ast::TypedLiteral { ty, text, text_span } = literal;
        let text_span = *text_span;
        let Some(ty) = self.data_type(ty) else { return Expr::error(span) };
        if let Some(parameter) = quoted_parameter(text) {
            let message = format!("`{parameter}` in quotes is a text, not a parameter");
            self.report(
                Diagnostic::new(Code::BadLiteral, text_span, message)
                    .help(format!("write the parameter alone: `{parameter}`")),
            );
            return Expr::error(span);
        }
        let parsed = match &ty {
            Type::Date => date(text),
            Type::Time(_) => match time_with_zone(text) {
                Some(Ok((text, ty))) => return cast_text(&text, ty, span),
                Some(Err(reason)) => Err(reason),
                None => time(text),
            },
            Type::Timestamp(_) => timestamp(text),
            Type::Decimal { .. } => return self.typed_decimal(text, span),
            Type::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" | "t" => Ok((Literal::Boolean(true), Type::Boolean)),
                "false" | "f" => Ok((Literal::Boolean(false), Type::Boolean)),
                _ => Err("a boolean is 'true' or 'false'".to_owned()),
            },
            ty if ty.is_integer() => text
                .trim()
                .parse::<i64>()
                .ok()
                .filter(|value| in_range(*value, ty))
                .map(|value| (Literal::Integer(value), ty.clone()))
                .ok_or_else(|| format!("it is not {}", with_article(ty))),
            ty if ty.is_floating() => text
                .trim()
                .parse::<f64>()
                .map(|value| (Literal::Double(in_floating_range(value, ty)), ty.clone()))
                .map_err(|_| "it is not a number".to_owned()),
            Type::Varchar(None) => return literal_text(text, span),
            Type::Varbinary => return binary(text.as_bytes(), span),
            Type::Json => match malformed_json(text) {
                None => {
                    return self.lowered_call("json_parse", vec![literal_text(text, span)], span);
                }
                Some(reason) => Err(reason),
            },
            Type::Uuid if is_uuid(text) => return cast_text(text, ty, span),
            Type::Uuid => Err("it is written as '12151fd2-7586-11e9-8f9e-2a86e4085a59'".to_owned()),
            Type::IpAddress if is_ip_address(text) => return cast_text(text, ty, span),
            Type::IpAddress => Err("it is written as '10.0.0.1' or '2001:db8::1'".to_owned()),
            // `CHAR` with no length has that of the text.
            Type::Char(1) if !text.is_empty() => {
                let value = literal_text(text, span);
                let length = text.chars().count().min(MAX_CHAR as usize) as u32;
                return cast(value, Type::Char(length), span);
            }
            other => {
                return self.unsupported(span, &format!("a literal of type `{other}`"));
            }
        };
        match parsed {
            Ok((value, ty)) => self::literal(value, ty, span),
            Err(reason) => self
                .bad_literal(text_span, format!("'{text}' is not {}: {reason}", with_article(&ty))),
        }
    }

    fn typed_decimal(&mut self, text: &str, span: Span) -> Expr {
        let text = text.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let point = digits.bytes().filter(|b| *b == b'.').count();
        if digits.is_empty()
            || point > 1
            || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        {
            return self.bad_literal(span, format!("'{text}' is not a decimal"));
        }
        let number = text.strip_prefix('+').unwrap_or(text);
        if digits.contains('.') {
            return self.number(number, span);
        }
        let precision = digits.trim_start_matches('0').len().max(1);
        if precision > usize::from(MAX_PRECISION) {
            return self.bad_literal(
                span,
                format!("'{text}' has {precision} digits; a decimal has at most {MAX_PRECISION}"),
            );
        }
        literal(Literal::Decimal(number.to_owned()), Type::decimal(precision as u8, 0), span)
    }

    /// `INTERVAL '3' MONTH`, `INTERVAL '1 02:03' DAY TO MINUTE`.
    pub(super) fn interval(&mut self, interval: &ast::Interval, span: Span) -> Expr {
        let ast::Interval { negative, text, text_span, units } = interval;
        let ast::IntervalUnits { first, last, span: _ } = units;
        if let Some(parameter) = quoted_parameter(text) {
            let unit = unit_name(*first);
            let message = format!("`{parameter}` in quotes is a text, not a parameter");
            self.report(
                Diagnostic::new(Code::BadLiteral, *text_span, message)
                    .help(format!("write `{parameter} * INTERVAL '1' {unit}`")),
            );
            return Expr::error(span);
        }
        let parsed = interval_value(text, rank(*first), rank(last.unwrap_or(*first)));
        let sign = if *negative { -1 } else { 1 };
        if let Some(most) = parsed.as_ref().and_then(Amount::exceeds) {
            return self.bad_literal(*text_span, format!("'{text}' is too long: {most}"));
        }
        match parsed {
            Some(Amount::Months(months)) => {
                literal(Literal::Months(sign * months), Type::IntervalYearToMonth, span)
            }
            Some(Amount::Milliseconds(millis)) => {
                literal(Literal::Milliseconds(sign * millis), Type::IntervalDayToSecond, span)
            }
            None => {
                let units = match last {
                    Some(last) => format!("{} TO {}", unit_name(*first), unit_name(*last)),
                    None => unit_name(*first).to_owned(),
                };
                self.bad_literal(*text_span, format!("'{text}' is not an interval in {units}"))
            }
        }
    }

    fn bad_literal(&mut self, span: Span, message: String) -> Expr {
        self.error(Code::BadLiteral, span, message);
        Expr::error(span)
    }
}

/// A type with its article: an `integer`.
fn with_article(ty: &Type) -> String {
    let name = ty.to_string();
    let article = if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} `{name}`")
}

/// The `{x}` that is all of a text, the `%` of a LIKE pattern around it aside.
fn quoted_parameter(text: &str) -> Option<&str> {
    let parameter = text.trim_matches('%');
    let name = parameter.strip_prefix('{')?.strip_suffix('}')?;
    let place = |c: char| c.is_alphanumeric() || "_.:&()".contains(c);
    let starts = |c: char| c.is_alphabetic() || c == '_' || c == '&';
    (name.starts_with(starts) && name.chars().all(place)).then_some(parameter)
}

/// A text as a value of a type that no literal of an engine has.
fn cast_text(text: &str, ty: Type, span: Span) -> Expr {
    cast(literal_text(text, span), ty, span)
}

fn cast(value: Expr, ty: Type, span: Span) -> Expr {
    let kind = ExprKind::Cast { expr: Box::new(value), fallible: false };
    Expr { kind, ty, nullable: false, span }
}

/// Whether a text is a UUID in its form of RFC 9562.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// What is wrong with a text that is not JSON.
fn malformed_json(text: &str) -> Option<String> {
    let mut reader = Reader::new(text);
    let read = reader.skip().and_then(|_| reader.end());
    read.err().map(|Malformed { at, expected }| {
        let place = text.get(..at).unwrap_or(text).chars().count() + 1;
        format!("expected {expected} at character {place}")
    })
}

fn literal(value: Literal, ty: Type, span: Span) -> Expr {
    Expr { kind: ExprKind::Literal(value), ty, nullable: false, span }
}

pub(super) fn literal_text(text: &str, span: Span) -> Expr {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    literal(Literal::Text(text.to_owned()), Type::Varchar(Some(length)), span)
}

pub(super) fn boolean(value: bool, span: Span) -> Expr {
    literal(Literal::Boolean(value), Type::Boolean, span)
}

pub(super) fn binary(bytes: &[u8], span: Span) -> Expr {
    literal(Literal::Binary(bytes.to_vec()), Type::Varbinary, span)
}

pub(super) fn null(span: Span) -> Expr {
    Expr { kind: ExprKind::Literal(Literal::Null), ty: Type::Unknown, nullable: true, span }
}

/// A decimal with a digit on both sides of its point.
fn decimal_text(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    match digits.split_once('.') {
        Some((whole, fraction)) => {
            let whole = if whole.is_empty() { "0" } else { whole };
            if fraction.is_empty() {
                format!("{sign}{whole}")
            } else {
                format!("{sign}{whole}.{fraction}")
            }
        }
        None => text.to_owned(),
    }
}

fn in_range(value: i64, ty: &Type) -> bool {
    match ty {
        Type::TinyInt => i8::try_from(value).is_ok(),
        Type::SmallInt => i16::try_from(value).is_ok(),
        Type::Integer => i32::try_from(value).is_ok(),
        _ => true,
    }
}

/// The number as a value of the type: a `real` has its infinities earlier.
fn in_floating_range(value: f64, ty: &Type) -> f64 {
    match *ty == Type::Real && (value as f32).is_infinite() {
        true => f64::from(value as f32),
        false => value,
    }
}

/// The unit's rank, from the largest: years 0, months 1, days 2, … seconds 5.
const fn rank(unit: ast::IntervalUnit) -> usize {
    unit as usize
}

const fn unit_name(unit: ast::IntervalUnit) -> &'static str {
    match unit {
        ast::IntervalUnit::Year => "YEAR",
        ast::IntervalUnit::Month => "MONTH",
        ast::IntervalUnit::Day => "DAY",
        ast::IntervalUnit::Hour => "HOUR",
        ast::IntervalUnit::Minute => "MINUTE",
        ast::IntervalUnit::Second => "SECOND",
    }
}

enum Amount {
    Months(i64),
    Milliseconds(i64),
}

impl Amount {
    /// What an interval has at most, where this is more: engines count months
    /// and days in 32 bits.
    fn exceeds(&self) -> Option<&'static str> {
        let (count, most) = match self {
            Amount::Months(months) => (*months, "an interval has at most 2147483647 months"),
            Amount::Milliseconds(amount) => {
                (amount / 86_400_000, "an interval has at most 2147483647 days")
            }
        };
        i32::try_from(count.unsigned_abs()).is_err().then_some(most)
    }
}

/// `3` (MONTH), `1-2` (YEAR TO MONTH), `1 02:03:04.5` (DAY TO SECOND), signed.
fn interval_value(text: &str, first: usize, last: usize) -> Option<Amount> {
    const MILLISECONDS: [i64; 6] = [0, 0, 86_400_000, 3_600_000, 60_000, 1_000];
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if last < first || (first < 2) != (last < 2) {
        return None;
    }
    // The separator after each unit: `1-2`, `1 02:03:04`.
    let mut parts = Vec::new();
    let mut rest = text;
    for unit in first..last {
        let separator = match unit {
            0 => '-',
            2 => ' ',
            _ => ':',
        };
        // What is absent at the end is zero.
        let Some((part, after)) = rest.split_once(separator) else { break };
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    let mut total = 0_i64;
    for (unit, part) in (first..=last).zip(&parts) {
        let (whole, fraction) = match part.split_once('.') {
            Some((whole, fraction)) if unit == 5 => (whole, Some(fraction)),
            Some(_) => return None,
            None => (*part, None),
        };
        if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let scale = if first < 2 { [12, 1][unit] } else { MILLISECONDS[unit] };
        total = total.checked_add(whole.parse::<i64>().ok()?.checked_mul(scale)?)?;
        if let Some(fraction) = fraction {
            if fraction.is_empty()
                || fraction.len() > 3
                || !fraction.bytes().all(|b| b.is_ascii_digit())
            {
                return None;
            }
            total = total.checked_add(format!("{fraction:0<3}").parse::<i64>().ok()?)?;
        }
    }
    Some(if first < 2 { Amount::Months(sign * total) } else { Amount::Milliseconds(sign * total) })
}
