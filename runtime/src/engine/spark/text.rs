//! Values that Spark sends as text, read without loss: numbers, dates, times
//! and intervals. `None` is a text that is not of the type, or does not fit it.

use lakequery_types::MAX_PRECISION;
use lakequery_types::calendar::Civil;

const DAY: i64 = 86_400_000_000;

/// Reads digits from the front; at most 19 of them, so that they fit.
fn digits(text: &mut &[u8]) -> Option<(i64, usize)> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (taken, rest) = text.split_at_checked(count)?;
    *text = rest;
    let mut number: i64 = 0;
    for digit in taken {
        number = number.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
    }
    (count > 0).then_some((number, count))
}

/// Reads exactly two digits.
fn two(text: &mut &[u8]) -> Option<i64> {
    let (taken, rest) = text.split_first_chunk::<2>()?;
    *text = rest;
    let [a, b] = *taken;
    (a.is_ascii_digit() && b.is_ascii_digit())
        .then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'))
}

fn eat(text: &mut &[u8], byte: u8) -> Option<()> {
    *text = text.strip_prefix(&[byte])?;
    Some(())
}

fn sign(text: &mut &[u8]) -> i64 {
    if eat(text, b'-').is_some() {
        -1
    } else {
        let _ = eat(text, b'+');
        1
    }
}

/// A decimal's digits as an integer of this scale. Also reads an exponent,
/// which JSON numbers have.
pub(super) fn decimal(text: &[u8], precision: u8, scale: u8) -> Option<i128> {
    let unscaled = match short_decimal(text, scale) {
        Some(unscaled) => i128::from(unscaled),
        None => long_decimal(text, scale)?,
    };
    let limit = 10i128.checked_pow(u32::from(precision.min(MAX_PRECISION)))?;
    (unscaled.unsigned_abs() < limit.unsigned_abs()).then_some(unscaled)
}

/// What most decimals are: few plain digits. `None` for all others.
fn short_decimal(text: &[u8], scale: u8) -> Option<i64> {
    const DIGITS: usize = 18;
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if digits.len() > DIGITS {
        return None;
    }
    let (mut unscaled, mut point) = (0, None);
    for (i, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => unscaled = unscaled * 10 + i64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(i),
            _ => return None,
        }
    }
    let fraction = point.map_or(0, |at| digits.len() - at - 1);
    let missing = usize::from(scale).checked_sub(fraction)?;
    let any = digits.len() > usize::from(point.is_some());
    if !any || digits.len() + missing > DIGITS {
        return None;
    }
    unscaled *= 10i64.pow(u32::try_from(missing).ok()?);
    Some(if digits.len() < text.len() { -unscaled } else { unscaled })
}

fn long_decimal(mut text: &[u8], scale: u8) -> Option<i128> {
    let negative = sign(&mut text) < 0;
    let (mut unscaled, mut any, mut found) = (0i128, false, 0i32);
    let mut point = false;
    // Zeros are held back, for those at the end may be more than fit.
    let mut zeros = 0u32;
    while let Some((&byte, rest)) = text.split_first() {
        match byte {
            b'0'..=b'9' => {
                any = true;
                found += i32::from(point);
                if byte == b'0' {
                    zeros += u32::from(unscaled != 0);
                } else {
                    unscaled = unscaled
                        .checked_mul(10i128.checked_pow(zeros.checked_add(1)?)?)?
                        .checked_add(i128::from(byte - b'0'))?;
                    zeros = 0;
                }
            }
            b'.' if !point => point = true,
            _ => break,
        }
        text = rest;
    }
    let mut exponent = 0;
    if let [b'e' | b'E', rest @ ..] = text {
        text = rest;
        let sign = sign(&mut text);
        exponent = i32::try_from(sign * digits(&mut text)?.0).ok()?;
    }
    if !any || !text.is_empty() {
        return None;
    }
    if unscaled == 0 {
        return Some(0);
    }
    // The value is unscaled · 10^shift of the scale that is wanted.
    let shift = i32::try_from(zeros)
        .ok()?
        .checked_add(exponent)?
        .checked_sub(found)?
        .checked_add(i32::from(scale))?;
    let power = |exponent: u32| 10i128.checked_pow(exponent);
    let unscaled = if shift >= 0 {
        unscaled.checked_mul(power(shift.unsigned_abs())?)?
    } else {
        let divisor = power(shift.unsigned_abs())?;
        (unscaled % divisor == 0).then_some(unscaled / divisor)?
    };
    Some(if negative { -unscaled } else { unscaled })
}

