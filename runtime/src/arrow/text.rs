//! Values that engines send as text, read without loss: decimals, dates, times,
//! timestamps and intervals, as SQL writes them. `None` is for a text that is not of the
//! type, or that its Arrow type can't hold exactly.

use arrow_schema::TimeUnit;
use lakequery_types::MAX_PRECISION;
use lakequery_types::calendar::Civil;

use super::schema::time_unit;

const DAY: i64 = 86_400;

/// The digits of a second that are told apart.
const DIGITS: u8 = 12;

/// The powers of ten that 128 bits hold.
const POWERS: [i128; MAX_PRECISION as usize + 1] = {
    let mut powers = [1; MAX_PRECISION as usize + 1];
    let mut exponent = 1;
    while exponent < powers.len() {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

fn power(exponent: usize) -> Option<i128> {
    POWERS.get(exponent).copied()
}

/// A point in time, as seconds since 1970, or a time of day, as seconds since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instant {
    seconds: i64,
    /// What is behind the seconds, in 10^-12 of one.
    picoseconds: u64,
}

impl Instant {
    /// That of so many microseconds since 1970.
    #[cfg(feature = "spark")]
    pub(crate) fn of_microseconds(count: i64) -> Instant {
        let micros = count.rem_euclid(1_000_000).unsigned_abs();
        Instant { seconds: count.div_euclid(1_000_000), picoseconds: micros * 1_000_000 }
    }

    /// The seconds, with what is behind them cut off.
    #[cfg(feature = "_coordinator")]
    pub(crate) fn seconds(self) -> i64 {
        self.seconds
    }

    /// The instant so many seconds earlier.
    pub(crate) fn earlier(self, seconds: i64) -> Option<Instant> {
        Some(Instant { seconds: self.seconds.checked_sub(seconds)?, ..self })
    }

    /// In the unit of Arrow that holds so many digits of a second, where it has no more
    /// digits than those.
    #[inline]
    pub(crate) fn count(self, precision: u8) -> Option<i64> {
        self.in_unit(precision, time_unit(precision))
    }

    /// In nanoseconds, where it has no more digits of a second than so many.
    #[inline]
    pub(crate) fn nanoseconds(self, precision: u8) -> Option<i64> {
        self.in_unit(precision, TimeUnit::Nanosecond)
    }

    #[inline]
    fn in_unit(self, precision: u8, unit: TimeUnit) -> Option<i64> {
        let (per_second, picoseconds) = match unit {
            TimeUnit::Second => (1, 1_000_000_000_000),
            TimeUnit::Millisecond => (1_000, 1_000_000_000),
            TimeUnit::Microsecond => (1_000_000, 1_000_000),
            TimeUnit::Nanosecond => (1_000_000_000, 1_000),
        };
        let digit = power(DIGITS.checked_sub(precision)?.into())?;
        if !self.picoseconds.is_multiple_of(u64::try_from(digit).ok()?.max(picoseconds)) {
            return None;
        }
        let fraction = i64::try_from(self.picoseconds / picoseconds).ok()?;
        if let Some(whole) = self.seconds.checked_mul(per_second) {
            return whole.checked_add(fraction);
        }
        // The first second of the range is not wholly in it: go by its end.
        let whole = i128::from(self.seconds) * i128::from(per_second);
        i64::try_from(whole + i128::from(fraction)).ok()
    }
}

fn eat(text: &mut &[u8], byte: u8) -> Option<()> {
    *text = text.strip_prefix(&[byte])?;
    Some(())
}

/// Reads a sign, where there is one.
fn sign(text: &mut &[u8]) -> i64 {
    if eat(text, b'-').is_some() {
        return -1;
    }
    let _ = eat(text, b'+');
    1
}

/// A number of digits, where all of them are.
#[inline]
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
    })
}

