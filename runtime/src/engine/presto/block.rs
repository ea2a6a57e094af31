//! [`Block`]: a column of a binary page, found in the page's bytes: where its
//! values, its NULLs and the blocks inside it are. Nothing is decoded here.

use super::bytes::{Bytes, int_at};
use crate::arrow::scalar::Result;
use crate::budget::Budget;

/// How deep blocks may nest. Types nest to 64, each maybe in a dictionary and a
/// run of its own.
const MAX_DEPTH: usize = 200;

/// The values of a column, as they were sent.
pub(super) struct Block<'a> {
    /// How many there are.
    pub(super) count: usize,
    pub(super) form: Form<'a>,
}

pub(super) enum Form<'a> {
    /// Values of so many bytes each.
    Fixed {
        width: usize,
        values: &'a [u8],
        nulls: Nulls<'a>,
        places: Option<Vec<u32>>,
    },
    /// Values of any length, with where each one ends.
    Variable {
        ends: &'a [u8],
        values: &'a [u8],
        nulls: Nulls<'a>,
    },
    /// Lists, with where each one begins, and the last ends.
    Array {
        elements: Box<Block<'a>>,
        offsets: &'a [u8],
        nulls: Nulls<'a>,
    },
    Map {
        keys: Box<Block<'a>>,
        values: Box<Block<'a>>,
        offsets: &'a [u8],
        nulls: Nulls<'a>,
    },
    /// The fields have no values for rows that are NULL.
    Row {
        fields: Vec<Block<'a>>,
        offsets: &'a [u8],
        nulls: Nulls<'a>,
    },
    /// For each value, its place among others.
    Dictionary {
        values: Box<Block<'a>>,
        ids: &'a [u8],
    },
    /// The same value each time.
    Run(Box<Block<'a>>),
}

/// Which values are NULL: a bit each, the highest first; or none is.
#[derive(Clone, Copy)]
pub(super) struct Nulls<'a>(Option<&'a [u8]>);

