//! Values written as text, read exactly: a text either is the value, or it is
//! not of the type.

use chrono::{NaiveDate, NaiveDateTime};

/// How many digits a decimal holds.
pub(super) const DIGITS: usize = lakequery_types::MAX_PRECISION as usize;

/// How many digits of a second a timestamp holds.
const FRACTION: usize = 9;

/// Decimal numbers of so many digits are told apart by `double`.
const EXACT_DIGITS: usize = 15;

/// A number in plain or scientific notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::folder) struct Number<'a> {
    text: &'a str,
    pub(super) negative: bool,
    /// The digits before the point.
    pub(super) whole: &'a str,
    /// The digits behind the point.
    pub(super) fraction: &'a str,
    has_point: bool,
    /// What follows the `e`.
    exponent: Option<&'a str>,
}

impl<'a> Number<'a> {
    /// Reads a number; one with needless zeros in front, or a `+`, is a code or a
    /// telephone number, and no number.
    pub(in crate::folder) fn parse(text: &'a str) -> Option<Number<'a>> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, rest) = digits(rest);
        let (fraction, rest, has_point) = match rest.strip_prefix('.') {
            Some(rest) => {
                let (fraction, rest) = digits(rest);
                (fraction, rest, true)
            }
            None => ("", rest, false),
        };
        let exponent = match rest.strip_prefix(['e', 'E']) {
            Some(exponent) => {
                let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                let (digits, rest) = digits(unsigned);
                if digits.is_empty() || !rest.is_empty() {
                    return None;
                }
                Some(exponent)
            }
            None if rest.is_empty() => None,
            None => return None,
        };
        if (whole.is_empty() && fraction.is_empty()) || (whole.len() > 1 && whole.starts_with('0'))
        {
            return None;
        }
        Some(Number { text, negative, whole, fraction, has_point, exponent })
    }

    /// The same, where JSON has such numbers.
    pub(super) fn parse_json(text: &'a str) -> Option<Number<'a>> {
        Number::parse(text).filter(|number| {
            !number.whole.is_empty() && number.has_point != number.fraction.is_empty()
        })
    }

    /// Whether it is written without a point and an exponent.
    pub(super) fn is_integer(&self) -> bool {
        !self.has_point && self.exponent.is_none()
    }

    /// As a `bigint`.
    pub(in crate::folder) fn bigint(&self) -> Option<i64> {
        if self.is_integer() { self.text.parse().ok() } else { None }
    }

    /// As a `decimal` of the scale, without its point.
    pub(super) fn decimal(&self, scale: usize) -> Option<i128> {
        let zeros = scale.checked_sub(self.fraction.len())?;
        let whole = self.whole.trim_start_matches('0');
        if !self.is_decimal() || whole.len() + scale > DIGITS {
            return None;
        }
        let digits = self.whole.bytes().chain(self.fraction.bytes());
        let digits = digits.chain(std::iter::repeat_n(b'0', zeros));
        let unsigned = digits.fold(0_i128, |value, digit| value * 10 + i128::from(digit - b'0'));
        Some(if self.negative { -unsigned } else { unsigned })
    }

    /// Whether a decimal of enough digits can be the number. A decimal -0 does not exist.0.
    pub(super) fn is_decimal(&self) -> bool {
        let is_zero = || self.whole.bytes().chain(self.fraction.bytes()).all(|digit| digit == b'0');
        self.exponent.is_none() && (self.is_integer() || !self.negative || !is_zero())
    }

    /// As a `double` that is written as the same number.
    pub(super) fn double(&self) -> Option<f64> {
        let value: f64 = self.text.parse().ok()?;
        let few = self.whole.len() + self.fraction.len() <= EXACT_DIGITS;
        // All that have so few digits, and are neither very large nor very small.
        if few && self.exponent.is_none() {
            return Some(value);
        }
        if !value.is_finite() {
            return None;
        }
        let written = format!("{value:e}");
        let same = Number::parse(&written)?.significant()? == self.significant()?;
        same.then_some(value)
    }

    /// The digits without zeros around them, and the power of ten of the first one.
    fn significant(&self) -> Option<(Vec<u8>, i64)> {
        let exponent: i64 = self.exponent.unwrap_or("0").parse().ok()?;
        let digits: Vec<u8> = self.whole.bytes().chain(self.fraction.bytes()).collect();
        let Some(first) = digits.iter().position(|digit| *digit != b'0') else {
            return Some((Vec::new(), 0));
        };
        let last = digits.iter().rposition(|digit| *digit != b'0').unwrap_or(first);
        let power = i64::try_from(self.whole.len()).ok()? - 1 - i64::try_from(first).ok()?;
        Some((digits[first..=last].to_vec(), exponent.checked_add(power)?))
    }
}

