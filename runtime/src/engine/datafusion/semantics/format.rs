//! Dates and times as text in a given format, and back: `date_format` and
//! `date_parse` with MySQL's letters, `format_datetime` and `parse_datetime`
//! with Joda's. Both are read into the same [`Piece`]s.

mod joda;
mod mysql;
mod parse;
mod print;

use arrow_array::types::TimestampMillisecondType;
use arrow_array::{ArrayRef, StringArray};
use arrow_schema::{DataType, TimeUnit};
use datafusion::common::Result;

use super::calendar::Zone;
use super::datetime::Locals;
use super::function::{Call, Column, Function, Gives, Kind, Takes, refuse};
use super::types;

/// The functions that format and parse.
pub(super) fn functions() -> Vec<Function> {
    use Kind::{Date, Text, Timestamp};
    const MOMENT: Takes = Takes::Lists(&[&[Date, Text], &[Timestamp, Text]]);
    const TEXTS: Takes = Takes::Lists(&[&[Text, Text]]);
    const TEXT: Gives = Gives::Fixed(&DataType::Utf8);
    vec![
        Function::new("date_format", MOMENT, TEXT, |call| print_all(call, mysql::read)),
        Function::new("format_datetime", MOMENT, TEXT, |call| print_all(call, joda::read)),
        Function::new("date_parse", TEXTS, Gives::Fixed(&types::TIMESTAMP_MILLIS), |call| {
            parse_all(call, mysql::read, false)
        }),
        Function::new(
            "parse_datetime",
            TEXTS,
            Gives::Types(|_| {
                Ok(DataType::Timestamp(TimeUnit::Millisecond, Some(types::UTC.into())))
            }),
            |call| parse_all(call, joda::read, true),
        ),
    ]
}

/// A number in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Century,
    Year,
    WeekYear,
    Month,
    Day,
    DayOfYear,
    Week,
    DayOfWeek,
    /// 0 to 23
    Hour,
    /// 1 to 24
    ClockHour,
    /// 0 to 11
    HalfHour,
    /// 1 to 12
    HalfClockHour,
    Minute,
    Second,
}

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// With so many digits at the least, and at the most when parsed.
    Number(Number, usize, usize),
    /// The last two digits of a year; of the years around 2020 when parsed.
    ShortYear(Number),
    /// So many digits of a second.
    Fraction(usize, usize),
    /// The name of a month; short or in full.
    MonthName {
        short: bool,
    },
    /// The name of a day of the week; short or in full.
    DayName {
        short: bool,
    },
    /// AM or PM
    HalfDay,
    /// BC or AD
    EraName,
    /// How far the zone is from UTC; with a colon or without.
    Offset {
        colon: bool,
    },
    /// The zone's name.
    ZoneName,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

type Read = fn(&str) -> std::result::Result<Vec<Piece>, String>;

/// The format argument: read once where it is a literal.
struct Formats {
    texts: Column<StringArray>,
    read: Read,
    last: Option<(String, Vec<Piece>)>,
}

impl Formats {
    fn of(call: &Call<'_>, read: Read) -> Result<Formats> {
        Ok(Formats { texts: call.texts(1)?, read, last: None })
    }

    fn get(&mut self, row: usize) -> Result<Option<&[Piece]>> {
        let Some(text) = self.texts.get(row) else { return Ok(None) };
        if self.last.as_ref().is_none_or(|(last, _)| last != text) {
            let pieces = (self.read)(text).or_else(refuse)?;
            self.last = Some((text.to_owned(), pieces));
        }
        Ok(self.last.as_ref().map(|(_, pieces)| pieces.as_slice()))
    }
}

fn print_all(call: &Call<'_>, read: Read) -> Result<ArrayRef> {
    let (locals, mut formats) = (Locals::of(call, 0)?, Formats::of(call, read)?);
    let zone = match call.ty(0) {
        DataType::Timestamp(_, Some(zone)) => zone.to_string(),
        _ => types::UTC.to_owned(),
    };
    call.make_texts(|row, out| {
        let (Some(pieces), Some(millis), Some(offset)) =
            (formats.get(row)?, locals.millis(row), locals.offset(row))
        else {
            return Ok(None);
        };
        print::print(&print::Moment { millis, offset, zone: &zone }, pieces, out);
        Ok(Some(()))
    })
}

fn parse_all(call: &Call<'_>, read: Read, zoned: bool) -> Result<ArrayRef> {
    let (texts, mut formats) = (call.texts(0)?, Formats::of(call, read)?);
    call.make_numbers::<TimestampMillisecondType>(|row| {
        let (Some(text), Some(pieces)) = (texts.get(row), formats.get(row)?) else {
            return Ok(None);
        };
        let Some(parsed) = parse::parse(text, pieces) else {
            return refuse(format!("'{text}' does not have the given format"));
        };
        let local = parsed.millis;
        Ok(Some(match parsed.zone {
            Some(zone) if zoned => zone.instant(local, TimeUnit::Millisecond),
            _ => local,
        }))
    })
}

/// A text that was read by a format.
#[derive(Clone, Copy, Debug)]
struct Parsed {
    /// Local time, in milliseconds since 1970-01-01.
    millis: i64,
    /// The zone, where the text names one.
    zone: Option<Zone>,
}
