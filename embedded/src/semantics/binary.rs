//! Functions on varbinary: hashes, and bytes as text and back.

use arrow_array::ArrayRef;
use arrow_array::types::Int64Type;
use arrow_schema::DataType;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use datafusion::common::Result;
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use twox_hash::XxHash64;

use super::function::{Call, Function, Gives, Param, Takes, refuse};

const BYTES: Takes = Takes::Lists(&[&[Param::Bytes]]);
const TEXT: Takes = Takes::Lists(&[&[Param::Text]]);
const TO_BYTES: Gives = Gives::Fixed(&DataType::Binary);
const TO_TEXT: Gives = Gives::Fixed(&DataType::Utf8);
const TO_BIGINT: Gives = Gives::Fixed(&DataType::Int64);

/// The functions on bytes.
pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("md5", BYTES, TO_BYTES, |call| hash(call, |v| Md5::digest(v).to_vec())),
        Function::new("sha1", BYTES, TO_BYTES, |call| hash(call, |v| Sha1::digest(v).to_vec())),
        Function::new("sha256", BYTES, TO_BYTES, |call| hash(call, |v| Sha256::digest(v).to_vec())),
        Function::new("sha512", BYTES, TO_BYTES, |call| hash(call, |v| Sha512::digest(v).to_vec())),
        Function::new("xxhash64", BYTES, TO_BYTES, |call| {
            hash(call, |value| XxHash64::oneshot(0, value).to_be_bytes().to_vec())
        }),
        Function::new("crc32", BYTES, TO_BIGINT, |call| {
            let values = call.bytes(0)?;
            call.make_numbers::<Int64Type>(|row| Ok(values.get(row).map(|v| crc32(v).into())))
        }),
        Function::new("to_hex", BYTES, TO_TEXT, to_hex),
        Function::new("from_hex", TEXT, TO_BYTES, from_hex),
        Function::new("to_base64", BYTES, TO_TEXT, |call| encode(call, &STANDARD)),
        Function::new("to_base64url", BYTES, TO_TEXT, |call| encode(call, &URL_SAFE)),
        Function::new("from_base64", TEXT, TO_BYTES, |call| decode(call, &STANDARD)),
        Function::new("from_base64url", TEXT, TO_BYTES, |call| decode(call, &URL_SAFE)),
        Function::new("to_utf8", TEXT, TO_BYTES, |call| {
            let texts = call.texts(0)?;
            call.make_bytes(|row, out| Ok(texts.get(row).map(|text| out.extend(text.as_bytes()))))
        }),
        Function::new(
            "from_utf8",
            Takes::Lists(&[&[Param::Bytes], &[Param::Bytes, Param::Text]]),
            TO_TEXT,
            from_utf8,
        ),
        Function::new("to_big_endian_64", Takes::Lists(&[&[Param::Bigint]]), TO_BYTES, |call| {
            let numbers = call.numbers::<Int64Type>(0)?;
            call.make_bytes(|row, out| {
                Ok(numbers.get(row).map(|number| out.extend(number.to_be_bytes())))
            })
        }),
        Function::new("from_big_endian_64", BYTES, TO_BIGINT, |call| {
            let values = call.bytes(0)?;
            call.make_numbers::<Int64Type>(|row| match values.get(row).map(<[u8; 8]>::try_from) {
                Some(Ok(bytes)) => Ok(Some(i64::from_be_bytes(bytes))),
                Some(Err(_)) => refuse("from_big_endian_64 takes 8 bytes"),
                None => Ok(None),
            })
        }),
    ]
}

fn hash(call: &Call<'_>, hash: fn(&[u8]) -> Vec<u8>) -> Result<ArrayRef> {
    let values = call.bytes(0)?;
    call.make_bytes(|row, out| Ok(values.get(row).map(|value| out.extend(hash(value)))))
}

/// The remainders of every byte, for [`crc32`].
const REMAINDERS: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut rest, mut bit) = (byte as u32, 0);
        while bit < 8 {
            rest = if rest & 1 == 1 { 0xedb8_8320 ^ (rest >> 1) } else { rest >> 1 };
            bit += 1;
        }
        table[byte] = rest;
        byte += 1;
    }
    table
};

/// The CRC-32 of IEEE 802.3.
fn crc32(value: &[u8]) -> u32 {
    !value.iter().fold(!0, |rest, byte| REMAINDERS[usize::from(rest as u8 ^ byte)] ^ (rest >> 8))
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
    let texts = call.texts(0)?;
    call.make_bytes(|row, out| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        let digit = |digit: &u8| char::from(*digit).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let (pairs, odd) = text.as_bytes().as_chunks::<2>();
        for [high, low] in pairs {
            match digit(high).zip(digit(low)) {
                Some((high, low)) => out.push(high << 4 | low),
                None => return refuse(format!("'{text}' is not hexadecimal")),
            }
        }
        if !odd.is_empty() {
            return refuse(format!("'{text}' has half a byte at its end"));
        }
        Ok(Some(()))
    })
}

fn encode(call: &Call<'_>, engine: &impl Engine) -> Result<ArrayRef> {
    let values = call.bytes(0)?;
    call.make_texts(|row, out| Ok(values.get(row).map(|value| engine.encode_string(value, out))))
}

fn decode(call: &Call<'_>, engine: &impl Engine) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_bytes(|row, out| match texts.get(row) {
        Some(text) => match engine.decode_vec(text, out) {
            Ok(()) => Ok(Some(())),
            Err(_) => refuse(format!("'{text}' is not base64")),
        },
        None => Ok(None),
    })
}

fn from_utf8(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.bytes(0)?;
    let replacements = if call.count() == 2 { Some(call.texts(1)?) } else { None };
    call.make_texts(|row, out| {
        let replacement = match &replacements {
            Some(replacements) => replacements.get(row),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums() {
        // The check value of the CRC catalogue, and Trino's answer.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"a"), 3_904_355_907);
        assert_eq!(crc32(b""), 0);
    }
}