/// The digits that the text begins with, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// The values of `double` that are words.
pub(super) fn word(text: &str) -> Option<f64> {
    let (sign, word) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    if word.eq_ignore_ascii_case("infinity") || word.eq_ignore_ascii_case("inf") {
        return Some(sign * f64::INFINITY);
    }
    text.eq_ignore_ascii_case("nan").then_some(f64::NAN)
}

/// A number or a word as a `double`.
pub(super) fn double(text: &str) -> Option<f64> {
    match Number::parse(text) {
        Some(number) => number.double(),
        None => word(text),
    }
}

/// A number or a word as the nearest `double`; `None` where that has no end.
pub(super) fn nearest(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return word(text);
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A number without a `+`, zeros in front, and zeros behind so many digits of its fraction.
pub(super) fn without_needless_digits(text: &str, scale: Option<usize>) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, rest) = digits(unsigned);
    let whole = match whole.trim_start_matches('0') {
        "" if !whole.is_empty() => "0",
        whole => whole,
    };
    let Some(scale) = scale else { return Some(format!("{sign}{whole}{rest}")) };
    let fraction = rest.strip_prefix('.').unwrap_or(rest);
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = scale.max(fraction.trim_end_matches('0').len()).min(fraction.len());
    let fraction = &fraction[..kept];
    // A decimal -0 does not exist.
    let is_zero = whole.bytes().chain(fraction.bytes()).all(|digit| digit == b'0');
    let sign = if is_zero { "" } else { sign };
    Some(if kept == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}

/// `2024-02-29`.
pub(in crate::folder) fn date(text: &str) -> Option<NaiveDate> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *bytes else { return None };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

/// A date with a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// As it is written, or, where there is a zone, in UTC.
    pub(super) utc: NaiveDateTime,
    /// How many digits of a second are written.
    pub(super) digits: usize,
    pub(super) has_zone: bool,
}

/// `2024-02-29T12:34:56.789+01:00`; the `T` may be a space, and the fraction and
/// the zone may be missing.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let date = date(text.get(..10)?)?;
    let bytes = text.as_bytes();
    if !matches!(bytes.get(10), Some(b'T' | b' ')) {
        return None;
    }
    let time: &[u8; 8] = bytes.get(11..19)?.try_into().ok()?;
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *time else { return None };
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?);
    let rest = text.get(19..)?;
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => digits(rest),
        None => ("", rest),
    };
    if fraction.len() > FRACTION || (rest.starts_with('.') && fraction.is_empty()) {
        return None;
    }
    let nanoseconds = fraction.bytes().chain(std::iter::repeat(b'0')).take(FRACTION);
    let nanoseconds = nanoseconds.fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    let local = date.and_hms_nano_opt(hour, minute, second, nanoseconds)?;
    let utc = match zone {
        "" => local,
        zone => local.checked_sub_signed(chrono::TimeDelta::minutes(offset(zone)?))?,
    };
    Some(Moment { utc, digits: fraction.len(), has_zone: !zone.is_empty() })
}

/// The minutes of a zone: `Z`, `+01:00`, `+0100` or `+01`.
fn offset(zone: &str) -> Option<i64> {
    let zone = zone.strip_prefix(' ').unwrap_or(zone);
    if zone == "Z" {
        return Some(0);
    }
    let (sign, hours, minutes) = match *zone.as_bytes() {
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => {
            (sign, number(&[h1, h2])?, number(&[m1, m2])?)
        }
        [sign, h1, h2] => (sign, number(&[h1, h2])?, 0),
        _ => return None,
    };
    // As far as zones reach.
    let minutes =
        Some(i64::from(hours * 60 + minutes)).filter(|all| minutes < 60 && *all <= 840)?;
    match sign {
        b'+' => Some(minutes),
        b'-' => Some(-minutes),
        _ => None,
    }
}

