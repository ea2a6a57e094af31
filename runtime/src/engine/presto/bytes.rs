//! [`Bytes`]: a place in a page, read with checks at every step.

use lakequery_types::json::Malformed;

use crate::arrow::scalar::{Fault, Result};

/// A place in a page.
pub(super) struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Bytes<'a> {
        Bytes { bytes, at: 0 }
    }

    #[cold]
    pub(super) fn malformed(&self, expected: &'static str) -> Fault {
        Fault::Malformed(Malformed { at: self.at, expected })
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: usize, expected: &'static str) -> Result<&'a [u8]> {
        let end = self.at.checked_add(length);
        let Some(taken) = end.and_then(|end| self.bytes.get(self.at..end)) else {
            return Err(self.malformed(expected));
        };
        self.at += length;
        Ok(taken)
    }

    /// The next `count` items of `width` bytes.
    pub(super) fn items(
        &mut self,
        count: usize,
        width: usize,
        expected: &'static str,
    ) -> Result<&'a [u8]> {
        let length = count.checked_mul(width).ok_or_else(|| self.malformed(expected))?;
        self.take(length, expected)
    }

    pub(super) fn byte(&mut self, expected: &'static str) -> Result<u8> {
        self.take(1, expected)?.first().copied().ok_or_else(|| self.malformed(expected))
    }

    pub(super) fn int(&mut self, expected: &'static str) -> Result<i32> {
        let four = self.take(4, expected)?;
        four.try_into().map(i32::from_le_bytes).map_err(|_| self.malformed(expected))
    }

    /// A number of things, which is not negative.
    pub(super) fn count(&mut self, expected: &'static str) -> Result<usize> {
        let number = self.int(expected)?;
        usize::try_from(number).map_err(|_| self.malformed(expected))
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

/// The number at a place of an array of them.
pub(super) fn int_at(array: &[u8], index: usize) -> Option<usize> {
    let four = array.get(index.checked_mul(4)?..)?.first_chunk()?;
    usize::try_from(i32::from_le_bytes(*four)).ok()
}
