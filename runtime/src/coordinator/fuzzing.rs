//! The readers of answers, segments, types and URLs, called without a server.

use arrow_array::RecordBatch;
use arrow_schema::DataType;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::page::{Data, Place, Segment};
use super::protocol::Protocol;
use super::rows::Columns;
use super::settings::Settings;
use super::spool::{Buffers, Encoding, Packed, Unpacking};
use super::statement_protocol::Said;
use crate::budget::Budget;
use crate::error::Result;
use crate::http::client::place;

/// The names of columns with the names of their types.
pub type Named = Vec<(String, String)>;

/// What an answer holds.
#[derive(Debug)]
pub struct Answer {
    /// The columns, where it names them.
    pub columns: Option<Named>,
    /// The rows.
    pub data: Rows,
}

/// How rows come.
#[derive(Debug)]
pub enum Rows {
    /// There are none.
    None,
    /// As JSON; decoded where the columns are known.
    Json(Option<Result<RecordBatch>>),
    /// As segments in the answer: their encoding, the length that each declares, and
    /// their bytes.
    Segments(String, Vec<(Option<u64>, Vec<u8>)>),
    /// As binary pages.
    Pages(Vec<Vec<u8>>),
}

/// Reads an answer; `None` where it is not one.
pub fn answer(answer: &[u8]) -> Option<Answer> {
    let Said { page, columns, mut budget } = Said::read(answer, false).ok()?;
    let data = match page.data {
        Data::None => Rows::None,
        Data::Rows(rows) => Rows::Json(columns.map(|columns| {
            let rows = answer.get(rows).and_then(|rows| std::str::from_utf8(rows).ok());
            columns?.decode(rows.unwrap_or_default(), 0, &mut budget)
        })),
        Data::Segments(encoding, segments) => {
            let inline = segments.into_iter().filter_map(|segment| match segment.place {
                Place::Inline(data) => Some((segment.unpacked, STANDARD.decode(data).ok()?)),
                Place::Spooled { .. } => None,
            });
            Rows::Segments(encoding, inline.collect())
        }
        Data::Binary(pages) => {
            Rows::Pages(pages.iter().filter_map(|page| STANDARD.decode(page).ok()).collect())
        }
    };
    Some(Answer { columns: page.columns, data })
}

/// Unpacks and decodes a segment.
///
/// # Errors
///
/// Where it is broken.
pub fn segment(
    columns: &Named,
    encoding: &str,
    unpacked: Option<u64>,
    packed: &[u8],
) -> Result<Vec<RecordBatch>> {
    let unpacking = Unpacking {
        encoding: Encoding::parse(encoding)?,
        columns: named(columns)?,
        buffers: Buffers::default(),
        inline: 1,
    };
    let segment = Segment { unpacked, ..Segment::default() };
    let mut batches = Vec::new();
    unpacking.decode(Packed::Bytes(packed.to_vec()), &segment, |batch| {
        batches.push(batch);
        Ok(())
    })?;
    Ok(batches)
}

/// Columns as an answer names them that has nothing else.
pub(crate) fn named(columns: &Named) -> Result<Columns> {
    let length = columns.iter().map(|(name, ty)| name.len() + ty.len()).sum();
    Columns::new(columns, &mut Budget::of(length))
}

/// The Arrow type of the columns of a server's type; `None` where its name can't be read.
pub fn data_type(name: &str) -> Option<DataType> {
    let columns = named(&vec![(String::new(), name.to_owned())]).ok()?;
    Some(columns.schema.field(0).data_type().clone())
}

/// Reads a URL without its scheme: what of it may be shown.
pub(crate) fn shown(rest: &str, protocol: &Protocol, tls: bool) -> Result<String> {
    let Settings { base, headers, statement, .. } = Settings::parse(rest, protocol, tls)?;
    Ok(format!("{} {headers:?} {statement:?}", place(&base)))
}
