//! ISO 8601 in and out.

use arrow_array::types::{Date32Type, TimestampMillisecondType, TimestampNanosecondType};
use arrow_array::{ArrayRef, ArrowPrimitiveType};
use arrow_schema::{DataType, TimeUnit};
use datafusion::common::Result;
use lakequery_types::calendar::{Civil, day_of_week};

use super::super::clock::{Zone, per_second};
use super::super::datetime_text::{parse_date, write_date, write_timestamp};
use super::super::function::{Call, Function, Gives, Param, Takes, refuse};
use super::local::Locals;
use super::preimage;
use crate::types;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("from_iso8601_date", Takes::Lists(&[&[Param::Text]]), Gives::DATE, |call| {
            let texts = call.texts(0)?;
            call.make_numbers::<Date32Type>(|row| {
                let Some(text) = texts.get(row) else { return Ok(None) };
                match parse_day(text).and_then(|days| i32::try_from(days).ok()) {
                    Some(days) => Ok(Some(days)),
                    None => refuse(format!("'{text}' is not a date in ISO 8601")),
                }
            })
        }),
        Function::new(
            "from_iso8601_timestamp",
            Takes::Lists(&[&[Param::Text]]),
            instant(TimeUnit::Millisecond),
            |call| {
                instants::<TimestampMillisecondType>(call, |text| {
                    parse_instant(text, TimeUnit::Millisecond)
                })
            },
        ),
        Function::new(
            "from_iso8601_timestamp_nanos",
            Takes::Lists(&[&[Param::Text]]),
            instant(TimeUnit::Nanosecond),
            |call| {
                instants::<TimestampNanosecondType>(call, |text| {
                    is_whole(text).then(|| parse_instant(text, TimeUnit::Nanosecond))?
                })
            },
        ),
        Function::new(
            "to_iso8601",
            Takes::Lists(&[&[Param::Date], &[Param::Timestamp]]),
            Gives::Fixed(&DataType::Utf8),
            to_iso8601,
        ),
        // The cast to date, as a function.
        Function::new(
            "date",
            Takes::Lists(&[&[Param::Text], &[Param::Date], &[Param::Timestamp]]),
            Gives::DATE,
            date,
        )
        .inverted(preimage::of_date),
    ]
}

/// The type of instants of a precision.
pub(super) const fn instant(unit: TimeUnit) -> Gives {
    match unit {
        TimeUnit::Nanosecond => {
            Gives::Types(|_| Ok(DataType::Timestamp(TimeUnit::Nanosecond, Some(types::UTC.into()))))
        }
        _ => Gives::Types(|_| {
            Ok(DataType::Timestamp(TimeUnit::Millisecond, Some(types::UTC.into())))
        }),
    }
}

fn instants<T: ArrowPrimitiveType<Native = i64>>(
    call: &Call<'_>,
    parse: fn(&str) -> Option<i64>,
) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_numbers::<T>(|row| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        match parse(text) {
            Some(instant) => Ok(Some(instant)),
            None if is_whole(text) && parse_instant(text, TimeUnit::Millisecond).is_some() => {
                refuse(format!("'{text}' is out of the range of nanoseconds"))
            }
            None => refuse(format!("'{text}' is not a timestamp in ISO 8601")),
        }
    })
}

fn date(call: &Call<'_>) -> Result<ArrayRef> {
    if call.ty(0) != DataType::Utf8 {
        let locals = Locals::of(call, 0)?;
        return call.make_numbers::<Date32Type>(|row| {
            Ok(locals.days(row).and_then(|days| i32::try_from(days).ok()))
        });
    }
    let texts = call.texts(0)?;
    call.make_numbers::<Date32Type>(|row| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        match parse_date(text.trim()).and_then(|days| i32::try_from(days).ok()) {
            Some(days) => Ok(Some(days)),
            None => refuse(format!("cannot cast '{text}' to date")),
        }
    })
}

/// A day as `2024`, `2024-02`, `2024-02-29`, `2024-060`, `2024-W09` or `2024-W09-4`.
fn parse_day(text: &str) -> Option<i64> {
    let number = |text: &str, digits: usize| {
        let plain = text.len() == digits && text.bytes().all(|digit| digit.is_ascii_digit());
        plain.then(|| text.parse::<i64>().ok()).flatten()
    };
    let (year, rest) = text.split_at_checked(4)?;
    let year = number(year, 4)?;
    let first = Civil::new(year, 1, 1)?.days();
    let Some(rest) = rest.strip_prefix('-') else {
        return rest.is_empty().then_some(first);
    };
    if let Some(week) = rest.strip_prefix('W') {
        let (week, day) = week.split_once('-').unwrap_or((week, "1"));
        let (week, day) = (number(week, 2)?, number(day, 1)?);
        if !(1..=53).contains(&week) || !(1..=7).contains(&day) {
            return None;
        }
        // The first week is the one with 4 January in it.
        let fourth = first + 3;
        return Some(fourth - day_of_week(fourth) + 1 + (week - 1) * 7 + day - 1);
    }
    match rest.split_once('-') {
        Some((month, day)) => Some(Civil::new(year, number(month, 2)?, number(day, 2)?)?.days()),
        None if rest.len() == 3 => {
            let day = number(rest, 3)?;
            let days = first + day - 1;
            (day >= 1 && Civil::from_days(days).year == year).then_some(days)
        }
        None => Some(Civil::new(year, number(rest, 2)?, 1)?.days()),
    }
}

