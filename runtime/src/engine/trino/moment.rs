//! Dates, times and intervals as Trino and Presto write them, read into the
//! numbers that Arrow holds. `None` is for a text that is none, or that the
//! number can't hold exactly.

use arrow_array::timezone::Tz;
use arrow_schema::TimeUnit;
use chrono::{DateTime, LocalResult, Offset, TimeZone};
use lakequery_types::calendar::Civil;

/// A point in time, as seconds since 1970 and the digits after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    seconds: i64,
    picoseconds: u64,
}

const DAY: i64 = 86_400;
const PICOSECONDS: u64 = 1_000_000_000_000;

/// So many digits, and no others.
fn digits(text: &str, least: usize, most: usize) -> Option<u64> {
    if !(least..=most).contains(&text.len()) || !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `2024-02-29`, `-0044-03-15`, `+12345-01-01`: days since 1970.
pub(super) fn date(text: &str) -> Option<i32> {
    // Nearly all of them are of this form.
    if let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() {
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0_i64, |number, digit| {
                digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
            })
        };
        return days(number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
    }
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut parts = unsigned.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let year = sign * i64::try_from(digits(year, 4, 9)?).ok()?;
    let month = i64::try_from(digits(month, 2, 2)?).ok()?;
    let day = i64::try_from(digits(day, 2, 2)?).ok()?;
    days(year, month, day)
}

/// The days from 1970 to a date, where there is such a date.
fn days(year: i64, month: i64, day: i64) -> Option<i32> {
    i32::try_from(Civil::new(year, month, day)?.days()).ok()
}

/// `01:02:03.123456789012`
fn time_of_day(text: &str) -> Option<Moment> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(c, f)| (c, Some(f)));
    let mut parts = clock.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (hour, minute) = (digits(hour, 2, 2)?, digits(minute, 2, 2)?);
    let second = digits(second, 2, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let picoseconds = match fraction {
        Some(fraction) => {
            let missing = u32::try_from(12usize.checked_sub(fraction.len())?).ok()?;
            digits(fraction, 1, 12)? * 10u64.pow(missing)
        }
        None => 0,
    };
    let seconds = i64::try_from(hour * 3_600 + minute * 60 + second).ok()?;
    Some(Moment { seconds, picoseconds })
}

fn date_and_time(text: &str) -> Option<Moment> {
    let (day, time) = text.split_once(' ')?;
    let mut moment = time_of_day(time)?;
    moment.seconds += i64::from(date(day)?) * DAY;
    Some(moment)
}

impl Moment {
    /// As a count of the unit, where that is exact and fits.
    fn count(self, unit: TimeUnit) -> Option<i64> {
        let per_second: i64 = match unit {
            TimeUnit::Second => 1,
            TimeUnit::Millisecond => 1_000,
            TimeUnit::Microsecond => 1_000_000,
            TimeUnit::Nanosecond => 1_000_000_000,
        };
        let each = PICOSECONDS / per_second.unsigned_abs();
        if !self.picoseconds.is_multiple_of(each) {
            return None;
        }
        let fraction = i128::from(self.picoseconds / each);
        i64::try_from(i128::from(self.seconds) * i128::from(per_second) + fraction).ok()
    }
}

/// `01:02:03.123`: nanoseconds since midnight.
pub(super) fn time(text: &str) -> Option<i64> {
    time_of_day(text)?.count(TimeUnit::Nanosecond)
}

/// `2024-02-29 01:02:03.123`
pub(super) fn timestamp(text: &str, unit: TimeUnit) -> Option<i64> {
    date_and_time(text)?.count(unit)
}

/// Why a timestamp with time zone could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoInstant {
    /// The text is none, or the unit can't hold it.
    Unreadable,
    /// The clocks of its zone showed this time twice, and the server does not
    /// say which one is meant.
    Ambiguous,
}

/// `2024-02-29 01:02:03.123 UTC`, with an offset (`+07:00`) or a zone's name
/// instead, as an instant.
pub(super) fn instant(text: &str, unit: TimeUnit) -> Result<i64, NoInstant> {
    let (local, zone) = text.rsplit_once(' ').ok_or(NoInstant::Unreadable)?;
    let mut moment = date_and_time(local).ok_or(NoInstant::Unreadable)?;
    if zone != "UTC" {
        moment.seconds -= offset(zone, moment.seconds)?;
    }
    moment.count(unit).ok_or(NoInstant::Unreadable)
}

/// How far the zone is ahead of UTC, in seconds, at a local time.
fn offset(zone: &str, local: i64) -> Result<i64, NoInstant> {
    if let Some(sign) = match zone.as_bytes().first() {
        Some(b'+') => Some(1),
        Some(b'-') => Some(-1),
        _ => None,
    } {
        let seconds = zone.get(1..).and_then(|clock| {
            let (hours, minutes) = clock.split_once(':')?;
            i64::try_from(digits(hours, 2, 2)? * 3_600 + digits(minutes, 2, 2)? * 60).ok()
        });
        return seconds.map(|seconds| sign * seconds).ok_or(NoInstant::Unreadable);
    }
    let zone: Tz = zone.parse().map_err(|_| NoInstant::Unreadable)?;
    let local = DateTime::from_timestamp(local, 0).ok_or(NoInstant::Unreadable)?.naive_utc();
    match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) => Ok(offset.fix().local_minus_utc().into()),
        LocalResult::Ambiguous(..) => Err(NoInstant::Ambiguous),
        LocalResult::None => Err(NoInstant::Unreadable),
    }
}

