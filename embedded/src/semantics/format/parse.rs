//! Reads a moment that is written in a format.
use lakequery_types::calendar::{Civil, day_of_week};

use super::super::clock::Zone;
use super::piece::{DAYS, MONTHS, Number, Piece};

/// A text that was read by a format.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parsed {
    /// Local time, in milliseconds since 1970-01-01.
    pub(super) millis: i64,
    /// The zone, where the text names one.
    pub(super) zone: Option<Zone>,
}

/// What was read so far.
#[derive(Default)]
struct Fields {
    numbers: Vec<(Number, i64)>,
    millis: i64,
    afternoon: Option<bool>,
    zone: Option<Zone>,
}

impl Fields {
    fn get(&self, number: Number) -> Option<i64> {
        self.numbers.iter().rev().find(|(found, _)| *found == number).map(|(_, value)| *value)
    }
}

/// Reads a text by a format; all of it.
pub(super) fn parse(text: &str, pieces: &[Piece]) -> Option<Parsed> {
    let mut fields = Fields::default();
    let mut rest = text;
    for piece in pieces {
        rest = read(rest, piece, &mut fields)?;
    }
    if !rest.is_empty() {
        return None;
    }
    let millis = date(&fields)?.checked_mul(86_400_000)?.checked_add(time(&fields)?)?;
    Some(Parsed { millis, zone: fields.zone })
}

fn read<'a>(text: &'a str, piece: &Piece, fields: &mut Fields) -> Option<&'a str> {
    match piece {
        Piece::Literal(literal) => {
            let (start, rest) = text.split_at_checked(literal.len())?;
            start.eq_ignore_ascii_case(literal).then_some(rest)
        }
        Piece::Number(number, _, most) => {
            let signed = matches!(number, Number::Year | Number::WeekYear | Number::Century);
            let (negative, text) = match text.strip_prefix('-') {
                Some(rest) if signed => (true, rest),
                _ => (false, text),
            };
            let (value, rest) = digits(text, *most)?;
            fields.numbers.push((*number, if negative { -value } else { value }));
            Some(rest)
        }
        Piece::ShortYear(number) => {
            let (value, rest) = digits(text, 2)?;
            // Of the hundred years around 2020.
            fields.numbers.push((*number, if value < 70 { 2000 + value } else { 1900 + value }));
            Some(rest)
        }
        Piece::Fraction(_, most) => {
            let (_, rest) = digits(text, *most)?;
            let written = &text[..text.len() - rest.len()];
            fields.millis = format!("{written:0<3}").get(..3)?.parse().ok()?;
            Some(rest)
        }
        Piece::MonthName { short } => {
            let (index, rest) = named(text, &MONTHS, *short)?;
            fields.numbers.push((Number::Month, index));
            Some(rest)
        }
        Piece::DayName { short } => {
            let (index, rest) = named(text, &DAYS, *short)?;
            fields.numbers.push((Number::DayOfWeek, index));
            Some(rest)
        }
        Piece::HalfDay => {
            let (half, rest) = text.split_at_checked(2)?;
            fields.afternoon = Some(match half.to_ascii_uppercase().as_str() {
                "AM" => false,
                "PM" => true,
                _ => return None,
            });
            Some(rest)
        }
        Piece::EraName => text.strip_prefix("AD"),
        Piece::Offset { .. } => {
            if let Some(rest) = text.strip_prefix('Z') {
                fields.zone = Some(Zone::Utc);
                return Some(rest);
            }
            let colon = text.as_bytes().get(3) == Some(&b':');
            let (offset, rest) = text.split_at_checked(if colon { 6 } else { 5 })?;
            fields.zone = Some(Zone::parse(offset).ok()?);
            Some(rest)
        }
        Piece::ZoneName => {
            let name = |c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '+' | '-' | ':');
            let end = text.find(|c| !name(c)).unwrap_or(text.len());
            fields.zone = Some(Zone::parse(&text[..end]).ok()?);
            Some(&text[end..])
        }
    }
}

/// A number of so many digits at the most, and what follows it.
fn digits(text: &str, most: usize) -> Option<(i64, &str)> {
    let end = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(end);
    Some((number.parse().ok()?, rest))
}

/// A name in any case, counted from one, and what follows it.
fn named<'a>(text: &'a str, names: &[&str], short: bool) -> Option<(i64, &'a str)> {
    let starts = |name: &str| {
        let start = text.get(..name.len())?;
        start.eq_ignore_ascii_case(name).then(|| &text[name.len()..])
    };
    (1..).zip(names).find_map(|(index, name)| {
        // A name in full is read where a short one is asked for, and the other
        // way about.
        let (first, second) = if short { (&name[..3], *name) } else { (*name, &name[..3]) };
        let rest = starts(if first.len() > second.len() { first } else { second });
        Some((index, rest.or_else(|| starts(first)).or_else(|| starts(second))?))
    })
}

