//! The bytes of a chunk as batches: LZ4 frames, one or many, of one stream of Arrow's IPC format.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

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
    let unpacked = packing.unpack(packed)?;
    check(&unpacked)?;
    let mut bytes = Buffer::from_vec(unpacked);
    let unreadable = |error: arrow_schema::ArrowError| broken("is not Arrow's").caused_by(error);
    let mut decoder = StreamDecoder::new();
    let (mut batches, mut came) = (Vec::new(), 0);
    while came < rows {
        // Arrow's reader panics at some of what it should refuse.
        let decoded = catch_unwind(AssertUnwindSafe(|| decoder.decode(&mut bytes)));
        let decoded = decoded.map_err(|_| broken("is not Arrow's"))?;
        let Some(batch) = decoded.map_err(unreadable)? else { break };
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

/// Makes sure that no batch is compressed once more: Arrow's reader would set aside whatever
/// memory it declares.
fn check(stream: &[u8]) -> Result<()> {
    let mut rest = stream;
    while let Some((head, after)) = message(rest) {
        // What can't be read is refused where it is decoded.
        let Ok(message) = arrow_ipc::root_as_message(head) else { return Ok(()) };
        if message.header_as_record_batch().is_some_and(|batch| batch.compression().is_some()) {
            return Err(broken("is compressed in a way that was not asked for"));
        }
        let length = usize::try_from(message.bodyLength()).unwrap_or(usize::MAX);
        rest = after.get(length..).unwrap_or_default();
    }
    Ok(())
}

/// The head of the next message of a stream, which has its length before it, and what follows.
fn message(stream: &[u8]) -> Option<(&[u8], &[u8])> {
    const CONTINUES: u32 = u32::MAX;
    let (mut length, mut rest) = stream.split_first_chunk::<4>()?;
    if u32::from_le_bytes(*length) == CONTINUES {
        (length, rest) = rest.split_first_chunk::<4>()?;
    }
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    rest.split_at_checked(length).filter(|_| length > 0)
}

#[cold]
fn broken(what: &str) -> Error {
    Error::new(Kind::BrokenData, format!("a chunk of the result {what}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, StringArray};
    use arrow_ipc::writer::{IpcWriteOptions, StreamWriter};

    use super::super::message::Column;
    use super::*;

    fn batch() -> RecordBatch {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]));
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some(""), None]));
        RecordBatch::try_from_iter([("n", numbers), ("s", texts)]).unwrap()
    }

    fn columns() -> Columns {
        let column = |name: &str, ty: &str| Column { name: name.into(), ty: ty.into() };
        Columns::new(&[column("n", "BIGINT"), column("s", "STRING")], None).unwrap()
    }

    fn stream(options: IpcWriteOptions) -> Result<Vec<u8>, arrow_schema::ArrowError> {
        let batch = batch();
        let writer = StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options);
        let mut writer = writer?;
        writer.write(&batch)?;
        writer.into_inner()
    }

    #[test]
    fn whatever_is_sent_is_rows_or_an_error() {
        let whole = stream(IpcWriteOptions::default()).unwrap();
        let read = |bytes: Vec<u8>| batches(bytes, Packing::None, &columns(), 3);
        assert_eq!(read(whole.clone()).unwrap(), [columns().batch(&batch()).unwrap()]);
        let (mut rows, mut refused) = (0, 0);
        for at in 0..whole.len() {
            for flip in [0x01, 0x40, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] ^= flip;
                match read(bytes) {
                    Ok(_) => rows += 1,
                    Err(error) => {
                        assert!(error.is_broken_data(), "{error}");
                        refused += 1;
                    }
                }
            }
            // The end of the stream may be absent.
            assert_eq!(read(whole[..at].to_vec()).is_ok(), at + 8 >= whole.len(), "{at}");
        }
        assert!(rows > 100 && refused > 100, "{rows} {refused}");
    }

    #[test]
    fn what_is_compressed_once_more_is_refused() {
        let options = IpcWriteOptions::default();
        let options = options.try_with_compression(Some(arrow_ipc::CompressionType::LZ4_FRAME));
        // Where Arrow can't write it, it can't be read either.
        let Ok(bytes) = options.and_then(stream) else { return };
        let error = batches(bytes, Packing::None, &columns(), 3).unwrap_err();
        assert!(error.to_string().contains("is compressed in a way"), "{error}");
    }
}
