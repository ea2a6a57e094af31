//! [`Page`]: what a server answers to each request of a query, read from its
//! JSON. The rows in it are only found here, and decoded elsewhere.

use std::ops::Range;

use lakequery_types::json::{Malformed, Next, Reader};

use crate::budget::{Budget, ENTRY, LEAF, TooLarge};

/// Why an answer could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    NotUtf8,
    Malformed(Malformed),
    TooLarge,
}

impl From<Malformed> for Unreadable {
    fn from(malformed: Malformed) -> Unreadable {
        Unreadable::Malformed(malformed)
    }
}

impl From<TooLarge> for Unreadable {
    fn from(_: TooLarge) -> Unreadable {
        Unreadable::TooLarge
    }
}

type Result<T> = std::result::Result<T, Unreadable>;

/// One answer of the server.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Page {
    pub(crate) id: String,
    /// Where the next page is; there is none after the last.
    pub(crate) next: Option<String>,
    /// Names and types of the columns, once they are known.
    pub(crate) columns: Option<Vec<(String, String)>>,
    pub(crate) data: Data,
    pub(crate) error: Option<Failure>,
    pub(crate) stats: Stats,
    /// What kind of statement it is, where it is none that only reads.
    pub(crate) update: Option<String>,
}

/// The rows of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Data {
    #[default]
    None,
    /// A JSON array of arrays, in these bytes of the answer.
    Rows(Range<usize>),
    /// Rows elsewhere, in this encoding.
    Segments(String, Vec<Segment>),
    /// Presto's own pages, each in base64.
    Binary(Vec<String>),
}

/// A part of the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Segment {
    pub(crate) place: Place,
    pub(crate) rows: Option<u64>,
    /// The size of the segment as it is sent.
    pub(crate) size: Option<u64>,
    /// Its size when it is unpacked; without one, it is not packed.
    pub(crate) unpacked: Option<u64>,
}

#[cfg(feature = "trino")]
impl Segment {
    /// Whether it is in the page.
    pub(crate) fn is_inline(&self) -> bool {
        matches!(self.place, Place::Inline(_))
    }

    /// The bytes of it that are not in the page.
    pub(crate) fn spooled(&self) -> u64 {
        if self.is_inline() { 0 } else { self.size.unwrap_or_default() }
    }
}

/// Where a segment is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// Here, in base64.
    Inline(String),
    /// In the storage.
    Spooled {
        uri: String,
        /// What to ask for when it was read.
        ack: Option<String>,
        /// What to send to the storage.
        headers: Vec<(String, String)>,
    },
}

impl Default for Place {
    fn default() -> Place {
        Place::Inline(String::new())
    }
}

/// Why a query failed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) code: Option<i64>,
    pub(crate) name: String,
    pub(crate) ty: String,
    /// Line and column in the SQL, from 1.
    pub(crate) position: Option<(u32, u32)>,
}

/// How far a query is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stats {
    pub(crate) state: String,
    pub(crate) processed_rows: Option<u64>,
    pub(crate) processed_bytes: Option<u64>,
    pub(crate) percentage: Option<f64>,
}

impl Page {
    /// Reads an answer.
    pub(crate) fn parse(answer: &[u8], budget: &mut Budget) -> Result<Page> {
        let text = std::str::from_utf8(answer).map_err(|_| Unreadable::NotUtf8)?;
        let mut json = Reader::new(text);
        let mut page = Page::default();
        let mut has_id = false;
        object(&mut json, |json, key| {
            match key {
                "id" => {
                    page.id = json.string()?.into_owned();
                    has_id = true;
                }
                "nextUri" => page.next = optional(json, string)?,
                "columns" => page.columns = optional(json, |json| columns(json, budget))?,
                "data" => {
                    page.data = optional(json, |json| data(json, budget))?.unwrap_or_default();
                }
                "binaryData" => {
                    let pages = optional(json, |json| {
                        list(json, |json| {
                            budget.charge(1, ENTRY)?;
                            string(json)
                        })
                    })?;
                    if let Some(pages) = pages {
                        page.data = Data::Binary(pages);
                    }
                }
                "error" => page.error = optional(json, failure)?,
                "stats" => page.stats = optional(json, stats)?.unwrap_or_default(),
                "updateType" => page.update = optional(json, string)?,
                _ => drop(json.skip()?),
            }
            Ok(())
        })?;
        json.end()?;
        if has_id { Ok(page) } else { Err(json.malformed("the id of a query").into()) }
    }
}

fn object<'a>(
    json: &mut Reader<'a>,
    mut each: impl FnMut(&mut Reader<'a>, &str) -> Result<()>,
) -> Result<()> {
    let mut first = true;
    json.object()?;
    while let Some(key) = json.key(&mut first)? {
        each(json, &key)?;
    }
    Ok(())
}

