//! Casts to and from dates, times and timestamps.

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, DurationMillisecondType, Int64Type, IntervalYearMonthType, Time64NanosecondType,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow_schema::{DataType, IntervalUnit, TimeUnit};
use datafusion::common::{Result, internal_err};
use lakequery_types::Type;

use super::super::calendar::{Civil, Zone, per_day, per_second};
use super::super::function::Call;
use super::super::temporal::{by_unit, convert};
use super::super::types;
use super::{Source, Strict};

const NANOS: i64 = per_second(TimeUnit::Nanosecond);
const NANOS_A_DAY: i64 = per_day(TimeUnit::Nanosecond);

/// Days, times, timestamps or intervals to be cast.
pub(super) struct Moments {
    /// Days, nanoseconds of the day, ticks, milliseconds or months.
    values: PrimitiveArray<Int64Type>,
    kind: Kind,
    /// The digits of a second that the values have.
    digits: u8,
}

enum Kind {
    Date,
    Time,
    Timestamp(TimeUnit, Option<(Zone, String)>),
    DayToSecond,
    YearToMonth,
}

impl Moments {
    pub(super) fn of(array: &ArrayRef, ty: &Type) -> Result<Moments> {
        fn wide<T: ArrowPrimitiveType>(array: &ArrayRef) -> PrimitiveArray<Int64Type>
        where
            T::Native: Into<i64>,
        {
            array.as_primitive::<T>().unary(Into::into)
        }
        let (values, kind, digits) = match array.data_type() {
            DataType::Date32 => (wide::<Date32Type>(array), Kind::Date, 0),
            DataType::Time64(TimeUnit::Nanosecond) => {
                (wide::<Time64NanosecondType>(array), Kind::Time, 9)
            }
            DataType::Timestamp(unit, zone) => {
                let values = by_unit!(unit, T => wide::<T>(array));
                let zone = match zone {
                    Some(zone) => Some((Zone::parse(zone)?, zone.to_string())),
                    None => None,
                };
                (values, Kind::Timestamp(*unit, zone), types::digits(*unit))
            }
            DataType::Duration(TimeUnit::Millisecond) => {
                (wide::<DurationMillisecondType>(array), Kind::DayToSecond, 3)
            }
            DataType::Interval(IntervalUnit::YearMonth) => {
                (wide::<IntervalYearMonthType>(array), Kind::YearToMonth, 0)
            }
            other => return internal_err!("a cast of {other}"),
        };
        // Where the lake SQL type has fewer digits than the Arrow type.
        let digits = match *ty {
            Type::Time(digits) | Type::Timestamp(digits) | Type::TimestampTz(digits) => digits,
            _ => digits,
        };
        Ok(Moments { values, kind, digits })
    }

    /// Appends a value that is not NULL, as Trino prints it.
    pub(super) fn write(&self, row: usize, out: &mut String) {
        let value = self.values.value(row);
        match &self.kind {
            Kind::Date => write_date(value, out),
            Kind::Time => write_time(value, self.digits, out),
            Kind::Timestamp(unit, None) => write_signed_timestamp(value, *unit, self.digits, out),
            Kind::Timestamp(unit, Some((zone, name))) => {
                write_signed_timestamp(zone.local(value, *unit), *unit, self.digits, out);
                out.push(' ');
                out.push_str(name);
            }
            Kind::DayToSecond => {
                let sign = if value < 0 { "-" } else { "" };
                let day = per_day(TimeUnit::Millisecond).unsigned_abs();
                let (days, rest) = (value.unsigned_abs() / day, value.unsigned_abs() % day);
                let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
                let (second, millis) = (rest / 1_000 % 60, rest % 1_000);
                // Writing into a String does not fail, here and below.
                let _ = write!(out, "{sign}{days} {hour:02}:{minute:02}:{second:02}.{millis:03}");
            }
            Kind::YearToMonth => {
                let sign = if value < 0 { "-" } else { "" };
                let months = value.unsigned_abs();
                let _ = write!(out, "{sign}{}-{}", months / 12, months % 12);
            }
        }
    }
}

/// Casts to `date`, `time(p)`, `timestamp(p)` or `timestamp(p) with time zone`.
pub(super) fn cast(
    call: &Call<'_>,
    strict: Strict,
    source: Source,
    target: &Type,
) -> Result<ArrayRef> {
    let refused = |value: &str| format!("cannot cast '{value}' to {target}");
    match (source, target) {
        (Source::Texts(texts), Type::Date) => {
            strict.each_text::<Date32Type>(call, &texts, |value| {
                let days = parse_date(value.trim()).and_then(|days| i32::try_from(days).ok());
                days.ok_or_else(|| refused(value))
            })
        }
        (Source::Texts(texts), &Type::Time(digits)) => {
            strict.each_text::<Time64NanosecondType>(call, &texts, |value| {
                let mut text = Reader(value.trim());
                let time = text.time().filter(|_| text.0.is_empty());
                let (nanos, fraction) = time.ok_or_else(|| refused(value))?;
                Ok((nanos + round_fraction(fraction, digits) % NANOS_A_DAY) % NANOS_A_DAY)
            })
        }
        (Source::Texts(texts), &(Type::Timestamp(digits) | Type::TimestampTz(digits))) => {
            let zoned = matches!(target, Type::TimestampTz(_));
            let unit = unit(digits)?;
            by_unit!(unit, T => strict.each_text::<T>(call, &texts, |value| {
                parse_timestamp(value.trim(), unit, digits, zoned).ok_or_else(|| refused(value))
            }))
        }
        (Source::Moments(moments), target) => between(call, strict, &moments, target),
        _ => internal_err!("a cast to {target}"),
    }
}

