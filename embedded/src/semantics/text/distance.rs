//! Distances between texts, and codes of them.

use arrow_array::ArrayRef;
use arrow_array::types::Int64Type;
use arrow_schema::DataType;
use datafusion::common::Result;

use super::super::function::{Call, Function, Gives, Param, Takes, refuse};

pub(super) fn functions() -> Vec<Function> {
    const PAIR: Takes = Takes::Lists(&[&[Param::Text, Param::Text]]);
    const ONE: Takes = Takes::Lists(&[&[Param::Text]]);
    const BIGINT: Gives = Gives::Fixed(&DataType::Int64);
    vec![
        Function::new("levenshtein_distance", PAIR, BIGINT, |call| {
            between(call, |left, right| Ok(levenshtein(left, right)))
        }),
        Function::new("hamming_distance", PAIR, BIGINT, |call| between(call, hamming)),
        Function::new("soundex", ONE, Gives::Fixed(&DataType::Utf8), soundex),
        Function::new("luhn_check", ONE, Gives::Fixed(&DataType::Boolean), luhn_check),
    ]
}

fn between(call: &Call<'_>, distance: fn(&str, &str) -> Result<i64>) -> Result<ArrayRef> {
    let (left, right) = (call.texts(0)?, call.texts(1)?);
    call.make_numbers::<Int64Type>(|row| match left.get(row).zip(right.get(row)) {
        Some((left, right)) => distance(left, right).map(Some),
        None => Ok(None),
    })
}

fn levenshtein(left: &str, right: &str) -> i64 {
    let right: Vec<char> = right.chars().collect();
    // The distances from what was read of `left` to each start of `right`.
    let mut row: Vec<i64> = (0..).take(right.len() + 1).collect();
    for (index, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index as i64 + 1;
        for (at, b) in right.iter().enumerate() {
            let replaced = diagonal + i64::from(a != *b);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

fn hamming(left: &str, right: &str) -> Result<i64> {
    let (mut a, mut b, mut distance) = (left.chars(), right.chars(), 0);
    loop {
        match (a.next(), b.next()) {
            (Some(a), Some(b)) => distance += i64::from(a != b),
            (None, None) => return Ok(distance),
            _ => return refuse("hamming_distance takes two texts of one length"),
        }
    }
}

fn soundex(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_texts(|row, out| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        let mut last = None;
        for c in text.chars().filter(|c| c.is_alphabetic()) {
            let letter = c.to_ascii_uppercase();
            let code = match letter {
                'B' | 'F' | 'P' | 'V' => Some('1'),
                'C' | 'G' | 'J' | 'K' | 'Q' | 'S' | 'X' | 'Z' => Some('2'),
                'D' | 'T' => Some('3'),
                'L' => Some('4'),
                'M' | 'N' => Some('5'),
                'R' => Some('6'),
                'A' | 'E' | 'I' | 'O' | 'U' | 'Y' => None,
                // Neither letter separates equal codes around it.
                'H' | 'W' if !out.is_empty() => continue,
                'H' | 'W' => None,
                other => return refuse(format!("soundex knows no letter {other}")),
            };
            if out.is_empty() {
                out.push(letter);
            } else if code != last {
                out.extend(code);
            }
            last = code;
            if out.len() == 4 {
                break;
            }
        }
        while !out.is_empty() && out.len() < 4 {
            out.push('0');
        }
        Ok(Some(()))
    })
}

fn luhn_check(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_booleans(|row| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        if !text.bytes().all(|digit| digit.is_ascii_digit()) {
            return refuse("luhn_check takes digits only");
        }
        if text.is_empty() {
            return Ok(Some(false));
        }
        let digits = text.bytes().rev().map(|digit| u32::from(digit - b'0'));
        let sum: u32 = digits
            .enumerate()
            .map(|(index, digit)| match (index % 2, digit * 2) {
                (0, _) => digit,
                (_, double @ 0..=9) => double,
                (_, double) => double - 9,
            })
            .sum();
        Ok(Some(sum.is_multiple_of(10)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        // Hand calculated.
        for (left, right, expected) in
            [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("日本", "日本語", 1)]
        {
            assert_eq!(levenshtein(left, right), expected, "{left} {right}");
            assert_eq!(levenshtein(right, left), expected, "{right} {left}");
        }
        assert_eq!(hamming("abc", "abd").unwrap(), 1);
        assert!(hamming("abc", "ab").is_err());
    }
}
