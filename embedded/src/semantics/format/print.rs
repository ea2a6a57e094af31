//! Prints a moment in a format.

use lakequery_types::calendar::{self, Civil};
use std::fmt::Write;

use super::piece::{DAYS, MONTHS, Number, Piece};

/// A moment to print.
pub(super) struct Moment<'a> {
    /// Local time, in milliseconds since 1970-01-01.
    pub(super) millis: i64,
    /// Seconds that local time is ahead of UTC.
    pub(super) offset: i64,
    /// The zone's name.
    pub(super) zone: &'a str,
}

/// Appends a moment in a format.
pub(super) fn print(moment: &Moment<'_>, pieces: &[Piece], out: &mut String) {
    let days = moment.millis.div_euclid(86_400_000);
    let millis = moment.millis.rem_euclid(86_400_000);
    let Civil { year, month, day } = Civil::from_days(days);
    let hour = millis / 3_600_000;
    let number = |number: Number| match number {
        Number::Century => year / 100,
        Number::Year => year,
        Number::WeekYear => calendar::iso_week(days).0,
        Number::Month => month,
        Number::Day => day,
        Number::DayOfYear => calendar::day_of_year(days),
        Number::Week => calendar::iso_week(days).1,
        Number::DayOfWeek => calendar::day_of_week(days),
        Number::Hour => hour,
        Number::ClockHour => (hour + 23) % 24 + 1,
        Number::HalfHour => hour % 12,
        Number::HalfClockHour => (hour + 11) % 12 + 1,
        Number::Minute => millis / 60_000 % 60,
        Number::Second => millis / 1_000 % 60,
    };
    let name = |names: &'static [&'static str], one_based: i64, short: bool| {
        let name = usize::try_from(one_based - 1).ok().and_then(|index| names.get(index));
        let name = name.copied().unwrap_or_default();
        // All names are longer than their first three letters, or May.
        if short { &name[..3] } else { name }
    };
    for piece in pieces {
        // Writing into a String does not fail.
        let _ = match piece {
            Piece::Literal(text) => out.write_str(text),
            Piece::Number(what, least, _) => {
                let value = number(*what);
                let sign = if value < 0 { "-" } else { "" };
                write!(out, "{sign}{:0width$}", value.unsigned_abs(), width = *least)
            }
            Piece::ShortYear(what) => write!(out, "{:02}", number(*what).rem_euclid(100)),
            Piece::Fraction(least, _) => {
                // Milliseconds are all there is; more digits are zeros.
                let digits = format!("{:03}000000", millis % 1_000);
                out.write_str(digits.get(..*least).unwrap_or(&digits))
            }
            Piece::MonthName { short } => out.write_str(name(&MONTHS, month, *short)),
            Piece::DayName { short } => {
                out.write_str(name(&DAYS, calendar::day_of_week(days), *short))
            }
            Piece::HalfDay => out.write_str(if hour < 12 { "AM" } else { "PM" }),
            Piece::EraName => out.write_str(if year < 1 { "BC" } else { "AD" }),
            Piece::Offset { colon } => {
                let sign = if moment.offset < 0 { '-' } else { '+' };
                let minutes = moment.offset.abs() / 60;
                let colon = if *colon { ":" } else { "" };
                write!(out, "{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
            }
            Piece::ZoneName => out.write_str(moment.zone),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_printed() {
        // 2024-01-02 03:04:05.678, a Tuesday; checked against Trino's
        // documentation of both notations by hand.
        let moment = Moment { millis: 1_704_164_645_678, offset: 0, zone: "UTC" };
        let mysql = super::super::mysql::read;
        let joda = super::super::joda::read;
        for (pieces, expected) in [
            (mysql("%Y-%m-%d %H:%i:%s.%f"), "2024-01-02 03:04:05.678000"),
            (mysql("%y/%c %e %k %l %p %r %T"), "24/1 2 3 3 AM 03:04:05 AM 03:04:05"),
            (mysql("%a %W %b %M %j %v %x %%"), "Tue Tuesday Jan January 002 01 2024 %"),
            (joda("yyyy-MM-dd'T'HH:mm:ss.SSSZZ"), "2024-01-02T03:04:05.678+00:00"),
            (
                joda("EEE EEEE MMM MMMM e D w x K k h a"),
                "Tue Tuesday Jan January 2 2 1 2024 3 3 3 AM",
            ),
            (joda("yy M d S z Z"), "24 1 2 6 UTC +0000"),
        ] {
            let mut out = String::new();
            print(&moment, &pieces.unwrap(), &mut out);
            assert_eq!(out, expected);
        }
    }
}