/// The number of some digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn double(text: &str) -> Option<f64> {
        Number::parse(text)?.double()
    }

    #[test]
    fn integers() {
        let bigint = |text| Number::parse(text).and_then(|number| number.bigint());
        for (text, value) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("00123", None),
            ("+5", None),
            (" 5", None),
            ("5 ", None),
            ("1_000", None),
            ("1.0", None),
            ("1e3", None),
            ("-", None),
            ("", None),
            ("٣", None),
        ] {
            assert_eq!(bigint(text), value, "{text}");
        }
    }

    #[test]
    fn doubles_are_written_as_they_were() {
        for (text, value) in [
            ("0.1", Some(0.1)),
            ("1.10", Some(1.1)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("1e5", Some(1e5)),
            ("-2.5E-3", Some(-0.0025)),
            ("0.30000000000000004", Some(0.300_000_000_000_000_04)),
            ("9007199254740992", Some(9_007_199_254_740_992.0)),
            ("9007199254740993", None),
            ("12345678901234567.89", None),
            ("3.14159265358979323846", None),
            ("1e308", Some(1e308)),
            ("1e400", None),
            ("1e-400", None),
            ("0e-400", Some(0.0)),
            ("0.000", Some(0.0)),
            ("1e99999999999999999999", None),
            ("1e", None),
            ("1e+", None),
            ("1.2.3", None),
            (".", None),
            ("007.5", None),
        ] {
            assert_eq!(double(text), value, "{text}");
        }
        assert!(double("-0.0").unwrap().is_sign_negative());
    }

    #[test]
    fn decimals() {
        let decimal =
            |text: &str, scale| Number::parse(text).and_then(|number| number.decimal(scale));
        assert_eq!(decimal("12.5", 2), Some(1250));
        assert_eq!(decimal("-12.5", 1), Some(-125));
        assert_eq!(decimal("12.5", 0), None);
        assert_eq!(decimal("0.5", 38), Some(5 * 10_i128.pow(37)));
        assert_eq!(decimal("1.5", 38), None);
        assert_eq!(decimal(&"9".repeat(38), 0), Some(10_i128.pow(38) - 1));
        assert_eq!(decimal(&"9".repeat(39), 0), None);
        assert_eq!(decimal("-0.0", 1), None);
        assert_eq!(decimal("1e2", 0), None);
    }

    #[test]
    fn numbers_of_json() {
        for text in ["0", "-0", "1.5", "1e5", "-1.5E+3"] {
            assert!(Number::parse_json(text).is_some(), "{text}");
        }
        for text in ["01", "1.", ".5", "+1", "1.e3", "-", "1-2"] {
            assert!(Number::parse_json(text).is_none(), "{text}");
        }
    }

    #[test]
    fn moments() {
        let utc = |text| moment(text).map(|moment| moment.utc.to_string());
        for (text, expected) in [
            ("2024-02-29T01:02:03", Some("2024-02-29 01:02:03")),
            ("2024-02-29 01:02:03.5", Some("2024-02-29 01:02:03.500")),
            ("2024-03-01T00:00:00+02:00", Some("2024-02-29 22:00:00")),
            ("2024-03-01T00:00:00-0530", Some("2024-03-01 05:30:00")),
            ("2024-03-01 00:00:00 +02", Some("2024-02-29 22:00:00")),
            ("2024-03-01T00:00:00Z", Some("2024-03-01 00:00:00")),
            ("2024-02-30T00:00:00", None),
            ("2024-02-29T24:00:00", None),
            ("2024-02-29T23:59:60", None),
            ("2024-02-29T01:02", None),
            ("2024-02-29T01:02:03.", None),
            ("2024-02-29T01:02:03.1234567890", None),
            ("2024-02-29T01:02:03+25:00", None),
            ("2024-02-29T01:02:03 Europe/Berlin", None),
            ("2024-02-29x01:02:03", None),
            ("2024-2-9 01:02:03", None),
            ("éééééééééééééééééé", None),
        ] {
            assert_eq!(utc(text).as_deref(), expected, "{text}");
        }
        assert!(moment("2024-03-01T00:00:00Z").unwrap().has_zone);
        assert_eq!(date("2023-02-29"), None);
        assert_eq!(date("2024-02-29").unwrap().to_string(), "2024-02-29");
    }
}