/// Days since 1970-01-01; what is missing is as on that day.
fn date(fields: &Fields) -> Option<i64> {
    let year = fields.get(Number::Year).unwrap_or(1970);
    let first = Civil::new(year, 1, 1)?.days();
    if let Some(day) = fields.get(Number::DayOfYear)
        && fields.get(Number::Month).is_none()
    {
        let days = first + day - 1;
        return (day >= 1 && Civil::from_days(days).year == year).then_some(days);
    }
    if let Some(week) = fields.get(Number::Week) {
        let year = fields.get(Number::WeekYear).unwrap_or(year);
        let fourth = Civil::new(year, 1, 4)?.days();
        let day = fields.get(Number::DayOfWeek).unwrap_or(1);
        if !(1..=53).contains(&week) || !(1..=7).contains(&day) {
            return None;
        }
        return Some(fourth - day_of_week(fourth) + 1 + (week - 1) * 7 + day - 1);
    }
    let month = fields.get(Number::Month).unwrap_or(1);
    let day = fields.get(Number::Day).unwrap_or(1);
    Some(Civil::new(year, month, day)?.days())
}

/// Milliseconds since midnight.
fn time(fields: &Fields) -> Option<i64> {
    let within = |number: Number, low: i64, high: i64| match fields.get(number) {
        Some(value) if (low..=high).contains(&value) => Some(Some(value)),
        Some(_) => None,
        None => Some(None),
    };
    let half = within(Number::HalfClockHour, 1, 12)?.map(|hour| hour % 12);
    let half = half.or(within(Number::HalfHour, 0, 11)?);
    let hour = match half {
        Some(hour) if fields.afternoon == Some(true) => hour + 12,
        Some(hour) => hour,
        None => {
            let clock = within(Number::ClockHour, 1, 24)?.map(|hour| hour % 24);
            clock.or(within(Number::Hour, 0, 23)?).unwrap_or(0)
        }
    };
    let minute = within(Number::Minute, 0, 59)?.unwrap_or(0);
    let second = within(Number::Second, 0, 59)?.unwrap_or(0);
    Some(((hour * 60 + minute) * 60 + second) * 1_000 + fields.millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::datetime_text::write_timestamp;
    use arrow_schema::TimeUnit;

    #[test]
    fn texts_are_read() {
        let mysql = super::super::mysql::read;
        let joda = super::super::joda::read;
        // Trino's answers where it has them, else by hand.
        for (text, pieces, expected) in [
            ("2024-01-02 03", mysql("%Y-%m-%d %H"), Some("2024-01-02 03:00:00.000")),
            ("x", mysql("%Y"), None),
            ("20240102", mysql("%Y%m%d"), Some("2024-01-02 00:00:00.000")),
            ("1/2/24 1:02:03 PM", mysql("%c/%e/%y %l:%i:%s %p"), Some("2024-01-02 13:02:03.000")),
            ("2-Jan-1999", mysql("%e-%b-%Y"), Some("1999-01-02 00:00:00.000")),
            ("1.123456", mysql("%s.%f"), Some("1970-01-01 00:00:01.123")),
            ("2024-060", mysql("%Y-%j"), Some("2024-02-29 00:00:00.000")),
            ("2024-02-30", mysql("%Y-%m-%d"), None),
            ("2024-01-02 ", mysql("%Y-%m-%d"), None),
            ("2024-01-02T12", joda("yyyy-MM-dd'T'HH"), Some("2024-01-02 12:00:00.000")),
            ("20240102", joda("yyyyMMdd"), Some("2024-01-02 00:00:00.000")),
            ("March 5, 2024", joda("MMMM d, yyyy"), Some("2024-03-05 00:00:00.000")),
        ] {
            let found = parse(text, &pieces.unwrap()).map(|parsed| {
                let mut out = String::new();
                write_timestamp(parsed.millis, TimeUnit::Millisecond, 3, ' ', &mut out);
                out
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        }
        let zoned = parse("1970-01-01 +02:00", &joda("yyyy-MM-dd ZZ").unwrap()).unwrap();
        assert_eq!(zoned.zone.unwrap().instant(zoned.millis, TimeUnit::Millisecond), -7_200_000);
    }
}
