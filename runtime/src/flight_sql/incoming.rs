//! [`Incoming`]: the batches of a statement that runs. Dropping it cancels the statement.

use arrow_array::RecordBatch;
use arrow_flight::FlightData;
use arrow_schema::SchemaRef;
use tonic::Streaming;

use super::columns::Columns;
use super::connection::Connection;
use super::decode::Decoder;
use super::failure::Failure;
use crate::budget::effort;
use crate::error::{Error, Kind};
use crate::task::aside;

/// The batches of a result, as they come.
pub(crate) struct Incoming {
    stream: Streaming<FlightData>,
    /// None while it is at work.
    decoder: Option<Decoder>,
}

/// A batch with the number of its bytes on the way.
pub(crate) struct Received {
    pub(crate) batch: RecordBatch,
    pub(crate) bytes: usize,
}

impl Incoming {
    pub(super) fn new(stream: Streaming<FlightData>) -> Incoming {
        Incoming { stream, decoder: Some(Decoder::default()) }
    }

    /// Waits for the columns, which come before all batches.
    pub(crate) async fn schema(&mut self, connection: &Connection) -> Result<SchemaRef, Failure> {
        loop {
            let Some(data) = self.message(connection).await? else {
                let message = "the server sent a result without columns";
                return Err(Error::new(Kind::BrokenData, message).into());
            };
            let mut decoder = self.decoder.take().unwrap_or_default();
            let size = data.data_header.len().saturating_mul(8);
            let (decoder, came) =
                aside(size, move || decoder.push(data).map(|batch| (decoder, batch.is_some())))
                    .await?;
            let schema = decoder.schema();
            self.decoder = Some(decoder);
            match schema {
                Some(schema) if !came => return Ok(schema),
                _ if came => {
                    let message = "the server sent rows before it named their columns";
                    return Err(Error::new(Kind::BrokenData, message).into());
                }
                _ => {}
            }
        }
    }

    /// The next batch, with these columns; none after the last.
    pub(crate) async fn next(
        &mut self,
        connection: &Connection,
        columns: &Columns,
    ) -> Result<Option<Received>, Failure> {
        while let Some(data) = self.message(connection).await? {
            let bytes = data.data_header.len() + data.data_body.len();
            let mut decoder = self.decoder.take().unwrap_or_default();
            let columns = columns.clone();
            let decoded = aside(effort(bytes, columns.leaves), move || {
                let batch = decoder.push(data)?;
                let batch = batch.map(|batch| columns.batch(&batch)).transpose()?;
                Ok((decoder, batch))
            });
            let (decoder, batch) = decoded.await?;
            self.decoder = Some(decoder);
            if let Some(batch) = batch {
                return Ok(Some(Received { batch, bytes }));
            }
        }
        Ok(None)
    }

    /// The next message; none after the server said that this is all.
    async fn message(&mut self, connection: &Connection) -> Result<Option<FlightData>, Failure> {
        self.stream.message().await.map_err(|status| connection.failed(&status).0)
    }
}
