//! Spooled results: the rows of a segment, inline or from the storage, packed or
//! not, as batches.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, Url};
use tokio::sync::{mpsc, oneshot};

use super::connection::Connection;
use super::page::{Place, Segment};
use super::rows::Columns;
use crate::budget::Budget;
use crate::error::{Error, Kind, Result};
use crate::http::client::{Request, Response, place};
use crate::http::link;
use crate::task::{Task, runtime};

/// How often the storage may send the client elsewhere.
const REDIRECTS: usize = 4;

/// How the rows are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Json,
    Lz4,
    Zstd,
}

#[cold]
fn broken(what: &str) -> Error {
    Error::new(Kind::BrokenData, format!("a segment of the result {what}"))
}

impl Encoding {
    pub(crate) fn parse(name: &str) -> Result<Encoding> {
        match name {
            "json" => Ok(Encoding::Json),
            "json+lz4" => Ok(Encoding::Lz4),
            "json+zstd" => Ok(Encoding::Zstd),
            _ => Err(broken("has an encoding that was not asked for")),
        }
    }

    /// Unpacks a segment, which says how long it then is, into a buffer.
    fn unpack<'a>(
        self,
        packed: &'a [u8],
        length: Option<u64>,
        rows: &'a mut Vec<u8>,
        budget: &mut Budget,
    ) -> Result<&'a [u8]> {
        // One that got no smaller is not packed, and says so by saying nothing.
        let (Some(length), false) = (length, self == Encoding::Json) else { return Ok(packed) };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        budget.charge(length, 1)?;
        // No byte unpacks to more than 255 of them with lz4, and few do with zstd;
        // for what a server declares beyond that no memory is set aside.
        let most = packed.len().saturating_mul(256).saturating_add(256);
        let expected = length.min(most);
        rows.clear();
        match self {
            Encoding::Lz4 if length <= most => {
                rows.resize(expected, 0);
                let found = lz4_flex::block::decompress_into(packed, rows)
                    .map_err(|error| broken("can't be unpacked").caused_by(error))?;
                rows.truncate(found);
            }
            Encoding::Zstd if length <= most => {
                rows.reserve_exact(expected);
                zstd::bulk::Decompressor::new()
                    .and_then(|mut zstd| zstd.decompress_to_buffer(packed, rows))
                    .map_err(|error| broken("can't be unpacked").caused_by(error))?;
            }
            // What is hardly to be believed is unpacked as long as more comes.
            Encoding::Zstd => {
                zstd::stream::read::Decoder::with_buffer(packed)
                    .and_then(|unpacked| unpacked.take(length as u64 + 1).read_to_end(rows))
                    .map_err(|error| broken("can't be unpacked").caused_by(error))?;
            }
            _ => return Err(broken("declares a length that can't be")),
        }
        if rows.len() != length {
            return Err(broken("unpacks to another length than it declares"));
        }
        Ok(rows)
    }
}

/// What segments are unpacked into, and others after them: such large pieces of
/// memory come back late to the system when they are given up each time.
#[derive(Clone, Default)]
pub(crate) struct Buffers(Arc<Mutex<Vec<Vec<u8>>>>);

impl Buffers {
    fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give_back(&self, buffer: Vec<u8>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}

/// How the segments of an answer become batches.
#[derive(Clone)]
pub(crate) struct Unpacking {
    pub(crate) encoding: Encoding,
    pub(crate) columns: Columns,
    pub(crate) buffers: Buffers,
    /// How many segments are in the answer itself, and share what it may come to.
    pub(crate) inline: usize,
}

/// The bytes of a segment.
pub(crate) enum Packed {
    Base64(String),
    Bytes(Vec<u8>),
}

impl Unpacking {
    /// Decodes a segment batch by batch.
    pub(crate) fn decode(
        self,
        packed: Packed,
        segment: &Segment,
        mut each: impl FnMut(RecordBatch) -> Result<()>,
    ) -> Result<()> {
        let (packed, parts) = match packed {
            Packed::Base64(text) => {
                (STANDARD.decode(text).map_err(|_| broken("is not base64"))?, self.inline)
            }
            Packed::Bytes(bytes) => (bytes, 1),
        };
        if segment.size.is_some_and(|size| size != packed.len() as u64) {
            return Err(broken("is cut short"));
        }
        let mut budget = Budget::part(packed.len(), parts);
        let mut buffer = self.buffers.take();
        let rows = self.encoding.unpack(&packed, segment.unpacked, &mut buffer, &mut budget)?;
        let rows = std::str::from_utf8(rows).map_err(|_| broken("is not UTF-8"))?;
        let found = self.columns.decode_each(rows, &mut budget, &mut each)?;
        if segment.rows.is_some_and(|count| count != found) {
            return Err(broken("has another number of rows than it declares"));
        }
        self.buffers.give_back(buffer);
        Ok(())
    }
}

/// Fetches a segment, decodes it, and tells the server that it may go.
pub(crate) async fn fetch(
    connection: Arc<Connection>,
    unpacking: Unpacking,
    mut segment: Segment,
    turn: oneshot::Receiver<()>,
    batches: mpsc::Sender<RecordBatch>,
) -> Result<()> {
    let runtime = runtime()?;
    let (packed, ack) = match std::mem::take(&mut segment.place) {
        Place::Inline(data) => (Packed::Base64(data), None),
        Place::Spooled { uri, ack, headers } => {
            (Packed::Bytes(download(&connection, &uri, headers).await?.body), ack)
        }
    };
    if turn.await.is_err() {
        // Nobody wants it any more; then this is being aborted.
        return Ok(());
    }
    let work = Task::blocking(&runtime, move || {
        unpacking.decode(packed, &segment, |batch| {
            let gone = |_| Error::new(Kind::Internal, "the query was cancelled");
            batches.blocking_send(batch).map_err(gone)
        })
    });
    work.end().await?;
    if let Some(ack) = ack.and_then(|ack| Url::parse(&ack).ok()) {
        drop(runtime.spawn(async move {
            // The server forgets the segment anyway, only later.
            let client = connection.client_of(&ack);
            let _ = client.send(&Request::bare(Method::GET, ack.clone(), HeaderMap::new())).await;
        }));
    }
    Ok(())
}

/// Fetches what is at a place in the storage. Only the headers that go with it
/// are sent, and none of the coordinator's; nor do they go on to another host.
async fn download(
    connection: &Connection,
    uri: &str,
    headers: Vec<(String, String)>,
) -> Result<Response> {
    let mut url = Url::parse(uri)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| broken("is at a place that is not a URL"))?;
    let mut sent = link::headers(headers).ok_or_else(|| broken("has headers that can't be"))?;
    for _ in 0..REDIRECTS {
        let request = Request::bare(Method::GET, url.clone(), sent.clone());
        let response = connection.client_of(&url).send(&request).await?;
        if response.status.is_success() {
            return Ok(response);
        }
        let to = response.headers.get(LOCATION).filter(|_| response.status.is_redirection());
        let Some(to) = to.and_then(|to| to.to_str().ok()).and_then(|to| url.join(to).ok()) else {
            return Err(Error::new(
                Kind::Connection,
                format!(
                    "a segment of the result could not be fetched from {} ({})",
                    place(&url),
                    response.status
                ),
            )
            .help("ask for rows in the coordinator's answers with `encoding=none`"));
        };
        if to.origin() != url.origin() {
            sent.clear();
        }
        url = to;
    }
    Err(broken("is sent from place to place"))
}
