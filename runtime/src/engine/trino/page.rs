//! [`Page`]: what a server answers to each request of a query, read from its
//! JSON. The rows in it are only found here, and decoded elsewhere.

use std::borrow::Cow;

use crate::json::{Malformed, Next, Reader};

type Result<T> = std::result::Result<T, Malformed>;

/// One answer of the server.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::engine) struct Page<'a> {
    pub(super) id: String,
    /// Where the next page is; there is none after the last.
    pub(super) next: Option<String>,
    /// Names and types of the columns, once they are known.
    pub(in crate::engine) columns: Option<Vec<(String, String)>>,
    pub(in crate::engine) data: Data<'a>,
    pub(super) error: Option<Failure>,
    pub(super) stats: Stats,
    /// What kind of statement it is, where it is none that only reads.
    pub(super) update: Option<String>,
}

/// The rows of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::engine) enum Data<'a> {
    #[default]
    None,
    /// A JSON array of arrays.
    Rows(&'a str),
    /// Rows elsewhere, in this encoding.
    Segments(String, Vec<Segment>),
    /// Presto's own pages, each in base64.
    Binary(Vec<Cow<'a, str>>),
}

/// A part of the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::engine) struct Segment {
    pub(super) place: Place,
    pub(super) rows: Option<u64>,
    /// The size of the segment as it is sent.
    pub(super) size: Option<u64>,
    /// Its size when it is unpacked; without one, it is not packed.
    pub(super) unpacked: Option<u64>,
}

#[cfg(feature = "trino")]
impl Segment {
    /// The bytes of it that are not in the page.
    pub(super) fn spooled(&self) -> u64 {
        match self.place {
            Place::Inline(_) => 0,
            Place::Spooled { .. } => self.size.unwrap_or_default(),
        }
    }
}

/// Where a segment is.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum Place {
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
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) code: Option<i64>,
    pub(super) name: String,
    pub(super) ty: String,
    /// Line and column in the SQL, from 1.
    pub(super) position: Option<(u32, u32)>,
}

/// How far a query is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Stats {
    pub(super) state: String,
    pub(super) processed_rows: Option<u64>,
    pub(super) processed_bytes: Option<u64>,
    pub(super) percentage: Option<f64>,
}

impl<'a> Page<'a> {
    /// Reads an answer.
    pub(in crate::engine) fn parse(text: &'a str) -> Result<Page<'a>> {
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
                "columns" => page.columns = optional(json, columns)?,
                "data" => page.data = optional(json, data)?.unwrap_or_default(),
                "binaryData" => {
                    if let Some(pages) = optional(json, |json| list(json, Reader::string))? {
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
        if has_id { Ok(page) } else { Err(json.malformed("the id of a query")) }
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
    json.string().map(std::borrow::Cow::into_owned)
}

fn number<T: std::str::FromStr>(json: &mut Reader<'_>) -> Result<T> {
    let text = json.number()?;
    text.parse().map_err(|_| json.malformed("a number that fits"))
}

fn columns(json: &mut Reader<'_>) -> Result<Vec<(String, String)>> {
    list(json, |json| {
        let (mut name, mut ty) = (None, None);
        object(json, |json, key| {
            match key {
                "name" => name = Some(string(json)?),
                "type" => ty = Some(string(json)?),
                _ => drop(json.skip()?),
            }
            Ok(())
        })?;
        name.zip(ty).ok_or_else(|| json.malformed("name and type of a column"))
    })
}

fn data<'a>(json: &mut Reader<'a>) -> Result<Data<'a>> {
    if json.next()? == Next::Array {
        return json.skip().map(Data::Rows);
    }
    let (mut encoding, mut segments) = (None, Vec::new());
    object(json, |json, key| {
        match key {
            "encoding" => encoding = Some(string(json)?),
            "segments" => segments = list(json, segment)?,
            _ => drop(json.skip()?),
        }
        Ok(())
    })?;
    let encoding = encoding.ok_or_else(|| json.malformed("the encoding of the rows"))?;
    Ok(Data::Segments(encoding, segments))
}

fn segment(json: &mut Reader<'_>) -> Result<Segment> {
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
                        for value in list(json, string)? {
                            headers.push((name.to_owned(), value));
                        }
                        Ok(())
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
        _ => return Err(json.malformed("a segment that is inline or spooled")),
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
