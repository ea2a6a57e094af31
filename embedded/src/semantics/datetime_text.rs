//! The text of dates, times and timestamps, as Trino casts it: written and read.

use std::fmt::Write;

use arrow_schema::TimeUnit;
use lakequery_types::calendar::Civil;

use super::clock::{Zone, per_day, per_second};

const NANOS: i64 = per_second(TimeUnit::Nanosecond);
const NANOS_A_DAY: i64 = per_day(TimeUnit::Nanosecond);

/// Nanoseconds (and a digit more) rounded half up to so many digits.
fn round_fraction((nanos, more): (i64, bool), digits: u8) -> i64 {
    let step = 10_i64.pow(u32::from(9 - digits.min(9)));
    if step == 1 { nanos + i64::from(more) } else { (nanos + step / 2) / step * step }
}

/// Appends a date: `2024-01-02`.
pub(super) fn write_date(days: i64, out: &mut String) {
    let Civil { year, month, day } = Civil::from_days(days);
    let sign = if year < 0 { "-" } else { "" };
    let _ = write!(out, "{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs());
}

/// Appends a time of day with so many digits of a second.
pub(super) fn write_time(nanos: i64, digits: u8, out: &mut String) {
    let second = nanos / NANOS;
    let _ = write!(out, "{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    if digits > 0 {
        let width = usize::from(digits.min(9));
        let fraction = nanos % NANOS / 10_i64.pow(u32::from(9 - digits.min(9)));
        let _ = write!(out, ".{fraction:0width$}");
    }
}

/// Appends a local timestamp with so many digits of a second.
pub(super) fn write_timestamp(
    ticks: i64,
    unit: TimeUnit,
    digits: u8,
    between: char,
    out: &mut String,
) {
    let day = per_day(unit);
    write_date(ticks.div_euclid(day), out);
    out.push(between);
    write_time(ticks.rem_euclid(day) * (NANOS / per_second(unit)), digits, out);
}

/// The same, as Trino casts it: unlike a date, with a plus before more than four
/// digits of the year.
pub(super) fn write_signed_timestamp(ticks: i64, unit: TimeUnit, digits: u8, out: &mut String) {
    if Civil::from_days(ticks.div_euclid(per_day(unit))).year > 9_999 {
        out.push('+');
    }
    write_timestamp(ticks, unit, digits, ' ', out);
}

/// Reads a date, `2024-01-02` or `2024-1-2`, as days since 1970-01-01.
pub(super) fn parse_date(text: &str) -> Option<i64> {
    let mut text = Reader(text);
    let days = text.date()?;
    text.0.is_empty().then_some(days)
}

/// Reads a time of day, rounded to so many digits of a second, as nanoseconds.
pub(super) fn parse_time(text: &str, digits: u8) -> Option<i64> {
    let mut text = Reader(text);
    let (nanos, fraction) = text.time().filter(|_| text.0.is_empty())?;
    Some((nanos + round_fraction(fraction, digits) % NANOS_A_DAY) % NANOS_A_DAY)
}

/// Reads a timestamp, in parts or with a zone at the end, as ticks. The zone
/// counts where the type has one; a type without keeps the local time.
pub(super) fn parse_timestamp(text: &str, unit: TimeUnit, digits: u8, zoned: bool) -> Option<i64> {
    let mut text = Reader(text);
    let days = text.date()?;
    let mut time = (0, (0, false));
    if text.skip(' ') {
        if text.0.starts_with(|c: char| c.is_ascii_digit()) {
            time = text.time()?;
        }
        text.0 = text.0.trim_start();
    }
    let zone = match text.0 {
        "" => Zone::Utc,
        name => Zone::parse(name).ok()?,
    };
    // Seconds first: the nanoseconds since 1970 of a distant day do not fit.
    let (nanos, fraction) = time;
    let seconds = days.checked_mul(86_400)?.checked_add(nanos / NANOS)?;
    let fraction = round_fraction(fraction, digits);
    let (seconds, fraction) = (seconds.checked_add(fraction / NANOS)?, fraction % NANOS);
    let ticks = seconds
        .checked_mul(per_second(unit))?
        .checked_add(fraction / (NANOS / per_second(unit)))?;
    Some(if zoned { zone.instant(ticks, unit) } else { ticks })
}

/// Reads from the front of a text.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn skip(&mut self, c: char) -> bool {
        match self.0.strip_prefix(c) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// A number of so many digits at the most.
    fn number(&mut self, most: usize) -> Option<i64> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        if end == 0 || end > most {
            return None;
        }
        let (number, rest) = self.0.split_at(end);
        self.0 = rest;
        number.parse().ok()
    }

    fn date(&mut self) -> Option<i64> {
        let negative = self.skip('-');
        if !negative {
            self.skip('+');
        }
        let year = self.number(9)?;
        let year = if negative { -year } else { year };
        let month = self.skip('-').then(|| self.number(2))??;
        let day = self.skip('-').then(|| self.number(2))??;
        Some(Civil::new(year, month, day)?.days())
    }

    /// Whole seconds in nanoseconds, and the fraction.
    fn time(&mut self) -> Option<(i64, (i64, bool))> {
        let hour = self.number(2).filter(|hour| *hour < 24)?;
        let minute = self.skip(':').then(|| self.number(2))??;
        let (mut second, mut fraction) = (0, (0, false));
        if self.skip(':') {
            second = self.number(2)?;
            if self.skip('.') {
                fraction = self.fraction()?;
            }
        }
        if minute > 59 || second > 59 {
            return None;
        }
        Some(((hour * 3_600 + minute * 60 + second) * NANOS, fraction))
    }

    /// Nanoseconds, and whether the rest is half of one or more.
    fn fraction(&mut self) -> Option<(i64, bool)> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        if end == 0 {
            return None;
        }
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        let digit =
            |at: usize| i64::from(digits.as_bytes().get(at).map_or(0, |digit| digit - b'0'));
        let nanos = (0..9).fold(0, |nanos, at| nanos * 10 + digit(at));
        Some((nanos, digit(9) >= 5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types;

    #[test]
    fn timestamps_are_read_and_written() {
        // As Trino answers, and the ends of the calendar by hand.
        for (text, digits, expected) in [
            ("2024-01-02 03:04:05", 6, Some("2024-01-02 03:04:05.000000")),
            ("2024-01-02", 3, Some("2024-01-02 00:00:00.000")),
            ("2024-01-02T03:04:05", 6, None),
            ("2024-01-02 03:04:05.123456789", 6, Some("2024-01-02 03:04:05.123457")),
            ("2024-01-02 03:04:05.123456789", 3, Some("2024-01-02 03:04:05.123")),
            ("2024-01-02 03:04:05 +02:00", 3, Some("2024-01-02 03:04:05.000")),
            ("2024-12-31 23:59:59.9996", 3, Some("2025-01-01 00:00:00.000")),
            ("1969-12-31 23:59:59.9", 0, Some("1970-01-01 00:00:00")),
            ("9999-12-31 23:59:59.999999", 6, Some("9999-12-31 23:59:59.999999")),
            ("0001-01-01 00:00", 0, Some("0001-01-01 00:00:00")),
            ("2024-02-30", 3, None),
            ("2024-01-02 24:00:00", 3, None),
            ("2024-01-02 03:04:05 nonsense", 3, None),
        ] {
            let unit = types::unit(digits).unwrap();
            let found = parse_timestamp(text, unit, digits, false).map(|ticks| {
                let mut out = String::new();
                write_timestamp(ticks, unit, digits, ' ', &mut out);
                out
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        }
        let instant =
            parse_timestamp("2024-07-01 00:00:00 Europe/Paris", TimeUnit::Second, 0, true);
        assert_eq!(instant, Some(1_719_784_800));
    }
}
