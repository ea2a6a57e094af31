//! Large numbers as people write them: sizes of data, and counts in thousands.

use std::borrow::Cow;

use arrow_array::ArrayRef;
use arrow_array::types::{Decimal128Type, Float64Type, Int64Type};
use arrow_buffer::i256;
use arrow_schema::DataType;
use datafusion::common::Result;
use lakequery_types::MAX_PRECISION;

use super::super::function::{Call, Function, Gives, Param, Takes, refuse};

pub(super) fn functions() -> Vec<Function> {
    const TEXT: Gives = Gives::Fixed(&DataType::Utf8);
    const ONE: Takes = Takes::Lists(&[&[Param::Text]]);
    const COUNT: Takes = Takes::Lists(&[&[Param::Bigint], &[Param::Double]]);
    const BYTES: Gives = Gives::Fixed(&DataType::Decimal128(MAX_PRECISION, 0));
    vec![
        Function::new("parse_data_size", ONE, BYTES, parse_data_size).strict(),
        Function::new("parse_presto_data_size", ONE, BYTES, parse_data_size).strict(),
        Function::new("format_number", COUNT, TEXT, format_number).strict(),
    ]
}

/// The units, each of which is 1024 of the one before it.
const UNITS: [&str; 9] = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

fn parse_data_size(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_numbers::<Decimal128Type>(|row| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        let Some(size) = data_size(text) else {
            return refuse(format!(
                "'{text}' is not a size of data: a number and one of {}",
                UNITS.join(", ")
            ));
        };
        match size.to_i128().filter(|size| *size < 10_i128.pow(MAX_PRECISION.into())) {
            Some(size) => Ok(Some(size)),
            None => refuse(format!("'{text}' is more than {MAX_PRECISION} digits of bytes")),
        }
    })
}

/// The whole bytes of a size; `None` for what is none. What has too many digits is the most
/// that there is.
fn data_size(text: &str) -> Option<i256> {
    /// Digits of a fraction that can matter.
    const FRACTION: usize = 50;
    /// More digits than a size can have.
    const WHOLE: usize = 45;
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(end);
    let power = UNITS.iter().position(|known| *known == unit)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + fraction.len() == 0 || fraction.contains('.') {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > WHOLE {
        return Some(i256::MAX);
    }
    let fraction = &fraction[..fraction.len().min(FRACTION - whole.len())];
    let digits = format!("0{whole}{fraction}");
    let scale = i256::from_i128(10).checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let factor = i256::from_i128(1 << (10 * power));
    let size = i256::from_string(&digits)?.checked_mul(factor);
    Some(size.map_or(i256::MAX, |size| size.wrapping_div(scale)))
}

/// About three digits, and a letter for the power of a thousand.
fn format_number(call: &Call<'_>) -> Result<ArrayRef> {
    const POWERS: [&str; 6] = ["", "K", "M", "B", "T", "Q"];
    let write = |number: i64, out: &mut String| {
        let (mut number, mut power) = (number as f64, 0);
        while number.abs() >= 1000.0 && power + 1 < POWERS.len() {
            number /= 1000.0;
            power += 1;
        }
        // Negative numbers are below ten.
        let digits = match number {
            _ if number < 10.0 => 2,
            _ if number < 100.0 => 1,
            _ => 0,
        };
        // All digits that the number has.
        let exact = format!("{number:.60}");
        let text = half_up(&exact, digits);
        let text = match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => &text,
        };
        out.push_str(if text == "-0" { "0" } else { text });
        out.push_str(POWERS[power]);
    };
    if call.ty(0) == DataType::Int64 {
        let numbers = call.numbers::<Int64Type>(0)?;
        return call.make_texts(|row, out| Ok(numbers.get(row).map(|number| write(number, out))));
    }
    let numbers = call.numbers::<Float64Type>(0)?;
    call.make_texts(|row, out| Ok(numbers.get(row).map(|number| write(number as i64, out))))
}

/// A number in decimal digits, rounded to so many after the point, from 5 on away from zero.
pub(in super::super) fn half_up(text: &str, digits: usize) -> Cow<'_, str> {
    let Some((whole, fraction)) = text.split_once('.') else { return Cow::Borrowed(text) };
    if fraction.len() <= digits {
        return Cow::Borrowed(text);
    }
    let kept = whole.len() + if digits == 0 { 0 } else { 1 + digits };
    if fraction.as_bytes()[digits] < b'5' {
        return Cow::Borrowed(&text[..kept]);
    }
    let mut rounded = text[..kept].to_owned().into_bytes();
    for at in (0..rounded.len()).rev() {
        match rounded[at] {
            b'9' => rounded[at] = b'0',
            b'0'..=b'8' => {
                rounded[at] += 1;
                return Cow::Owned(String::from_utf8_lossy(&rounded).into_owned());
            }
            _ => {}
        }
    }
    let first = rounded.iter().position(u8::is_ascii_digit).unwrap_or_default();
    rounded.insert(first, b'1');
    Cow::Owned(String::from_utf8_lossy(&rounded).into_owned())
}
