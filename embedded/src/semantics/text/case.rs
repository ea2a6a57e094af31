//! `upper` and `lower`: code point by code point, so that ß stays ß.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use datafusion::arrow::buffer::Buffer;
use datafusion::common::Result;

use super::super::function::Call;

pub(super) fn upper(call: &Call<'_>) -> Result<ArrayRef> {
    map(call, u8::to_ascii_uppercase, |c| one(c.to_uppercase()).unwrap_or_else(|| title(c)))
}

pub(super) fn lower(call: &Call<'_>) -> Result<ArrayRef> {
    // İ is the one letter whose lower case is more than a code point.
    map(call, u8::to_ascii_lowercase, |c| one(c.to_lowercase()).unwrap_or('i'))
}

fn map(call: &Call<'_>, ascii: fn(&u8) -> u8, any: fn(char) -> char) -> Result<ArrayRef> {
    let array = call.array(0)?;
    let array: &StringArray = array.as_string();
    if array.value_data().is_ascii() {
        let bytes: Vec<u8> = array.value_data().iter().map(ascii).collect();
        let (offsets, nulls) = (array.offsets().clone(), array.nulls().cloned());
        return Ok(Arc::new(StringArray::try_new(offsets, Buffer::from(bytes), nulls)?));
    }
    let texts = call.texts(0)?;
    call.make_texts(|row, out| Ok(texts.get(row).map(|text| out.extend(text.chars().map(any)))))
}

/// The only one, if there is only one.
fn one(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// The simple upper case of a letter whose full upper case is several: the
/// Greek letters with iota below have one, all others stay as they are.
fn title(c: char) -> char {
    let upper = match u32::from(c) {
        point @ (0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7) => point + 8,
        point @ (0x1fb3 | 0x1fc3 | 0x1ff3) => point + 9,
        point => point,
    };
    char::from_u32(upper).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_keep_to_one_code_point() {
        // Java's Character.toUpperCase.
        for (letter, expected) in [('ß', 'ß'), ('ŉ', 'ŉ'), ('ᾳ', 'ᾼ'), ('ᾀ', 'ᾈ'), ('é', 'É')]
        {
            assert_eq!(one(letter.to_uppercase()).unwrap_or_else(|| title(letter)), expected);
        }
        assert_eq!(one('İ'.to_lowercase()), None);
    }
}