fn date_part(text: &mut &[u8]) -> Option<i64> {
    let sign = sign(text);
    let (year, count) = digits(text)?;
    if count < 4 {
        return None;
    }
    eat(text, b'-')?;
    let month = two(text)?;
    eat(text, b'-')?;
    Some(Civil::new(sign * year, month, two(text)?)?.days())
}

/// `2024-02-29`, `+20000-01-01`, `-0044-03-15`: days since 1970.
pub(super) fn date(mut text: &[u8]) -> Option<i32> {
    let days = date_part(&mut text)?;
    text.is_empty().then_some(())?;
    i32::try_from(days).ok()
}

/// The fraction after a second, in billionths; nothing is none.
fn fraction(text: &mut &[u8]) -> Option<i64> {
    if eat(text, b'.').is_none() {
        return Some(0);
    }
    let (number, count) = digits(text)?;
    let missing = 9u32.checked_sub(u32::try_from(count).ok()?)?;
    Some(number * 10i64.pow(missing))
}

/// `01:02:03.5`, in billionths of a second.
fn time_part(text: &mut &[u8]) -> Option<i64> {
    let hour = two(text)?;
    eat(text, b':')?;
    let minute = two(text)?;
    eat(text, b':')?;
    let second = two(text)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(((hour * 60 + minute) * 60 + second) * 1_000_000_000 + fraction(text)?)
}

/// `01:02:03.5`: nanoseconds since midnight.
pub(super) fn time(mut text: &[u8]) -> Option<i64> {
    let time = time_part(&mut text)?;
    text.is_empty().then_some(time)
}

/// `2024-02-29 01:02:03.5`, also with `T`: microseconds since 1970, and the
/// offset in minutes that follows, where one does (`Z`, `+01:00`).
pub(super) fn timestamp(mut text: &[u8]) -> Option<(i64, Option<i64>)> {
    let days = date_part(&mut text)?;
    eat(&mut text, b' ').or_else(|| eat(&mut text, b'T'))?;
    let time = time_part(&mut text)?;
    if time % 1_000 != 0 {
        return None;
    }
    let offset = match text {
        [] => None,
        b"Z" => Some(0),
        _ => {
            let sign = match text.split_first()? {
                (b'-', rest) => (-1, rest),
                (b'+', rest) => (1, rest),
                _ => return None,
            };
            let (sign, mut rest) = sign;
            let hours = two(&mut rest)?;
            eat(&mut rest, b':')?;
            let minutes = two(&mut rest)?;
            rest.is_empty().then_some(())?;
            Some(sign * (hours * 60 + minutes))
        }
    };
    // The first day of the range is not wholly in it: go by its end.
    let micros = i128::from(days) * i128::from(DAY) + i128::from(time / 1_000);
    Some((i64::try_from(micros).ok()?, offset))
}

/// What stands in `INTERVAL '…' YEAR TO MONTH`, or all of a bare text.
fn unquoted(text: &[u8]) -> Option<&[u8]> {
    let Some(quoted) = text.strip_prefix(b"INTERVAL '") else {
        return Some(text);
    };
    let end = quoted.iter().position(|byte| *byte == b'\'')?;
    quoted.get(..end)
}

/// `1-2`, `-0-3`: months.
pub(super) fn months(text: &[u8]) -> Option<i32> {
    let mut text = unquoted(text)?;
    let sign = sign(&mut text);
    let years = digits(&mut text)?.0;
    eat(&mut text, b'-')?;
    let months = digits(&mut text)?.0;
    if !text.is_empty() || months > 11 {
        return None;
    }
    i32::try_from(sign * years.checked_mul(12)?.checked_add(months)?).ok()
}

/// `1 02:03:04.500000000`, `-0 00:00:00.5`: microseconds.
pub(super) fn microseconds(text: &[u8]) -> Option<i64> {
    let mut text = unquoted(text)?;
    let sign = i128::from(sign(&mut text));
    let days = digits(&mut text)?.0;
    eat(&mut text, b' ')?;
    let time = time_part(&mut text)?;
    if !text.is_empty() || time % 1_000 != 0 {
        return None;
    }
    let micros = i128::from(days) * i128::from(DAY) + i128::from(time / 1_000);
    i64::try_from(sign * micros).ok()
}

