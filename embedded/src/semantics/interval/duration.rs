//! Intervals as people write them: `parse_duration` and `human_readable_seconds`.

use std::fmt::Write;

use arrow_array::ArrayRef;
use arrow_array::types::{DurationMillisecondType, Float64Type};
use arrow_schema::DataType;
use datafusion::common::Result;

use super::super::function::{Call, Function, Gives, Param, Takes, refuse};
use crate::types::DAY_TO_SECOND;

pub(super) fn functions() -> Vec<Function> {
    const TEXT: Takes = Takes::Lists(&[&[Param::Text]]);
    const DOUBLE: Takes = Takes::Lists(&[&[Param::Double]]);
    const INTERVAL: Gives = Gives::Fixed(&DAY_TO_SECOND);
    const WORDS: Gives = Gives::Fixed(&DataType::Utf8);
    vec![
        Function::new("parse_duration", TEXT, INTERVAL, parse).strict(),
        Function::new("human_readable_seconds", DOUBLE, WORDS, words).strict(),
    ]
}

/// The units, and the milliseconds of each.
const UNITS: [(&str, f64); 7] = [
    ("ns", 0.000_001),
    ("us", 0.001),
    ("ms", 1.0),
    ("s", 1_000.0),
    ("m", 60_000.0),
    ("h", 3_600_000.0),
    ("d", 86_400_000.0),
];

fn parse(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_numbers::<DurationMillisecondType>(|row| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        match millis(text) {
            Some(millis) => Ok(Some(millis)),
            None => refuse(format!(
                "'{text}' is not a duration: a number and one of ns, us, ms, s, m, h and d"
            )),
        }
    })
}

/// The milliseconds of a duration, rounded; `None` for what is none.
fn millis(text: &str) -> Option<i64> {
    let is_space = |c: char| c.is_ascii_whitespace() || c == '\u{b}';
    let text = text.trim_matches(is_space);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = (&text[..end], text[end..].trim_start_matches(is_space));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let millis = (number.parse::<f64>().ok()? * size + 0.5).floor();
    (millis < i64::MAX as f64).then_some(millis as i64)
}

fn words(call: &Call<'_>) -> Result<ArrayRef> {
    let seconds = call.numbers::<Float64Type>(0)?;
    call.make_texts(|row, out| {
        let Some(seconds) = seconds.get(row) else { return Ok(None) };
        if !seconds.is_finite() {
            return refuse(format!("{seconds} is not a number of seconds"));
        }
        let mut rest = seconds.abs().round() as i64;
        let units =
            [("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
        for (name, size) in units {
            let count = rest / size;
            rest %= size;
            if count > 0 || (size == 1 && out.is_empty()) {
                let comma = if out.is_empty() { "" } else { ", " };
                let plural = if count == 1 { "" } else { "s" };
                let _ = write!(out, "{comma}{count} {name}{plural}");
            }
        }
        Ok(Some(()))
    })
}