/// Whether the day, the hour and the minute of an instant are all there, and at most nine digits
/// of a second.
fn is_whole(text: &str) -> bool {
    let Some((day, time)) = text.split_once('T') else { return false };
    let has_minutes = time.as_bytes().get(2) == Some(&b':');
    let fraction = time.split_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    day.len() == 10 && !day.contains('W') && has_minutes && digits <= 9
}

/// An instant as `2024-01-02T03:04:05.678+02:00`; without a zone in UTC.
fn parse_instant(text: &str, unit: TimeUnit) -> Option<i64> {
    let (day, time) = text.split_once('T').unwrap_or((text, ""));
    let end = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(end);
    let zone = match zone {
        "" | "Z" => Zone::Utc,
        offset => Zone::parse(offset).ok()?,
    };
    let (clock, fraction) = match time.split_once(['.', ',']) {
        Some((clock, fraction)) if !fraction.is_empty() => (clock, fraction),
        Some(_) => return None,
        None => (time, ""),
    };
    let mut fields = [0_i64; 3];
    let limits = [24, 60, 60];
    if !clock.is_empty() {
        let mut given = clock.split(':');
        for (field, limit) in fields.iter_mut().zip(limits) {
            let Some(text) = given.next() else { break };
            if text.len() != 2 || !text.bytes().all(|digit| digit.is_ascii_digit()) {
                return None;
            }
            *field = text.parse().ok().filter(|value| *value < limit)?;
        }
        if given.next().is_some() {
            return None;
        }
    }
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits = usize::from(types::digits(unit));
    let fraction: i64 = format!("{fraction:0<digits$}").get(..digits)?.parse().ok()?;
    let [hour, minute, second] = fields;
    let local = parse_day(day)? * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(zone.instant(local.checked_mul(per_second(unit))?.checked_add(fraction)?, unit))
}

fn to_iso8601(call: &Call<'_>) -> Result<ArrayRef> {
    let locals = Locals::of(call, 0)?;
    let DataType::Timestamp(unit, zone) = call.ty(0) else {
        return call.make_texts(|row, out| Ok(locals.days(row).map(|days| write_date(days, out))));
    };
    let nanos = per_second(TimeUnit::Nanosecond) / per_second(unit);
    call.make_texts(|row, out| {
        let (Some(days), Some(time)) = (locals.days(row), locals.nanos(row)) else {
            return Ok(None);
        };
        let ticks = days * 86_400 * per_second(unit) + time / nanos;
        write_timestamp(ticks, unit, types::digits(unit), 'T', out);
        if zone.is_some() {
            match locals.offset(row) {
                None | Some(0) => out.push('Z'),
                Some(offset) => {
                    let sign = if offset < 0 { '-' } else { '+' };
                    let minutes = offset.abs() / 60;
                    let text = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
                    out.push_str(&text);
                }
            }
        }
        Ok(Some(()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_are_read() {
        let day = |year, month, day| Some(Civil { year, month, day }.days());
        // ISO 8601; the weeks by a calendar.
        for (text, expected) in [
            ("2024-02-29", day(2024, 2, 29)),
            ("2024-02", day(2024, 2, 1)),
            ("2024", day(2024, 1, 1)),
            ("2024-060", day(2024, 2, 29)),
            ("2024-W09-4", day(2024, 2, 29)),
            ("2024-W01", day(2024, 1, 1)),
            ("2023-02-29", None),
            ("2023-366", None),
            ("20240229", None),
            ("2024-2-9", None),
            ("", None),
        ] {
            assert_eq!(parse_day(text), expected, "{text}");
        }
        for (text, expected) in [
            ("1970-01-01T00:00:01Z", Some(1_000)),
            ("1970-01-01T02:00:01+02:00", Some(1_000)),
            ("1970-01-01T00:00:00.5", Some(500)),
            ("1970-01-01", Some(0)),
            ("1970-01-01T01:00", Some(3_600_000)),
            ("1970-01-01 01:00", None),
            ("1970-01-01T25:00", None),
            ("1970-01-01T1:00", None),
        ] {
            assert_eq!(parse_instant(text, TimeUnit::Millisecond), expected, "{text}");
        }
    }
}