/// A number as JSON and SQL write it.
pub(super) fn float<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (text, precision, scale, unscaled) in [
            ("1.50", 10, 2, Some(150)),
            ("-1.5", 10, 2, Some(-150)),
            ("+1.5", 10, 2, Some(150)),
            (".5", 2, 1, Some(5)),
            ("-.", 2, 1, None),
            ("-", 2, 1, None),
            ("999999999999999999", 18, 0, Some(10i128.pow(18) - 1)),
            ("-999999999999999999", 17, 0, None),
            ("99999999999999999.9", 38, 20, Some(999_999_999_999_999_999 * 10i128.pow(19))),
            ("0", 1, 0, Some(0)),
            ("-0.00", 38, 38, Some(0)),
            ("1.5000", 3, 1, Some(15)),
            ("1.55", 3, 1, None),
            ("100", 2, 0, None),
            ("99999999999999999999999999999999999999", 38, 0, Some(10i128.pow(38) - 1)),
            ("100000000000000000000000000000000000000", 38, 0, None),
            ("999999999999999999999999999999999999999", 38, 0, None),
            ("0.50000000000000000000000000000000000000", 38, 38, Some(5 * 10i128.pow(37))),
            ("1E-18", 38, 18, Some(1)),
            ("0E-18", 38, 18, Some(0)),
            ("1.5E+2", 5, 1, Some(1500)),
            ("1e99999999999", 38, 0, None),
            ("1e2000000000", 38, 0, None),
            ("", 38, 0, None),
            (".", 38, 0, None),
            ("1.2.3", 38, 3, None),
            ("1x", 38, 3, None),
            ("NaN", 38, 3, None),
        ] {
            assert_eq!(decimal(text.as_bytes(), precision, scale), unscaled, "{text}");
        }
    }

    #[test]
    fn calendars_are_proleptic_and_ranges_whole() {
        for (text, days) in [
            ("1970-01-01", Some(0)),
            ("2024-02-29", Some(19_782)),
            ("2023-02-29", None),
            ("1582-10-14", Some(-141_428)),
            ("0001-01-01", Some(-719_162)),
            ("0000-12-31", Some(-719_163)),
            ("-0044-03-15", Some(-735_525)),
            ("+20000-01-01", Some(6_585_322)),
            ("+5881580-07-11", Some(i32::MAX)),
            ("-5877641-06-23", Some(i32::MIN)),
            ("+5881580-07-12", None),
            ("2024-13-01", None),
            ("2024-1-01", None),
            ("24-01-01", None),
            ("2024-01-01 ", None),
        ] {
            assert_eq!(date(text.as_bytes()), days, "{text}");
        }
        for (text, micros) in [
            ("1970-01-01 00:00:00.1", Some((100_000, None))),
            ("1969-12-31 23:59:59.999999", Some((-1, None))),
            ("1970-01-01T00:00:00.123Z", Some((123_000, Some(0)))),
            ("1970-01-01T00:00:00.123-01:30", Some((123_000, Some(-90)))),
            ("+294247-01-10 04:00:54.775807", Some((i64::MAX, None))),
            ("-290308-12-21 19:59:05.224192", Some((i64::MIN, None))),
            ("+294247-01-10 04:00:54.775808", None),
            ("1970-01-01 24:00:00", None),
            ("1970-01-01 00:00:00.1234567", None),
            ("1970-01-01", None),
        ] {
            assert_eq!(timestamp(text.as_bytes()), micros, "{text}");
        }
    }

    #[test]
    fn intervals_and_times() {
        assert_eq!(months(b"-178956970-8"), Some(i32::MIN));
        assert_eq!(months(b"INTERVAL '-0-3' YEAR TO MONTH"), Some(-3));
        assert_eq!(months(b"1-12"), None);
        assert_eq!(microseconds(b"1 02:03:04.500000000"), Some(93_784_500_000));
        assert_eq!(microseconds(b"INTERVAL '-0 00:00:00.5' DAY TO SECOND"), Some(-500_000));
        assert_eq!(microseconds(b"-106751991 04:00:54.775808000"), Some(i64::MIN));
        assert_eq!(microseconds(b"106751991 04:00:54.775808000"), None);
        assert_eq!(time(b"23:59:59.999999"), Some(86_399_999_999_000));
        assert_eq!(time(b"24:00:00"), None);
    }
}