/// Reads digits from the front, and says how many they were: not more than 18, which fit.
fn digits(text: &mut &[u8]) -> Option<(i64, u8)> {
    const MOST: usize = 18;
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=MOST).contains(&count) {
        return None;
    }
    let (taken, rest) = text.split_at_checked(count)?;
    *text = rest;
    let number = taken.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
    Some((number, u8::try_from(count).ok()?))
}

/// Reads two digits.
#[inline]
fn two(text: &mut &[u8]) -> Option<i64> {
    let (&[first, second], rest) = text.split_first_chunk()?;
    *text = rest;
    number(&[first, second])
}

/// A date of the form that nearly all have, `2024-02-29`: days since 1970. It is matched as
/// a whole, which is quicker than reading from the front.
#[inline(always)]
fn usual_date(text: &[u8]) -> Option<i64> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let (year, month) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?);
    Some(Civil::new(year, month, number(&[d1, d2])?)?.days())
}

/// Reads a date: days since 1970.
#[inline]
fn date_part(text: &mut &[u8]) -> Option<i64> {
    if let Some((date, rest)) = text.split_at_checked(10)
        && let Some(days) = usual_date(date)
    {
        *text = rest;
        return Some(days);
    }
    let sign = sign(text);
    let (year, _) = digits(text).filter(|(_, count)| (4..=9).contains(count))?;
    eat(text, b'-')?;
    let month = two(text)?;
    eat(text, b'-')?;
    Some(Civil::new(sign * year, month, two(text)?)?.days())
}

/// Reads a time of day.
#[inline]
fn time_part(text: &mut &[u8]) -> Option<Instant> {
    let hour = two(text)?;
    eat(text, b':')?;
    let minute = two(text)?;
    eat(text, b':')?;
    let second = two(text)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut picoseconds = 0;
    if eat(text, b'.').is_some() {
        let (fraction, count) = digits(text)?;
        let missing = DIGITS.checked_sub(count)?;
        picoseconds = fraction.unsigned_abs() * 10u64.pow(missing.into());
    }
    Some(Instant { seconds: (hour * 60 + minute) * 60 + second, picoseconds })
}

/// `2024-02-29`, `-0044-03-15`, `+12345-01-01`: days since 1970.
#[inline]
pub(crate) fn date(mut text: &[u8]) -> Option<i32> {
    let days = match usual_date(text) {
        Some(days) => days,
        None => date_part(&mut text).filter(|_| text.is_empty())?,
    };
    i32::try_from(days).ok()
}

/// `01:02:03.123456789012`
pub(crate) fn time(mut text: &[u8]) -> Option<Instant> {
    let time = time_part(&mut text)?;
    text.is_empty().then_some(time)
}

/// `2024-02-29 01:02:03.123`, also with `T`.
#[inline]
pub(crate) fn timestamp(mut text: &[u8]) -> Option<Instant> {
    let local = local(&mut text)?;
    text.is_empty().then_some(local)
}

/// Reads a timestamp. Where a zone follows, it is the time that clocks show there.
#[inline]
pub(crate) fn local(text: &mut &[u8]) -> Option<Instant> {
    let days = date_part(text)?;
    eat(text, b' ').or_else(|| eat(text, b'T'))?;
    time_part(text)?.earlier(days.checked_mul(-DAY)?)
}