fn list<'a, T>(
    json: &mut Reader<'a>,
    mut each: impl FnMut(&mut Reader<'a>) -> Result<T>,
) -> Result<Vec<T>> {
    let (mut first, mut all) = (true, Vec::new());
    json.array()?;
    while json.element(&mut first)? {
        all.push(each(json)?);
    }
    Ok(all)
}

fn optional<'a, T>(
    json: &mut Reader<'a>,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T>,
) -> Result<Option<T>> {
    if json.null()? { Ok(None) } else { read(json).map(Some) }
}

fn string(json: &mut Reader<'_>) -> Result<String> {
    Ok(json.string()?.into_owned())
}

fn number<T: std::str::FromStr>(json: &mut Reader<'_>) -> Result<T> {
    let text = json.number()?;
    text.parse().map_err(|_| json.malformed("a number that fits").into())
}

fn columns(json: &mut Reader<'_>, budget: &mut Budget) -> Result<Vec<(String, String)>> {
    list(json, |json| {
        budget.charge(1, LEAF)?;
        let (mut name, mut ty) = (None, None);
        object(json, |json, key| {
            match key {
                "name" => name = Some(string(json)?),
                "type" => ty = Some(string(json)?),
                _ => drop(json.skip()?),
            }
            Ok(())
        })?;
        name.zip(ty).ok_or_else(|| json.malformed("name and type of a column").into())
    })
}

fn data(json: &mut Reader<'_>, budget: &mut Budget) -> Result<Data> {
    if json.next()? == Next::Array {
        let start = json.at();
        json.skip()?;
        return Ok(Data::Rows(start..json.at()));
    }
    let (mut encoding, mut segments) = (None, Vec::new());
    object(json, |json, key| {
        match key {
            "encoding" => encoding = Some(string(json)?),
            "segments" => segments = list(json, |json| segment(json, budget))?,
            _ => drop(json.skip()?),
        }
        Ok(())
    })?;
    let encoding = encoding.ok_or_else(|| json.malformed("the encoding of the rows"))?;
    Ok(Data::Segments(encoding, segments))
}

fn segment(json: &mut Reader<'_>, budget: &mut Budget) -> Result<Segment> {
    budget.charge(4, ENTRY)?;
    let mut segment = Segment::default();
    let (mut ty, mut inline, mut uri) = (String::new(), None, None);
    let (mut ack, mut headers) = (None, Vec::new());
    object(json, |json, key| {
        match key {
            "type" => ty = string(json)?,
            "data" => inline = optional(json, string)?,
            "uri" => uri = optional(json, string)?,
            "ackUri" => ack = optional(json, string)?,
            "headers" => {
                optional(json, |json| {
                    object(json, |json, name| {
                        list(json, |json| {
                            budget.charge(1, ENTRY + name.len())?;
                            headers.push((name.to_owned(), string(json)?));
                            Ok(())
                        })
                        .map(drop)
                    })
                })?;
            }
            "metadata" => object(json, |json, key| {
                match key {
                    "rowsCount" => segment.rows = Some(number(json)?),
                    "segmentSize" => segment.size = Some(number(json)?),
                    "uncompressedSize" => segment.unpacked = Some(number(json)?),
                    _ => drop(json.skip()?),
                }
                Ok(())
            })?,
            _ => drop(json.skip()?),
        }
        Ok(())
    })?;
    segment.place = match (ty.as_str(), inline, uri) {
        ("inline", Some(data), _) => Place::Inline(data),
        ("spooled", _, Some(uri)) => Place::Spooled { uri, ack, headers },
        _ => return Err(json.malformed("a segment that is inline or spooled").into()),
    };
    Ok(segment)
}

fn failure(json: &mut Reader<'_>) -> Result<Failure> {
    let mut failure = Failure::default();
    object(json, |json, key| {
        match key {
            "message" => failure.message = optional(json, string)?.unwrap_or_default(),
            "errorCode" => failure.code = optional(json, number)?,
            "errorName" => failure.name = optional(json, string)?.unwrap_or_default(),
            "errorType" => failure.ty = optional(json, string)?.unwrap_or_default(),
            "errorLocation" => {
                failure.position = optional(json, |json| {
                    let (mut line, mut column) = (0, 0);
                    object(json, |json, key| {
                        match key {
                            "lineNumber" => line = number(json)?,
                            "columnNumber" => column = number(json)?,
                            _ => drop(json.skip()?),
                        }
                        Ok(())
                    })?;
                    Ok((line, column))
                })?;
            }
            _ => drop(json.skip()?),
        }
        Ok(())
    })?;
    Ok(failure)
}

fn stats(json: &mut Reader<'_>) -> Result<Stats> {
    let mut stats = Stats::default();
    object(json, |json, key| {
        match key {
            "state" => stats.state = string(json)?,
            "processedRows" => stats.processed_rows = optional(json, number)?,
            "processedBytes" => stats.processed_bytes = optional(json, number)?,
            "progressPercentage" => stats.percentage = optional(json, number)?,
            _ => drop(json.skip()?),
        }
        Ok(())
    })?;
    Ok(stats)
}
