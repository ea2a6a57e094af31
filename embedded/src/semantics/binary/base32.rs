//! `to_base32` and `from_base32`: five bits a letter, as RFC 4648 has it.

use arrow_array::ArrayRef;
use datafusion::common::Result;

use super::super::function::{Call, Function, refuse};
use super::kinds::{BYTES, TEXT_OR_BYTES, TO_BYTES, TO_TEXT, shown};

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("to_base32", BYTES, TO_TEXT, encode),
        Function::new("from_base32", TEXT_OR_BYTES, TO_BYTES, decode),
    ]
}

fn encode(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.bytes(0)?;
    call.make_texts(|row, out| {
        let Some(value) = values.get(row) else { return Ok(None) };
        for block in value.chunks(5) {
            let bits = (0..5).fold(0_u64, |bits, at| {
                bits << 8 | u64::from(block.get(at).copied().unwrap_or_default())
            });
            let letters = (block.len() * 8).div_ceil(5);
            out.extend((0..letters).map(|at| {
                let letter = bits >> (35 - 5 * at) & 31;
                char::from(LETTERS[letter as usize])
            }));
            out.extend(std::iter::repeat_n('=', 8 - letters));
        }
        Ok(Some(()))
    })
}

fn decode(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.octets(0)?;
    call.make_bytes(|row, out| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        let end = text.iter().rposition(|letter| *letter != b'=');
        let letters = &text[..end.map_or(0, |last| last + 1)];
        // Of these lengths, the last letters do not make up a byte.
        if matches!(letters.len() % 8, 1 | 3 | 6) {
            return refuse(format!("'{}' is not base32", shown(text)));
        }
        for block in letters.chunks(8) {
            let mut bits = 0_u64;
            for at in 0..8 {
                let letter = match block.get(at) {
                    Some(letter) => LETTERS.iter().position(|known| known == letter),
                    None => Some(0),
                };
                let Some(letter) = letter else {
                    return refuse(format!("'{}' is not base32", shown(text)));
                };
                bits = bits << 5 | letter as u64;
            }
            out.extend(&bits.to_be_bytes()[3..3 + block.len() * 5 / 8]);
        }
        Ok(Some(()))
    })
}
