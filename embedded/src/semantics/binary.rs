//! Functions on varbinary: hashes, and bytes as text and back.

mod base32;
mod hash;
mod kinds;
mod murmur3;
mod numbers;
mod spooky;

use arrow_array::ArrayRef;
use arrow_array::types::Int64Type;
use arrow_schema::DataType;
use base64::alphabet::{self, Alphabet};
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, Engine};
use datafusion::common::Result;

use super::function::{Call, Function, Param, Takes, refuse};
use kinds::{BYTES, TEXT, TEXT_OR_BYTES, TO_BYTES, TO_TEXT, shown};

/// As Java reads it: padding may be left out, and bits that are left over say nothing.
const fn lenient(alphabet: &Alphabet) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(alphabet, config)
}

const STANDARD: GeneralPurpose = lenient(&alphabet::STANDARD);
const URL_SAFE: GeneralPurpose = lenient(&alphabet::URL_SAFE);

/// The functions on bytes.
pub(super) fn functions() -> Vec<Function> {
    let mut functions = vec![
        Function::new("to_hex", BYTES, TO_TEXT, to_hex),
        Function::new("from_hex", TEXT_OR_BYTES, TO_BYTES, from_hex),
        Function::new("to_base64", BYTES, TO_TEXT, |call| encode(call, &STANDARD)),
        Function::new("to_base64url", BYTES, TO_TEXT, |call| encode(call, &URL_SAFE)),
        Function::new("from_base64", TEXT_OR_BYTES, TO_BYTES, |call| decode(call, &STANDARD)),
        Function::new("from_base64url", TEXT_OR_BYTES, TO_BYTES, |call| decode(call, &URL_SAFE)),
        Function::new("to_utf8", TEXT, TO_BYTES, |call| {
            let texts = call.texts(0)?;
            call.make_bytes(|row, out| Ok(texts.get(row).map(|text| out.extend(text.as_bytes()))))
        }),
        Function::new(
            "from_utf8",
            Takes::Lists(&[
                &[Param::Bytes],
                &[Param::Bytes, Param::Text],
                &[Param::Bytes, Param::Bigint],
            ]),
            TO_TEXT,
            from_utf8,
        ),
    ];
    functions.extend(base32::functions());
    functions.extend(hash::functions());
    functions.extend(numbers::functions());
    functions
}

fn to_hex(call: &Call<'_>) -> Result<ArrayRef> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let values = call.bytes(0)?;
    call.make_texts(|row, out| {
        Ok(values.get(row).map(|value| {
            for byte in value {
                out.push(DIGITS[usize::from(byte >> 4)].into());
                out.push(DIGITS[usize::from(byte & 15)].into());
            }
        }))
    })
}

fn from_hex(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.octets(0)?;
    call.make_bytes(|row, out| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        let digit = |digit: &u8| char::from(*digit).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let (pairs, odd) = text.as_chunks::<2>();
        for [high, low] in pairs {
            match digit(high).zip(digit(low)) {
                Some((high, low)) => out.push(high << 4 | low),
                None => return refuse(format!("'{}' is not hexadecimal", shown(text))),
            }
        }
        if !odd.is_empty() {
            return refuse(format!("'{}' has an odd number of digits", shown(text)));
        }
        Ok(Some(()))
    })
}

fn encode(call: &Call<'_>, engine: &impl Engine) -> Result<ArrayRef> {
    let values = call.bytes(0)?;
    call.make_texts(|row, out| Ok(values.get(row).map(|value| engine.encode_string(value, out))))
}

fn decode(call: &Call<'_>, engine: &impl Engine) -> Result<ArrayRef> {
    let texts = call.octets(0)?;
    call.make_bytes(|row, out| match texts.get(row) {
        // Where there is padding, there is all of it.
        Some(text) => match engine.decode_vec(text, out) {
            Ok(()) if !text.ends_with(b"=") || text.len().is_multiple_of(4) => Ok(Some(())),
            _ => refuse(format!("'{}' is not base64", shown(text))),
        },
        None => Ok(None),
    })
}

fn from_utf8(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.bytes(0)?;
    let replacements = match call.count() {
        1 => None,
        _ if call.ty(1) == DataType::Int64 => {
            let points = call.numbers::<Int64Type>(1)?;
            let points: Vec<_> = (0..call.rows()).map(|row| points.get(row)).collect();
            let text = |point: i64| match u32::try_from(point).ok().and_then(char::from_u32) {
                Some(c) => Ok(c.to_string()),
                None => refuse(format!("{point} is not a code point")),
            };
            let texts = points.into_iter().map(|point| point.map(text).transpose());
            Some(texts.collect::<Result<Vec<_>>>()?)
        }
        _ => {
            let texts = call.texts(1)?;
            let text = |row| match texts.get(row) {
                Some(text) if text.chars().nth(1).is_some() => {
                    refuse(format!("'{text}' is more than one character"))
                }
                text => Ok(text.map(str::to_owned)),
            };
            Some((0..call.rows()).map(text).collect::<Result<Vec<_>>>()?)
        }
    };
    call.make_texts(|row, out| {
        let replacement = match &replacements {
            Some(replacements) => replacements[row].as_deref(),
            None => Some("\u{fffd}"),
        };
        let (Some(value), Some(replacement)) = (values.get(row), replacement) else {
            return Ok(None);
        };
        for chunk in value.utf8_chunks() {
            out.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                out.push_str(replacement);
            }
        }
        Ok(Some(()))
    })
}
