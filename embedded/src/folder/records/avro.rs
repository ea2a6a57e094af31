//! Avro's object container files.
//!
//! The reader of `arrow-avro` 59 takes a file that ends within a block for one that ends before
//! it. So the blocks are counted off first, by their lengths and the marks between them (Apache
//! Avro 1.11, "Object Container Files").

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use arrow_avro::reader::{Reader, ReaderBuilder};
use arrow_schema::{ArrowError, SchemaRef};

use super::rows::{Fault, Rows};

const CUT: &str = "it ends within a block";
const DAMAGED: &str = "a block in it is damaged";

pub(super) fn schema(path: &Path) -> Result<SchemaRef, Fault> {
    let mut magic = [0; 4];
    if File::open(path)?.read_exact(&mut magic).is_err() || magic != *b"Obj\x01" {
        return Err("it is not an Avro file".into());
    }
    Ok(open(path, ReaderBuilder::new())?.schema())
}

pub(super) fn rows(path: &Path, names: &[&str], size: usize) -> Result<Rows, Fault> {
    let file = schema(path)?;
    check(BufReader::new(File::open(path)?))?;
    let places = names.iter().map(|name| file.index_of(name)).collect::<Result<Vec<_>, _>>()?;
    let builder = ReaderBuilder::new().with_batch_size(size).with_projection(places);
    Ok(Box::new(open(path, builder)?))
}

fn open(path: &Path, builder: ReaderBuilder) -> Result<Reader<BufReader<File>>, ArrowError> {
    builder.build(BufReader::new(File::open(path)?))
}

/// An error unless the file ends behind a block.
fn check(mut file: BufReader<File>) -> Result<(), Fault> {
    skip(&mut file, 4)?;
    // The metadata: a map, which comes in blocks and ends with one of none.
    loop {
        let mut count = number(&mut file)?;
        if count == 0 {
            break;
        }
        if count < 0 {
            number(&mut file)?;
            count = count.checked_neg().ok_or(DAMAGED)?;
        }
        for _ in 0..count {
            for _ in ["key", "value"] {
                let length = number(&mut file)?;
                skip(&mut file, length)?;
            }
        }
    }
    let mark = mark(&mut file)?;
    while !file.fill_buf()?.is_empty() {
        number(&mut file)?;
        let length = number(&mut file)?;
        skip(&mut file, length)?;
        if self::mark(&mut file)? != mark {
            return Err(DAMAGED.into());
        }
    }
    Ok(())
}

/// The next number: seven bits a byte, the lowest first, and the sign in the lowest bit.
fn number(file: &mut impl Read) -> Result<i64, Fault> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let mut byte = [0];
        file.read_exact(&mut byte).map_err(|_| CUT)?;
        value |= u64::from(byte[0] & 0x7f) << shift;
        if byte[0] < 0x80 {
            return Ok((value >> 1) as i64 ^ -((value & 1) as i64));
        }
    }
    Err(DAMAGED.into())
}

/// Passes over so many bytes; that they are there shows in what is read behind them.
fn skip(file: &mut BufReader<File>, bytes: i64) -> Result<(), Fault> {
    if bytes < 0 {
        return Err(DAMAGED.into());
    }
    Ok(file.seek_relative(bytes)?)
}

/// The mark behind the metadata, and behind each block.
fn mark(file: &mut impl Read) -> Result<[u8; 16], Fault> {
    let mut mark = [0; 16];
    file.read_exact(&mut mark).map_err(|_| CUT)?;
    Ok(mark)
}