fn unit(digits: u8) -> Result<TimeUnit> {
    match types::unit(digits) {
        Some(unit) => Ok(unit),
        None => internal_err!("{digits} digits of a second"),
    }
}

/// Casts among dates, times and timestamps.
fn between(call: &Call<'_>, strict: Strict, moments: &Moments, target: &Type) -> Result<ArrayRef> {
    let values = &moments.values;
    let beyond = || format!("the value is out of range for {target}");
    match (&moments.kind, target) {
        (Kind::Date, Type::Date) => {
            strict.each::<_, Date32Type>(call, values, |days| days.try_into().map_err(|_| beyond()))
        }
        (Kind::Date, &(Type::Timestamp(digits) | Type::TimestampTz(digits))) => {
            let unit = unit(digits)?;
            by_unit!(unit, T => strict.each::<_, T>(call, values, |days| {
                days.checked_mul(per_day(unit)).ok_or_else(beyond)
            }))
        }
        (Kind::Time, &Type::Time(digits)) => {
            strict.each::<_, Time64NanosecondType>(call, values, |nanos| {
                Ok(round(nanos, TimeUnit::Nanosecond, digits).unwrap_or(nanos) % NANOS_A_DAY)
            })
        }
        (Kind::Timestamp(unit, zone), Type::Date) => {
            strict.each::<_, Date32Type>(call, values, |ticks| {
                let days = local(ticks, *unit, zone).div_euclid(per_day(*unit));
                days.try_into().map_err(|_| beyond())
            })
        }
        (Kind::Timestamp(unit, zone), &Type::Time(digits)) => strict
            .each::<_, Time64NanosecondType>(call, values, |ticks| {
                let within = local(ticks, *unit, zone).rem_euclid(per_day(*unit));
                let nanos = within * (NANOS / per_second(*unit));
                Ok(round(nanos, TimeUnit::Nanosecond, digits).unwrap_or(nanos) % NANOS_A_DAY)
            }),
        (Kind::Timestamp(from, zone), &Type::Timestamp(digits)) => {
            let to = unit(digits)?;
            by_unit!(to, T => strict.each::<_, T>(call, values, |ticks| {
                rescale(local(ticks, *from, zone), *from, to, digits).ok_or_else(beyond)
            }))
        }
        (Kind::Timestamp(from, _), &Type::TimestampTz(digits)) => {
            let to = unit(digits)?;
            by_unit!(to, T => strict.each::<_, T>(call, values, |ticks| {
                rescale(ticks, *from, to, digits).ok_or_else(beyond)
            }))
        }
        _ => internal_err!("a cast to {target}"),
    }
}

fn local(ticks: i64, unit: TimeUnit, zone: &Option<(Zone, String)>) -> i64 {
    zone.as_ref().map_or(ticks, |(zone, _)| zone.local(ticks, unit))
}

/// Ticks rounded half up to so many digits of a second.
fn round(ticks: i64, unit: TimeUnit, digits: u8) -> Option<i64> {
    let step = match types::digits(unit).checked_sub(digits) {
        None | Some(0) => return Some(ticks),
        Some(less) => 10_i64.pow(less.into()),
    };
    Some(ticks.checked_add(step / 2)?.div_euclid(step) * step)
}

fn rescale(ticks: i64, from: TimeUnit, to: TimeUnit, digits: u8) -> Option<i64> {
    convert(round(ticks, from, digits)?, from, to)
}

/// Nanoseconds (and a digit more) rounded half up to so many digits.
fn round_fraction((nanos, more): (i64, bool), digits: u8) -> i64 {
    let step = 10_i64.pow(u32::from(9 - digits.min(9)));
    if step == 1 { nanos + i64::from(more) } else { (nanos + step / 2) / step * step }
}

/// Appends a date: `2024-01-02`.
pub(in super::super) fn write_date(days: i64, out: &mut String) {
    let Civil { year, month, day } = Civil::from_days(days);
    let sign = if year < 0 { "-" } else { "" };
    let _ = write!(out, "{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs());
}

/// Appends a time of day with so many digits of a second.
fn write_time(nanos: i64, digits: u8, out: &mut String) {
    let second = nanos / NANOS;
    let _ = write!(out, "{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    if digits > 0 {
        let width = usize::from(digits.min(9));
        let fraction = nanos % NANOS / 10_i64.pow(u32::from(9 - digits.min(9)));
        let _ = write!(out, ".{fraction:0width$}");
    }
}

/// Appends a local timestamp with so many digits of a second.
pub(in super::super) fn write_timestamp(
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
fn write_signed_timestamp(ticks: i64, unit: TimeUnit, digits: u8, out: &mut String) {
    if Civil::from_days(ticks.div_euclid(per_day(unit))).year > 9_999 {
        out.push('+');
    }
    write_timestamp(ticks, unit, digits, ' ', out);
}

/// Reads a date, `2024-01-02` or `2024-1-2`, as days since 1970-01-01.
pub(in super::super) fn parse_date(text: &str) -> Option<i64> {
    let mut text = Reader(text);
    let days = text.date()?;
    text.0.is_empty().then_some(days)
}

/// Reads a timestamp, in parts or with a zone at the end, as ticks. The zone
/// counts where the type has one; a type without keeps the local time.
fn parse_timestamp(text: &str, unit: TimeUnit, digits: u8, zoned: bool) -> Option<i64> {
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