impl<'a> Nulls<'a> {
    fn read(bytes: &mut Bytes<'a>, count: usize) -> Result<Nulls<'a>> {
        const EXPECTED: &str = "which values are NULL";
        Ok(Nulls(match bytes.byte(EXPECTED)? {
            0 => None,
            _ => Some(bytes.take(count.div_ceil(8), EXPECTED)?),
        }))
    }

    #[inline]
    pub(super) fn at(self, index: usize) -> bool {
        let Some(bits) = self.0 else { return false };
        bits.get(index / 8).is_some_and(|byte| byte & (0x80 >> (index % 8)) != 0)
    }

    /// Where each value is among those that are not NULL, where some are.
    fn places(self, count: usize) -> (usize, Option<Vec<u32>>) {
        if self.0.is_none() {
            return (count, None);
        }
        let mut next = 0;
        let places = (0..count).map(|index| {
            let place = next;
            next += u32::from(!self.at(index));
            place
        });
        let places = places.collect();
        (next as usize, Some(places))
    }
}

impl<'a> Block<'a> {
    /// Reads the next block.
    pub(super) fn read(bytes: &mut Bytes<'a>, budget: &mut Budget) -> Result<Block<'a>> {
        read(bytes, budget, 0)
    }

    /// Begin and end of a list among the elements.
    pub(super) fn list(offsets: &[u8], index: usize, elements: usize) -> Option<(usize, usize)> {
        let (start, end) = (int_at(offsets, index)?, int_at(offsets, index + 1)?);
        (start <= end && end <= elements).then_some((start, end))
    }
}

fn read<'a>(bytes: &mut Bytes<'a>, budget: &mut Budget, depth: usize) -> Result<Block<'a>> {
    if depth > MAX_DEPTH {
        return Err(bytes.malformed("fewer blocks in each other"));
    }
    let length = bytes.count("the name of a block")?;
    let name = bytes.take(length, "the name of a block")?;
    let inner =
        |bytes: &mut Bytes<'a>, budget: &mut Budget| read(bytes, budget, depth + 1).map(Box::new);
    match name {
        b"BYTE_ARRAY" => fixed(bytes, budget, 1),
        b"SHORT_ARRAY" => fixed(bytes, budget, 2),
        b"INT_ARRAY" => fixed(bytes, budget, 4),
        b"LONG_ARRAY" => fixed(bytes, budget, 8),
        b"INT128_ARRAY" => fixed(bytes, budget, 16),
        b"VARIABLE_WIDTH" => {
            let count = counted(bytes, budget)?;
            let ends = bytes.items(count, 4, "where the values end")?;
            let nulls = Nulls::read(bytes, count)?;
            let length = bytes.count("the length of the values")?;
            let values = bytes.take(length, "the values of a block")?;
            Ok(Block { count, form: Form::Variable { ends, values, nulls } })
        }
        b"ARRAY" => {
            let elements = inner(bytes, budget)?;
            let (count, offsets, nulls) = lists(bytes, budget)?;
            Ok(Block { count, form: Form::Array { elements, offsets, nulls } })
        }
        b"MAP" => {
            let (keys, values) = (inner(bytes, budget)?, inner(bytes, budget)?);
            // A hash table, where there is one; -1 says that there is none.
            if let Ok(length) = usize::try_from(bytes.int("the length of a hash table")?) {
                bytes.items(length, 4, "a hash table")?;
            }
            let (count, offsets, nulls) = lists(bytes, budget)?;
            if keys.count != values.count {
                return Err(bytes.malformed("as many values as keys"));
            }
            Ok(Block { count, form: Form::Map { keys, values, offsets, nulls } })
        }
        b"ROW" => {
            let mut fields = Vec::new();
            for _ in 0..bytes.count("a number of fields")? {
                fields.push(read(bytes, budget, depth + 1)?);
            }
            let (count, offsets, nulls) = lists(bytes, budget)?;
            Ok(Block { count, form: Form::Row { fields, offsets, nulls } })
        }
        b"DICTIONARY" => {
            let count = counted(bytes, budget)?;
            let values = inner(bytes, budget)?;
            let ids = bytes.items(count, 4, "places in a dictionary")?;
            bytes.take(24, "the name of a dictionary")?;
            Ok(Block { count, form: Form::Dictionary { values, ids } })
        }
        b"RLE" => {
            let count = counted(bytes, budget)?;
            let value = inner(bytes, budget)?;
            if value.count != 1 {
                return Err(bytes.malformed("one value of a run"));
            }
            Ok(Block { count, form: Form::Run(value) })
        }
        _ => Err(bytes.malformed("a block of a known form")),
    }
}

/// How many values a block has. What they take is charged where they are decoded,
/// or where memory is set aside for them.
fn counted(bytes: &mut Bytes<'_>, budget: &mut Budget) -> Result<usize> {
    budget.charge(1, size_of::<Block<'_>>())?;
    bytes.count("a number of values")
}

fn fixed<'a>(bytes: &mut Bytes<'a>, budget: &mut Budget, width: usize) -> Result<Block<'a>> {
    let count = counted(bytes, budget)?;
    let nulls = Nulls::read(bytes, count)?;
    if nulls.0.is_some() {
        budget.charge(count, size_of::<u32>())?;
    }
    let (sent, places) = nulls.places(count);
    let values = bytes.items(sent, width, "the values of a block")?;
    Ok(Block { count, form: Form::Fixed { width, values, nulls, places } })
}

/// The end of every nested block.
fn lists<'a>(bytes: &mut Bytes<'a>, budget: &mut Budget) -> Result<(usize, &'a [u8], Nulls<'a>)> {
    let count = counted(bytes, budget)?;
    let offsets = bytes.items(count + 1, 4, "where the lists begin")?;
    let nulls = Nulls::read(bytes, count)?;
    Ok((count, offsets, nulls))
}
