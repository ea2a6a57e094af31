//! The texts of dates, times and timestamps: how they are written, and which
//! ones there are.

use lakequery_types::Type;
use lakequery_types::calendar::{Civil, last_day};

use crate::diagnostic::nearest;
use crate::tree::Literal;

/// The names of the time zones that every engine knows, sorted.
const ZONES: &str = include_str!("moment/zones.txt");

/// A date, `2024-01-31`, the year with a sign and more digits if need be.
pub(super) fn date(text: &str) -> Result<(Literal, Type), String> {
    let Day { text, .. } = Day::read(text)?;
    Ok((Literal::Date(text), Type::Date))
}

/// A time of day; its precision is that of the fraction.
pub(super) fn time(text: &str) -> Result<(Literal, Type), String> {
    let Clock { text, precision, .. } = Clock::read(text)?;
    Ok((Literal::Time(text), Type::Time(precision)))
}

/// A time of day with an offset from UTC, `01:02:03 +05:30`. `None` where none is written.
pub(super) fn time_with_zone(text: &str) -> Option<Result<(String, Type), String>> {
    let text = text.trim();
    let at = text.find(['+', '-'])?;
    let (clock, offset) = text.split_at(at);
    let read = || {
        let Clock { text, precision, .. } = Clock::read(clock)?;
        Ok((format!("{text}{}", zone_name(offset)?), Type::TimeTz(precision)))
    };
    Some(read())
}

/// A timestamp with or without zone; its precision is that of the fraction.
pub(super) fn timestamp(text: &str) -> Result<(Literal, Type), String> {
    let text = text.trim();
    let (day, rest) = text.split_once(' ').unwrap_or((text, "00:00:00"));
    let day = Day::read(day)?;
    let rest = rest.trim_start();
    let (clock, zone) = match rest.find([' ', '+', '-', 'Z', 'z']) {
        Some(at) => (&rest[..at], rest[at..].trim()),
        None => (rest, ""),
    };
    let Clock { text: clock, microseconds, precision } = Clock::read(clock)?;
    let local = day.number * MICROSECONDS_A_DAY + i128::from(microseconds);
    if zone.is_empty() {
        if i64::try_from(local).is_err() {
            return Err("timestamps go from the year -290308 to 294247".into());
        }
        return Ok((
            Literal::Timestamp(format!("{} {clock}", day.text)),
            Type::Timestamp(precision),
        ));
    }
    let zone = zone_name(zone)?;
    // The offset of the zone is less than a day.
    if !(ZONED.start + MICROSECONDS_A_DAY..ZONED.end - MICROSECONDS_A_DAY).contains(&local) {
        return Err("timestamps with time zone go from the year -69387 to 73326".into());
    }
    Ok((Literal::TimestampTz(format!("{} {clock} {zone}", day.text)), Type::TimestampTz(precision)))
}

const MICROSECONDS_A_DAY: i128 = 86_400_000_000;

/// The microseconds since 1970 that a timestamp with time zone can have: Trino
/// keeps 52 bits of milliseconds beside the zone.
const ZONED: std::ops::Range<i128> = -(1 << 51) * 1000..(1 << 51) * 1000;

/// A day of the proleptic Gregorian calendar.
struct Day {
    /// In ISO form.
    text: String,
    /// The days since 1970.
    number: i128,
}

impl Day {
    fn read(text: &str) -> Result<Day, String> {
        let text = text.trim();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        let parts: Vec<&str> = digits.split('-').collect();
        let [year, month, day] = parts[..] else {
            return Err("a date is written as '2024-01-31'".into());
        };
        let number = |part: &str, most: usize| {
            (!part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<i64>().ok())
                .flatten()
                .ok_or_else(|| format!("`{part}` is not a number of a date"))
        };
        let (year, month, day) = (number(year, 7)?, number(month, 2)?, number(day, 2)?);
        if !(1..=12).contains(&month) {
            return Err(format!("month {month} does not exist"));
        }
        let signed = if sign.is_empty() { year } else { -year };
        let Some(civil) = Civil::new(signed, month, day) else {
            return Err(format!("that month has {} days", last_day(signed, month)));
        };
        let number = civil.days();
        if i32::try_from(number).is_err() {
            return Err("dates go from the year -5877641 to 5881580".into());
        }
        let sign = if signed < 0 { "-" } else { "" };
        Ok(Day { text: format!("{sign}{year:04}-{month:02}-{day:02}"), number: number.into() })
    }
}

/// A time of day.
struct Clock {
    /// Its text, the fraction as it was written.
    text: String,
    /// The microseconds since midnight.
    microseconds: i64,
    /// The digits of the fraction.
    precision: u8,
}

