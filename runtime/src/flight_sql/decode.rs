//! Messages of a stream as Arrow's batches: each is one of Arrow's IPC format, in two parts.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_flight::FlightData;
use arrow_ipc::reader::StreamDecoder;
use arrow_schema::SchemaRef;

use crate::budget::{Budget, cost};
use crate::error::{Error, Kind, Result};

/// What stands before each message of a stream of Arrow's, where messages are not apart.
const CONTINUES: [u8; 4] = [0xff; 4];

/// Reads messages in their order.
#[derive(Default)]
pub(super) struct Decoder {
    ipc: StreamDecoder,
}

impl Decoder {
    /// The columns, once they came.
    pub(super) fn schema(&self) -> Option<SchemaRef> {
        self.ipc.schema()
    }

    /// Reads the next message: a batch, or something that is about batches.
    pub(super) fn push(&mut self, data: FlightData) -> Result<Option<RecordBatch>> {
        let FlightData { data_header, data_body, .. } = data;
        if data_header.is_empty() {
            return Ok(None);
        }
        let received = data_header.len() + data_body.len();
        check(&data_header, data_body.len())?;
        let length = u32::try_from(data_header.len()).map_err(|_| broken("is too large"))?;
        let head = [&length.to_le_bytes(), &data_header[..]].concat();
        // A message without a body is read when the next one begins, as it does with this.
        let parts = [head.into(), Buffer::from(data_body), Buffer::from(CONTINUES)];
        let mut batch = None;
        for mut part in parts {
            while !part.is_empty() {
                // Arrow's reader panics at some of what it should refuse.
                let decoded = catch_unwind(AssertUnwindSafe(|| self.ipc.decode(&mut part)));
                let decoded = decoded.map_err(|_| broken("is not Arrow's"))?;
                let decoded = decoded.map_err(|error| broken("is not Arrow's").caused_by(error))?;
                batch = decoded.or(batch);
            }
        }
        if let Some(batch) = &batch {
            // A million NULLs take no bytes.
            let fields = batch.schema_ref().fields().iter();
            let each = fields.map(|field| cost(field.data_type())).sum();
            Budget::of(received).charge(batch.num_rows(), each)?;
        }
        Ok(batch)
    }
}

/// Makes sure that a message has the body that it declares, and that this is not compressed:
/// Arrow's reader would set aside whatever memory it declares.
fn check(header: &[u8], body: usize) -> Result<()> {
    let message = arrow_ipc::root_as_message(header).map_err(|_| broken("is not Arrow's"))?;
    if usize::try_from(message.bodyLength()) != Ok(body) {
        return Err(broken("has another length than it declares"));
    }
    let batch = message
        .header_as_record_batch()
        .or_else(|| message.header_as_dictionary_batch().and_then(|it| it.data()));
    match batch.is_some_and(|batch| batch.compression().is_some()) {
        true => Err(broken("is compressed, which was not asked for")),
        false => Ok(()),
    }
}

#[cold]
fn broken(what: &str) -> Error {
    Error::new(Kind::BrokenData, format!("a batch of the result {what}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::Int8Type;
    use arrow_array::{ArrayRef, DictionaryArray, Int64Array, NullArray, RecordBatch};
    use arrow_flight::encode::FlightDataEncoderBuilder;
    use futures::{StreamExt, executor::block_on, stream};

    use super::*;

    fn batch(numbers: &[i64]) -> RecordBatch {
        let texts: DictionaryArray<Int8Type> = numbers.iter().map(|_| Some("é")).collect();
        let columns: [(&str, ArrayRef); 2] =
            [("n", Arc::new(Int64Array::from(numbers.to_vec()))), ("s", Arc::new(texts))];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    /// Messages as another implementation writes them.
    fn messages(batches: Vec<RecordBatch>) -> Vec<FlightData> {
        use arrow_flight::encode::DictionaryHandling::Resend;
        let encoder = FlightDataEncoderBuilder::new().with_dictionary_handling(Resend);
        let encoder = encoder.with_schema(batches[0].schema());
        let messages = encoder.build(stream::iter(batches.into_iter().map(Ok)));
        block_on(messages.map(|message| message.unwrap()).collect())
    }

    fn read(messages: Vec<FlightData>) -> Result<Vec<RecordBatch>> {
        let mut decoder = Decoder::default();
        let mut batches = Vec::new();
        for message in messages {
            batches.extend(decoder.push(message)?);
        }
        Ok(batches)
    }

    #[test]
    fn messages_are_batches() {
        let batches = vec![batch(&[1, 2]), batch(&[]), batch(&[3])];
        let mut messages = messages(batches.clone());
        let mut decoder = Decoder::default();
        assert_eq!(decoder.push(messages.remove(0)).unwrap(), None);
        assert_eq!(decoder.schema(), Some(batches[0].schema()));
        messages.insert(1, FlightData { app_metadata: "x".into(), ..FlightData::default() });
        let mut read = Vec::new();
        for message in messages {
            read.extend(decoder.push(message).unwrap());
        }
        // The encoder leaves empty batches out, or not.
        read.retain(|batch| batch.num_rows() > 0);
        assert_eq!(read, [batches[0].clone(), batches[2].clone()]);
    }

    #[test]
    fn rows_that_take_no_bytes_are_not_believed_without_end() {
        let nulls = |count| -> RecordBatch {
            let array: ArrayRef = Arc::new(NullArray::new(count));
            RecordBatch::try_from_iter([("n", array)]).unwrap()
        };
        assert_eq!(read(messages(vec![nulls(1_000_000)])).unwrap()[0].num_rows(), 1_000_000);
        let error = read(messages(vec![nulls(1 << 31)])).unwrap_err();
        assert!(error.to_string().contains("more memory than an answer of its size"), "{error}");
    }

    #[test]
    fn whatever_is_sent_is_batches_or_an_error() {
        let whole = messages(vec![batch(&[1, 2, 3])]);
        let (mut good, mut refused) = (0, 0);
        for (index, message) in whole.iter().enumerate() {
            let (header, body) = (message.data_header.to_vec(), message.data_body.to_vec());
            let count = header.len() + body.len();
            for at in 0..count {
                for flip in [0x01, 0x40, 0x80, 0xff] {
                    let mut bytes = [header.clone(), body.clone()].concat();
                    bytes[at] ^= flip;
                    let body = bytes.split_off(header.len());
                    let mut messages = whole.clone();
                    messages[index].data_header = bytes.into();
                    messages[index].data_body = body.into();
                    match read(messages) {
                        Ok(_) => good += 1,
                        Err(error) => {
                            assert!(error.is_broken_data(), "{error}");
                            refused += 1;
                        }
                    }
                }
            }
            let mut cut = whole.clone();
            cut[index].data_body.truncate(body.len() / 2);
            assert_eq!(read(cut).is_err(), !body.is_empty(), "{index}");
        }
        assert!(good > 100 && refused > 100, "{good} {refused}");
        // A batch before its columns, and columns that come twice.
        assert!(read(whole[1..].to_vec()).is_err());
        assert!(read([&whole[..1], &whole[..]].concat()).is_err());
    }
}
