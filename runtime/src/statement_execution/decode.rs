//! The bytes of a chunk as batches: LZ4 frames, one or many, of one stream of Arrow's IPC format.

use std::io::Read;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use lz4_flex::frame::FrameDecoder;

use super::columns::Columns;
use crate::budget::Budget;
use crate::error::{Error, Kind, Result};

/// How much is unpacked between two looks at the budget.
const PIECE: usize = 1 << 20;

/// How chunks are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Lz4,
}

impl Packing {
    /// That of a name in the manifest.
    pub(super) fn of(name: Option<&str>) -> Result<Packing> {
        match name {
            None => Ok(Packing::None),
            Some("LZ4_FRAME") => Ok(Packing::Lz4),
            Some(_) => Err(broken("is compressed in a way that was not asked for")),
        }
    }

    fn unpack(self, packed: Vec<u8>) -> Result<Vec<u8>> {
        if self == Packing::None {
            return Ok(packed);
        }
        let mut budget = Budget::of(packed.len());
        let mut unpacked = Vec::with_capacity(packed.len().saturating_mul(2).min(64 << 20));
        let mut frames = FrameDecoder::new(&packed[..]);
        // A frame ends the reading; what is left is another one.
        loop {
            let before = unpacked.len();
            (&mut frames)
                .take(PIECE as u64)
                .read_to_end(&mut unpacked)
                .map_err(|error| broken("can't be unpacked").caused_by(error))?;
            let more = unpacked.len() - before;
            budget.charge(more, 1)?;
            if more == 0 && frames.get_ref().is_empty() {
                return Ok(unpacked);
            }
        }
    }
}

/// The batches of a chunk, which has so many rows: those beyond are left out, as they pad it.
pub(super) fn batches(
    packed: Vec<u8>,
    packing: Packing,
    columns: &Columns,
    rows: u64,
) -> Result<Vec<RecordBatch>> {
    let mut bytes = Buffer::from_vec(packing.unpack(packed)?);
    let unreadable = |error: arrow_schema::ArrowError| broken("is not Arrow's").caused_by(error);
    let mut decoder = StreamDecoder::new();
    let (mut batches, mut came) = (Vec::new(), 0);
    while came < rows {
        let Some(batch) = decoder.decode(&mut bytes).map_err(unreadable)? else { break };
        let missing = usize::try_from(rows - came).unwrap_or(usize::MAX);
        let batch = batch.slice(0, batch.num_rows().min(missing));
        came += batch.num_rows() as u64;
        if batch.num_rows() > 0 {
            batches.push(columns.batch(&batch)?);
        }
    }
    if came < rows {
        return Err(broken(&format!("has {came} rows, and the server declares {rows}"))
            .help("run the query again"));
    }
    Ok(batches)
}

#[cold]
fn broken(what: &str) -> Error {
    Error::new(Kind::BrokenData, format!("a chunk of the result {what}"))
}
