//! A binary page: its head, its checksum, its packing, and the blocks in it as an
//! Arrow batch. It is what Presto's workers send each other, in base64.

use arrow_array::RecordBatch;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lakequery_types::json::Malformed;

use super::block::Block;
use super::bytes::Bytes;
use super::values::{Places, append};
use crate::arrow::build::ArrayBuilder;
use crate::arrow::scalar::Fault;
use crate::budget::{Budget, TooLarge};
use crate::coordinator::rows::Columns;
use crate::error::{Error, Kind, Result};

/// The bits of a page's markers.
const PACKED: u8 = 1;
const ENCRYPTED: u8 = 2;
const CHECKED: u8 = 4;

/// What to do where pages can't be read.
const AS_TEXT: &str = "ask for rows as text with `binary_results=false` in the URL";

#[cold]
fn broken(what: &str) -> Error {
    Error::new(Kind::BrokenData, format!("a page of the result {what}"))
}

/// Decodes a page.
pub(super) fn decode(columns: &Columns, page: &str, budget: &mut Budget) -> Result<RecordBatch> {
    let page = STANDARD.decode(page).map_err(|_| broken("is not base64"))?;
    decode_bytes(columns, &page, budget)
}

pub(super) fn decode_bytes(
    columns: &Columns,
    page: &[u8],
    budget: &mut Budget,
) -> Result<RecordBatch> {
    let mut bytes = Bytes::new(page);
    let Head { rows, unpacked, data } =
        head(&mut bytes, budget).map_err(|fault| explain(fault, None, columns))??;
    let data = match &unpacked {
        Some(unpacked) => unpacked,
        None => data,
    };
    let mut arrays = columns.builders()?;
    let mut at = None;
    fill(columns, &mut arrays, data, rows, &mut at, budget)
        .map_err(|fault| explain(fault, at, columns))?;
    columns.batch(&mut arrays, rows)
}

/// What stands before the blocks of a page.
struct Head<'a> {
    rows: usize,
    /// The blocks, where they were packed.
    unpacked: Option<Vec<u8>>,
    data: &'a [u8],
}

fn head<'a>(bytes: &mut Bytes<'a>, budget: &mut Budget) -> Result<Result<Head<'a>>, Fault> {
    const EXPECTED: &str = "the head of a page";
    let rows = bytes.count(EXPECTED)?;
    let markers = bytes.byte(EXPECTED)?;
    let length = bytes.count(EXPECTED)?;
    let size = bytes.count(EXPECTED)?;
    let sum = bytes.take(8, EXPECTED)?;
    let data = bytes.take(size, "the blocks of a page")?;
    // The server's buffer may be longer than what it wrote there.
    if bytes.rest().iter().any(|byte| *byte != 0) {
        return Err(bytes.malformed("the end of a page"));
    }
    if markers & ENCRYPTED != 0 {
        return Ok(Err(
            Error::new(Kind::Unsupported, "the pages of the result are encrypted").help(AS_TEXT)
        ));
    }
    if markers & CHECKED != 0 {
        let ints = |number: usize| (number as u32).to_le_bytes();
        let expected =
            checksum(data.iter().copied().chain([markers]).chain(ints(rows)).chain(ints(length)));
        if sum != u64::from(expected).to_le_bytes() {
            return Ok(Err(broken("has another checksum than it declares")));
        }
    }
    Ok(if markers & PACKED != 0 {
        unpack(data, length, budget).map(|unpacked| Head { rows, unpacked: Some(unpacked), data })
    } else if length == size {
        Ok(Head { rows, unpacked: None, data })
    } else {
        Err(broken("is of another length than it declares"))
    })
}

/// Unpacks the blocks: with LZ4, which is what workers use unless they are told
/// otherwise.
fn unpack(packed: &[u8], length: usize, budget: &mut Budget) -> Result<Vec<u8>> {
    // No byte unpacks to more than 255 of them; what a server declares beyond
    // that is not believed, and no memory is set aside for it.
    if length > packed.len().saturating_mul(256).saturating_add(256) {
        return Err(broken("declares a length that can't be"));
    }
    budget.charge(length, 1).map_err(|large| Error::from(large).help(AS_TEXT))?;
    let unpacked = lz4_flex::block::decompress(packed, length)
        .map_err(|error| broken("can't be unpacked").caused_by(error).help(AS_TEXT))?;
    if unpacked.len() != length {
        return Err(broken("unpacks to another length than it declares"));
    }
    Ok(unpacked)
}

/// Reads the blocks of a page into columns; `at` is the column that it was at.
fn fill(
    columns: &Columns,
    arrays: &mut [ArrayBuilder],
    data: &[u8],
    rows: usize,
    at: &mut Option<usize>,
    budget: &mut Budget,
) -> Result<(), Fault> {
    let mut bytes = Bytes::new(data);
    if bytes.count("a number of columns")? != arrays.len() {
        return Err(bytes.malformed("as many columns as the result has"));
    }
    budget.charge(rows, columns.cost)?;
    for (index, (array, kind)) in arrays.iter_mut().zip(&*columns.kinds).enumerate() {
        *at = Some(index);
        let block = Block::read(&mut bytes, budget)?;
        if block.count != rows {
            return Err(bytes.malformed("as many values as the page has rows"));
        }
        append(array, kind, &block, Places::Range(0..rows), budget)?;
    }
    match bytes.rest() {
        [] => Ok(()),
        _ => Err(bytes.malformed("the end of a page")),
    }
}

#[cold]
fn explain(fault: Fault, column: Option<usize>, columns: &Columns) -> Error {
    if fault == Fault::TooLarge {
        return Error::from(TooLarge).help(AS_TEXT);
    }
    let field = column.and_then(|column| columns.schema.fields().get(column));
    let of = field.map_or_else(String::new, |field| format!(", in column `{}`", field.name()));
    broken(&match fault {
        Fault::Malformed(Malformed { at, expected }) => {
            format!("is broken or cut short: expected {expected} at byte {at}{of}")
        }
        _ => format!("holds a value that is not of its type{of}"),
    })
}

/// CRC-32, as in zip and png.
fn checksum(bytes: impl Iterator<Item = u8>) -> u32 {
    const TABLE: [u32; 256] = {
        let (mut table, mut byte) = ([0; 256], 0);
        while byte < 256 {
            let (mut sum, mut bit) = (byte as u32, 0);
            while bit < 8 {
                sum = if sum & 1 == 0 { sum >> 1 } else { sum >> 1 ^ 0xedb8_8320 };
                bit += 1;
            }
            table[byte] = sum;
            byte += 1;
        }
        table
    };
    let step = |sum: u32, byte| sum >> 8 ^ TABLE[usize::from(sum as u8 ^ byte)];
    !bytes.fold(u32::MAX, step)
}
