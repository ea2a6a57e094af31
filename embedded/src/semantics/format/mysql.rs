//! MySQL's format letters, as far as Trino has them.

use super::piece::{Number, Piece};

/// Reads a format.
pub(super) fn read(format: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        let Some(letter) = chars.next() else { break };
        let expanded = match letter {
            'r' => "%h:%i:%s %p",
            'T' => "%H:%i:%s",
            'D' | 'U' | 'u' | 'V' | 'w' | 'X' => {
                return Err(format!("%{letter} is not supported in a date format"));
            }
            letter => match piece(letter) {
                Some(piece) => {
                    flush(&mut literal, &mut pieces);
                    pieces.push(piece);
                    continue;
                }
                // Any other letter, and % itself, stands for itself.
                None => {
                    literal.push(letter);
                    continue;
                }
            },
        };
        flush(&mut literal, &mut pieces);
        pieces.extend(read(expanded)?);
    }
    flush(&mut literal, &mut pieces);
    Ok(pieces)
}

fn flush(literal: &mut String, pieces: &mut Vec<Piece>) {
    if !literal.is_empty() {
        pieces.push(Piece::Literal(std::mem::take(literal)));
    }
}

fn piece(letter: char) -> Option<Piece> {
    Some(match letter {
        'a' => Piece::DayName { short: true },
        'b' => Piece::MonthName { short: true },
        'c' => Piece::Number(Number::Month, 1, 2),
        'd' => Piece::Number(Number::Day, 2, 2),
        'e' => Piece::Number(Number::Day, 1, 2),
        'f' => Piece::Fraction(6, 9),
        'H' => Piece::Number(Number::Hour, 2, 2),
        'h' | 'I' => Piece::Number(Number::HalfClockHour, 2, 2),
        'i' => Piece::Number(Number::Minute, 2, 2),
        'j' => Piece::Number(Number::DayOfYear, 3, 3),
        'k' => Piece::Number(Number::Hour, 1, 2),
        'l' => Piece::Number(Number::HalfClockHour, 1, 2),
        'M' => Piece::MonthName { short: false },
        'm' => Piece::Number(Number::Month, 2, 2),
        'p' => Piece::HalfDay,
        'S' | 's' => Piece::Number(Number::Second, 2, 2),
        'v' => Piece::Number(Number::Week, 2, 2),
        'W' => Piece::DayName { short: false },
        'x' => Piece::Number(Number::WeekYear, 4, 4),
        'Y' => Piece::Number(Number::Year, 4, 4),
        'y' => Piece::ShortYear(Number::Year),
        _ => return None,
    })
}