/// `+07:00`, `-00:30`: seconds ahead of UTC.
pub(crate) fn offset(text: &[u8]) -> Option<i64> {
    let &[sign, h1, h2, b':', m1, m2] = text else { return None };
    let seconds = number(&[h1, h2])? * 3_600 + number(&[m1, m2])? * 60;
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

/// `1-2`, `-0-3`: months.
pub(crate) fn year_to_month(mut text: &[u8]) -> Option<i32> {
    let sign = sign(&mut text);
    let (years, _) = digits(&mut text)?;
    eat(&mut text, b'-')?;
    let (months, _) = digits(&mut text).filter(|(months, _)| *months < 12)?;
    text.is_empty().then_some(())?;
    i32::try_from(sign * years.checked_mul(12)?.checked_add(months)?).ok()
}

/// `1 02:03:04.500`, `-0 00:00:00.001000000`: milliseconds.
pub(crate) fn day_to_second(mut text: &[u8]) -> Option<i64> {
    let sign = i128::from(sign(&mut text));
    let (days, _) = digits(&mut text)?;
    eat(&mut text, b' ')?;
    let time = time_part(&mut text)?.count(3)?;
    text.is_empty().then_some(())?;
    let milliseconds = i128::from(days) * i128::from(DAY * 1_000) + i128::from(time);
    i64::try_from(sign * milliseconds).ok()
}

/// A decimal's digits as an integer of this scale: with a sign, a point and an exponent,
/// or without, as long as the number fits.
#[inline]
pub(crate) fn decimal(text: &[u8], precision: u8, scale: u8) -> Option<i128> {
    let unscaled = match short_decimal(text, scale) {
        Some(unscaled) => i128::from(unscaled),
        None => match plain_decimal(text, scale) {
            Some(unscaled) => unscaled,
            None => any_decimal(text, scale)?,
        },
    };
    let limit = power(precision.into())?;
    (-limit < unscaled && unscaled < limit).then_some(unscaled)
}

/// What most decimals are: few digits, and no exponent. `None` for all others.
#[inline]
fn short_decimal(text: &[u8], scale: u8) -> Option<i64> {
    const MOST: usize = 18;
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if digits.len() > MOST {
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
    if !any || digits.len() + missing > MOST {
        return None;
    }
    if missing > 0 {
        unscaled *= 10i64.pow(u32::try_from(missing).ok()?);
    }
    Some(if digits.len() < text.len() { -unscaled } else { unscaled })
}

/// The others without an exponent, of as many digits as fit whatever they are.
fn plain_decimal(text: &[u8], scale: u8) -> Option<i128> {
    /// So many digits fit into 64 bits.
    const AT_ONCE: usize = 18;
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits.iter().position(|byte| *byte == b'.').unwrap_or(digits.len());
    let (whole, fraction) = digits.split_at_checked(whole)?;
    let fraction = fraction.get(1..).unwrap_or_default();
    let missing = usize::from(scale).checked_sub(fraction.len())?;
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut unscaled = 0i128;
    for chunk in whole.chunks(AT_ONCE).chain(fraction.chunks(AT_ONCE)) {
        let mut number = 0;
        for digit in chunk {
            if !digit.is_ascii_digit() {
                return None;
            }
            number = number * 10 + i64::from(digit - b'0');
        }
        unscaled = unscaled.checked_mul(power(chunk.len())?)?.checked_add(number.into())?;
    }
    let unscaled = unscaled.checked_mul(power(missing)?)?;
    Some(if digits.len() < text.len() { -unscaled } else { unscaled })
}

/// A decimal of any form.
fn any_decimal(mut text: &[u8], scale: u8) -> Option<i128> {
    let negative = sign(&mut text) < 0;
    let (mut unscaled, mut any, mut found) = (0i128, false, 0i32);
    let mut point = false;
    // Zeros are held back, for those at the end may be more than fit.
    let mut zeros = 0usize;
    while let Some((&byte, rest)) = text.split_first() {
        match byte {
            b'0'..=b'9' => {
                any = true;
                found += i32::from(point);
                if byte == b'0' {
                    zeros += usize::from(unscaled != 0);
                } else {
                    unscaled = unscaled
                        .checked_mul(power(zeros + 1)?)?
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
    let power = power(usize::try_from(shift.unsigned_abs()).ok()?)?;
    let unscaled = if shift >= 0 {
        unscaled.checked_mul(power)?
    } else {
        (unscaled % power == 0).then_some(unscaled / power)?
    };
    Some(if negative { -unscaled } else { unscaled })
}

#[cfg(test)]
mod tests;