/// `1-2`, `-0-3`: months.
pub(super) fn year_to_month(text: &str) -> Option<i32> {
    let (sign, unsigned) = signed(text);
    let (years, months) = unsigned.split_once('-')?;
    let months = digits(years, 1, 9)? * 12 + digits(months, 1, 2).filter(|months| *months < 12)?;
    i32::try_from(sign * i64::try_from(months).ok()?).ok()
}

/// `1 02:03:04.500`, `-0 00:00:00.001`: milliseconds.
pub(super) fn day_to_second(text: &str) -> Option<i64> {
    let (sign, unsigned) = signed(text);
    let (days, time) = unsigned.split_once(' ')?;
    let days = i128::from(digits(days, 1, 15)?) * i128::from(DAY) * 1_000;
    let time = time_of_day(time)?.count(TimeUnit::Millisecond)?;
    i64::try_from(i128::from(sign) * (days + i128::from(time))).ok()
}

fn signed(text: &str) -> (i64, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2024-03-01", 19_783),
            ("0001-01-01", -719_162),
            ("0000-02-29", -719_469),
            ("-0001-12-31", -719_529),
            ("9999-12-31", 2_932_896),
            ("+10000-01-01", 2_932_897),
            ("+5881580-07-11", i32::MAX),
            ("-5877641-06-23", i32::MIN),
        ] {
            assert_eq!(date(text), Some(days), "{text}");
        }
        for text in [
            "",
            "2024",
            "2024-1-01",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-01-00",
            "2024-04-31",
            "2024-01-01-01",
            "24-01-01",
            "2024-01-0x",
            "--001-01-01",
            "+5881580-07-12",
            "٢٠٢٤-01-01",
            "2024-+1-01",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
        // Every day of some centuries is the one after the day before.
        let days = chrono::NaiveDate::from_ymd_opt(1599, 1, 1).into_iter();
        for day in days.flat_map(|day| day.iter_days()).take(300_000).step_by(7) {
            let since = day.signed_duration_since(chrono::NaiveDate::default()).num_days();
            assert_eq!(date(&day.to_string()).map(i64::from), Some(since), "{day}");
        }
    }

    #[test]
    fn times() {
        use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
        assert_eq!(time("23:59:59.999999999"), Some(86_399_999_999_999));
        assert_eq!(time("00:00:00"), Some(0));
        for text in
            ["24:00:00", "00:60:00", "00:00:60", "1:02:03", "01:02", "01:02:03.", "01:02:03.1x"]
        {
            assert_eq!(time(text), None, "{text}");
        }
        assert_eq!(time("01:02:03.1234567891"), None);
        for (text, unit, count) in [
            ("1970-01-01 00:00:01", Second, 1),
            ("1969-12-31 23:59:59.999", Millisecond, -1),
            ("2024-01-01 00:00:00.123456", Microsecond, 1_704_067_200_123_456),
            ("2024-01-01 00:00:00.100000000000", Millisecond, 1_704_067_200_100),
            ("1677-09-21 00:12:43.145224192", Nanosecond, i64::MIN),
            ("2262-04-11 23:47:16.854775807", Nanosecond, i64::MAX),
        ] {
            assert_eq!(timestamp(text, unit), Some(count), "{text}");
        }
        assert_eq!(timestamp("2262-04-11 23:47:16.854775808", Nanosecond), None);
        assert_eq!(timestamp("2024-01-01 00:00:00.1234", Millisecond), None);
        assert_eq!(timestamp("2024-01-01T00:00:00", Second), None);
    }

    #[test]
    fn instants() {
        for (text, instant) in [
            ("1970-01-01 00:00:00 UTC", Ok(0)),
            ("1970-01-01 05:30:00 +05:30", Ok(0)),
            ("1969-12-31 23:30:00 -00:30", Ok(0)),
            ("2024-07-01 02:00:00 Europe/Berlin", Ok(1_719_792_000)),
            ("2024-01-01 01:00:00 Europe/Berlin", Ok(1_704_067_200)),
            ("2024-10-27 02:30:00 Europe/Berlin", Err(NoInstant::Ambiguous)),
            ("2024-10-27 03:30:00 Europe/Berlin", Ok(1_729_996_200)),
            ("2024-03-31 02:30:00 Europe/Berlin", Err(NoInstant::Unreadable)),
            ("2024-01-01 01:00:00 Mars/Base", Err(NoInstant::Unreadable)),
            ("2024-01-01 01:00:00 +0100", Err(NoInstant::Unreadable)),
            ("2024-01-01 01:00:00", Err(NoInstant::Unreadable)),
        ] {
            assert_eq!(super::instant(text, TimeUnit::Second), instant, "{text}");
        }
    }

    #[test]
    fn intervals() {
        for (text, months) in [("1-2", 14), ("-1-2", -14), ("-0-3", -3), ("178956970-7", i32::MAX)]
        {
            assert_eq!(year_to_month(text), Some(months), "{text}");
        }
        for text in ["", "1", "1-12", "--1-2", "178956970-8", "1-2-3"] {
            assert_eq!(year_to_month(text), None, "{text}");
        }
        for (text, milliseconds) in [
            ("1 02:03:04.500", 93_784_500),
            ("-0 00:00:00.001", -1),
            ("100 00:00:00.000", 8_640_000_000),
            ("106751991167 07:12:55.807", i64::MAX),
        ] {
            assert_eq!(day_to_second(text), Some(milliseconds), "{text}");
        }
        for text in ["", "1", "1 2:03:04", "1 00:00:00.0001", "106751991167 07:12:55.808"] {
            assert_eq!(day_to_second(text), None, "{text}");
        }
    }
}
