//! Dates and times as text in a given format, and back: `date_format` and
//! `date_parse` with MySQL's letters, `format_datetime` and `parse_datetime`
//! with Joda's. Both are read into the same [`Piece`]s.

mod joda;
mod mysql;
mod parse;
mod piece;
mod print;

use arrow_array::types::TimestampMillisecondType;
use arrow_array::{ArrayRef, StringArray};
use arrow_schema::{DataType, TimeUnit};
use datafusion::common::Result;

use super::datetime::Locals;
use super::function::{Call, Column, Function, Gives, Param, Takes, refuse};
use crate::types;
use piece::Piece;
pub(super) use piece::{DAYS, MONTHS};

/// The functions that format and parse.
pub(super) fn functions() -> Vec<Function> {
    use Param::{Date, Text, Timestamp};
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
