//! Joda's format letters.

use super::piece::{Number, Piece};

/// Reads a format.
pub(super) fn read(format: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (literal, after) = quoted(rest);
            push(literal, &mut pieces);
            rest = after;
        } else if first.is_ascii_alphabetic() {
            let end = rest.find(|c| c != first).unwrap_or(rest.len());
            rest = &rest[end..];
            let digits_follow = rest.chars().next().is_some_and(|next| {
                let count = rest.chars().take_while(|c| *c == next).count();
                is_number(next, count)
            });
            pieces.push(piece(first, end, digits_follow)?);
        } else {
            push(first.to_string(), &mut pieces);
            rest = &rest[first.len_utf8()..];
        }
    }
    Ok(pieces)
}

fn push(text: String, pieces: &mut Vec<Piece>) {
    match pieces.last_mut() {
        Some(Piece::Literal(literal)) => literal.push_str(&text),
        _ if text.is_empty() => {}
        _ => pieces.push(Piece::Literal(text)),
    }
}

/// A text in quotes at the front, `''` for a quote in it or on its own.
fn quoted(text: &str) -> (String, &str) {
    let mut rest = &text[1..];
    if let Some(after) = rest.strip_prefix('\'') {
        return ("'".into(), after);
    }
    let mut literal = String::new();
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != '\'' {
            literal.push(c);
        } else if let Some(after) = rest.strip_prefix('\'') {
            literal.push('\'');
            rest = after;
        } else {
            break;
        }
    }
    (literal, rest)
}

/// Whether so many of a letter stand for a number.
fn is_number(letter: char, count: usize) -> bool {
    "CYxwyDdKhHkmsSe".contains(letter) || (letter == 'M' && count <= 2)
}

fn piece(letter: char, count: usize, digits_follow: bool) -> Result<Piece, String> {
    let year = |number| {
        if count == 2 {
            Piece::ShortYear(number)
        } else {
            // Only digits that follow end a year.
            Piece::Number(number, count, if digits_follow { count } else { 9 })
        }
    };
    let number = |number, most: usize| Piece::Number(number, count, most.max(count));
    Ok(match letter {
        'G' => Piece::EraName,
        'Y' | 'y' => year(Number::Year),
        'x' => year(Number::WeekYear),
        'C' => number(Number::Century, 9),
        'w' => number(Number::Week, 2),
        'e' => number(Number::DayOfWeek, 1),
        'E' => Piece::DayName { short: count < 4 },
        'D' => number(Number::DayOfYear, 3),
        'M' if count >= 3 => Piece::MonthName { short: count < 4 },
        'M' => number(Number::Month, 2),
        'd' => number(Number::Day, 2),
        'a' => Piece::HalfDay,
        'K' => number(Number::HalfHour, 2),
        'h' => number(Number::HalfClockHour, 2),
        'H' => number(Number::Hour, 2),
        'k' => number(Number::ClockHour, 2),
        'm' => number(Number::Minute, 2),
        's' => number(Number::Second, 2),
        'S' => Piece::Fraction(count, count),
        'z' => Piece::ZoneName,
        'Z' if count >= 3 => Piece::ZoneName,
        'Z' => Piece::Offset { colon: count == 2 },
        letter => return Err(format!("{letter} is not a letter of date formats")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_widths() {
        assert_eq!(
            read("yyyyMMdd'T'HH''mm").unwrap(),
            [
                Piece::Number(Number::Year, 4, 4),
                Piece::Number(Number::Month, 2, 2),
                Piece::Number(Number::Day, 2, 2),
                Piece::Literal("T".into()),
                Piece::Number(Number::Hour, 2, 2),
                Piece::Literal("'".into()),
                Piece::Number(Number::Minute, 2, 2),
            ]
        );
        assert_eq!(
            read("y-MMM").unwrap(),
            [
                Piece::Number(Number::Year, 1, 9),
                Piece::Literal("-".into()),
                Piece::MonthName { short: true },
            ]
        );
        assert!(read("b").is_err());
    }
}