impl Clock {
    fn read(text: &str) -> Result<Clock, String> {
        let text = text.trim();
        let (clock, fraction) = match text.split_once('.') {
            Some((clock, fraction)) => (clock, Some(fraction)),
            None => (text, None),
        };
        let parts: Vec<&str> = clock.split(':').collect();
        let (hour, minute, second) = match parts[..] {
            [hour, minute] if fraction.is_none() => (hour, minute, "0"),
            [hour, minute, second] => (hour, minute, second),
            _ => return Err("a time is written as '01:02:03'".into()),
        };
        let number = |part: &str, below: i64| {
            (!part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<i64>().ok())
                .flatten()
                .filter(|value| *value < below)
                .ok_or_else(|| format!("`{part}` is not a part of a time of day"))
        };
        let (hour, minute, second) = (number(hour, 24)?, number(minute, 60)?, number(second, 60)?);
        let clock = format!("{hour:02}:{minute:02}:{second:02}");
        let seconds = (hour * 60 + minute) * 60 + second;
        let Some(fraction) = fraction else {
            return Ok(Clock { text: clock, microseconds: seconds * 1_000_000, precision: 0 });
        };
        if !(1..=12).contains(&fraction.len()) || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err("the fraction of a second has 1 to 12 digits".into());
        }
        let millionths = format!("{fraction:0<6}")[..6].parse::<i64>().unwrap_or_default();
        Ok(Clock {
            text: format!("{clock}.{fraction}"),
            microseconds: seconds * 1_000_000 + millionths,
            precision: fraction.len() as u8,
        })
    }
}

/// `+02:00` of an offset; the name of a zone as engines write it, whose case
/// matters to them.
pub(super) fn zone_name(zone: &str) -> Result<String, String> {
    if zone.eq_ignore_ascii_case("z") || zone.eq_ignore_ascii_case("utc") {
        return Ok("UTC".into());
    }
    if let Some(offset) = zone.strip_prefix(['+', '-']) {
        let (hours, minutes) = offset.split_once(':').unwrap_or((offset, "00"));
        let number = |part: &str| {
            let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            part.parse::<u8>().ok().filter(|_| digits)
        };
        return match (number(hours), number(minutes)) {
            (Some(hours), Some(minutes @ ..60)) if (hours, minutes) <= (14, 0) => {
                Ok(format!("{}{hours:02}:{minutes:02}", &zone[..1]))
            }
            _ => Err(format!("`{zone}` is not an offset from -14:00 to +14:00")),
        };
    }
    let mut known = ZONES.lines();
    if let Some(name) = known.find(|name| name.eq_ignore_ascii_case(zone)) {
        return Ok(name.into());
    }
    Err(match nearest(zone, ZONES.lines()) {
        Some(near) => format!("time zone `{zone}` does not exist; did you mean `{near}`?"),
        None => format!("time zone `{zone}` does not exist"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timestamp_of(text: &str) -> Result<String, String> {
        match timestamp(text)? {
            (Literal::Timestamp(text) | Literal::TimestampTz(text), ty) => {
                Ok(format!("{ty}: {text}"))
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn days_are_counted_as_in_the_calendar() {
        for (date, number) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2024-01-31", 19_753),
            ("0000-01-01", -719_528),
            ("0000-02-29", -719_469),
            ("-0001-12-31", -719_529),
            ("9999-12-31", 2_932_896),
            ("5881580-07-11", i128::from(i32::MAX)),
            ("-5877641-06-23", i128::from(i32::MIN)),
        ] {
            assert_eq!(Day::read(date).map(|day| day.number), Ok(number), "{date}");
        }
    }

    #[test]
    fn what_no_engine_holds_is_no_literal() {
        // The bounds are those of Trino 476.
        for (text, holds) in [
            ("294247-01-10 04:00:54.775807", true),
            ("294247-01-10 04:00:54.775808", false),
            ("294247-01-10 04:00:55", false),
            ("-290307-01-01 00:00:00", true),
            ("-290308-01-01 00:00:00", false),
            ("73326-09-09 00:00:00 UTC", true),
            ("73326-09-12 00:00:00 UTC", false),
            ("123001-01-02 03:04:05 Europe/Berlin", false),
            ("-69387-04-24 00:00:00 UTC", true),
            ("-69387-04-21 00:00:00 UTC", false),
        ] {
            assert_eq!(timestamp_of(text).is_ok(), holds, "{text}");
        }
        assert!(date("5881580-07-12").is_err());
        assert!(date("-5877641-06-22").is_err());
    }

    #[test]
    fn zones_are_written_as_engines_know_them() {
        let zone = |zone: &str| {
            let text = timestamp_of(&format!("2024-01-01 12:00:00 {zone}"))?;
            Ok::<_, String>(text.rsplit_once(' ').expect("a zone").1.to_owned())
        };
        for (written, name) in [
            ("Asia/Tokyo", "Asia/Tokyo"),
            ("asia/tokyo", "Asia/Tokyo"),
            ("AMERICA/PORT-AU-PRINCE", "America/Port-au-Prince"),
            ("etc/gmt+3", "Etc/GMT+3"),
            ("gmt", "GMT"),
            ("z", "UTC"),
            ("Utc", "UTC"),
            ("+2", "+02:00"),
            ("-14:00", "-14:00"),
            ("+05:30", "+05:30"),
        ] {
            assert_eq!(zone(written).as_deref(), Ok(name), "{written}");
        }
        for wrong in ["+14:01", "+15:00", "+2:3:4", "+", "-1:60", "Foo/Bar", "PST", "Europe", "++2"]
        {
            assert!(zone(wrong).is_err(), "{wrong}");
        }
        let error = zone("Europe/Berln").unwrap_err();
        assert!(error.ends_with("did you mean `Europe/Berlin`?"), "{error}");
        let names: Vec<&str> = ZONES.lines().collect();
        assert!(names.len() > 400 && names.is_sorted());
    }
}
