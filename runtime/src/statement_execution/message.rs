//! The JSON of the protocol: what is sent, and what is read of answers.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use lakequery_types::json::{Malformed, Next, Reader};

type Read<T> = Result<T, Malformed>;

/// The most entries of a list. A few bytes can stand for one, which takes more memory.
const MOST: usize = 1_000_000;

/// What a warehouse says of a statement.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answer {
    pub(crate) id: Option<String>,
    pub(crate) state: Option<State>,
    pub(crate) failure: Failure,
    pub(crate) manifest: Option<Manifest>,
    /// The links to chunks that came along.
    pub(crate) chunks: Chunks,
}

/// How far a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    Running,
    Succeeded,
    Failed,
    Canceled,
    /// It succeeded, and nothing more can be asked of it.
    Closed,
}

/// Why something failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) sql_state: Option<String>,
}

/// What a result has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Manifest {
    pub(crate) columns: Vec<Column>,
    /// How many columns there are.
    pub(crate) column_count: u64,
    pub(crate) chunk_count: u64,
    pub(crate) row_count: u64,
    /// Each chunk, where the server tells.
    pub(crate) chunks: Vec<Extent>,
    /// Whether rows are missing at its end.
    pub(crate) truncated: bool,
    /// How the chunks are compressed, if they are.
    pub(crate) compression: Option<String>,
}

/// A column of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its type, as SQL has it.
    pub(crate) ty: String,
}

/// What a chunk covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) index: u64,
    pub(crate) row_offset: u64,
    pub(crate) row_count: Option<u64>,
    pub(crate) byte_count: u64,
}

/// Chunks, or where they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Chunks {
    pub(crate) links: Vec<Link>,
    /// The rows in a form that was not asked for.
    pub(crate) has_json_rows: bool,
}

/// A chunk.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) extent: Extent,
    pub(crate) place: Place,
}

/// Where the rows of a chunk are.
#[derive(Clone, PartialEq)]
pub(crate) enum Place {
    /// In the storage of the cloud, for a while. The URL and its headers are secret.
    Storage { url: String, headers: Vec<(String, String)>, until: Option<DateTime<Utc>> },
    /// In the answer itself, in base64.
    Here(String),
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Place::Storage { .. } => "Storage",
            Place::Here(_) => "Here",
        })
    }
}

impl Manifest {
    /// How much of it there is to go through.
    pub(crate) fn size(&self) -> usize {
        let columns = self.columns.iter().map(|column| column.name.len() + column.ty.len());
        columns.sum::<usize>() + self.chunks.len() * size_of::<Extent>()
    }
}

impl Answer {
    /// Reads the answer to a statement or to a question about it.
    pub(crate) fn parse(bytes: &[u8]) -> Read<Answer> {
        let text = utf8(bytes)?;
        let mut answer = Answer::default();
        whole(text, |json, key| {
            match key {
                "statement_id" => answer.id = string(json)?,
                "status" => object(json, |json, key| {
                    match key {
                        "state" => answer.state = Some(state(json)?),
                        "sql_state" => answer.failure.sql_state = string(json)?,
                        "error" => object(json, |json, key| answer.failure.read(json, key))?,
                        _ => drop(json.skip()?),
                    }
                    Ok(())
                })?,
                "manifest" => answer.manifest = optional(json, manifest)?,
                "result" => {
                    answer.chunks =
                        optional(json, |json| Chunks::read_all(json))?.unwrap_or_default();
                }
                _ => drop(json.skip()?),
            }
            Ok(())
        })?;
        Ok(answer)
    }
}

impl Chunks {
    /// How much of them there is to go through.
    pub(crate) fn size(&self) -> usize {
        self.links.len() * size_of::<Link>()
    }

    /// Reads the answer to a question for a chunk.
    pub(crate) fn parse(bytes: &[u8]) -> Read<Chunks> {
        let mut json = Reader::new(utf8(bytes)?);
        let chunks = Chunks::read_all(&mut json)?;
        json.end()?;
        Ok(chunks)
    }

    fn read_all(json: &mut Reader<'_>) -> Read<Chunks> {
        let (mut chunks, mut extent, mut attachment) = (Chunks::default(), Extent::default(), None);
        object(json, |json, key| {
            match key {
                "external_links" => array(json, |json| push(json, &mut chunks.links, link))?,
                "attachment" => attachment = string(json)?,
                "data_array" => {
                    chunks.has_json_rows |= json.next()? != Next::Null;
                    json.skip()?;
                }
                _ => extent.read(json, key)?,
            }
            Ok(())
        })?;
        chunks.links.extend(attachment.map(|rows| Link { extent, place: Place::Here(rows) }));
        Ok(chunks)
    }
}

impl Failure {
    /// Reads the answer to a request that was refused.
    pub(crate) fn parse(text: &str) -> Read<Failure> {
        let mut failure = Failure::default();
        whole(text, |json, key| failure.read(json, key))?;
        Ok(failure)
    }

    fn read(&mut self, json: &mut Reader<'_>, key: &str) -> Read<()> {
        match key {
            // A number where the user is not signed in; the fields of OAuth's answers.
            "error_code" | "error" => self.code = scalar(json)?,
            "message" | "error_description" => self.message = string(json)?,
            _ => drop(json.skip()?),
        }
        Ok(())
    }
}

impl Extent {
    fn read(&mut self, json: &mut Reader<'_>, key: &str) -> Read<()> {
        match key {
            "chunk_index" => self.index = count(json)?,
            "row_offset" => self.row_offset = count(json)?,
            "row_count" => self.row_count = Some(count(json)?),
            "byte_count" => self.byte_count = count(json)?,
            _ => drop(json.skip()?),
        }
        Ok(())
    }
}

/// The value of one member of an object of texts.
pub(crate) fn member(text: &str, name: &str) -> Read<Option<String>> {
    let mut found = None;
    whole(text, |json, key| {
        match key == name {
            true => found = scalar(json)?,
            false => drop(json.skip()?),
        }
        Ok(())
    })?;
    Ok(found)
}

fn state(json: &mut Reader<'_>) -> Read<State> {
    Ok(match &*json.string()? {
        "PENDING" => State::Pending,
        "RUNNING" => State::Running,
        "SUCCEEDED" => State::Succeeded,
        "FAILED" => State::Failed,
        "CANCELED" => State::Canceled,
        "CLOSED" => State::Closed,
        _ => return Err(json.malformed("the state of a statement")),
    })
}

fn manifest(json: &mut Reader<'_>) -> Read<Manifest> {
    let mut manifest = Manifest::default();
    object(json, |json, key| {
        match key {
            "schema" => object(json, |json, key| {
                match key {
                    "column_count" => manifest.column_count = count(json)?,
                    "columns" => array(json, |json| push(json, &mut manifest.columns, column))?,
                    _ => drop(json.skip()?),
                }
                Ok(())
            })?,
            "total_chunk_count" => manifest.chunk_count = count(json)?,
            "total_row_count" => manifest.row_count = count(json)?,
            "truncated" => manifest.truncated = optional(json, Reader::boolean)?.unwrap_or(false),
            "result_compression" => {
                manifest.compression = string(json)?.filter(|name| name != "NONE");
            }
            "chunks" => array(json, |json| push(json, &mut manifest.chunks, extent))?,
            _ => drop(json.skip()?),
        }
        Ok(())
    })?;
    Ok(manifest)
}

/// Adds an entry to a list.
fn push<T>(
    json: &mut Reader<'_>,
    list: &mut Vec<T>,
    read: impl FnOnce(&mut Reader<'_>) -> Read<T>,
) -> Read<()> {
    if list.len() == MOST {
        return Err(json.malformed("the end of a list of a million entries"));
    }
    list.push(read(json)?);
    Ok(())
}

fn extent(json: &mut Reader<'_>) -> Read<Extent> {
    let mut extent = Extent::default();
    object(json, |json, key| extent.read(json, key))?;
    Ok(extent)
}

fn column(json: &mut Reader<'_>) -> Read<Column> {
    let mut column = Column::default();
    object(json, |json, key| {
        match key {
            "name" => column.name = string(json)?.unwrap_or_default(),
            "type_text" => column.ty = string(json)?.unwrap_or_default(),
            _ => drop(json.skip()?),
        }
        Ok(())
    })?;
    Ok(column)
}

fn link(json: &mut Reader<'_>) -> Read<Link> {
    let (mut extent, mut url, mut headers, mut until) = (Extent::default(), None, Vec::new(), None);
    object(json, |json, key| {
        match key {
            "external_link" => url = string(json)?,
            "expiration" => {
                let time = string(json)?;
                let time = time.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
                until = time.map(|time| time.to_utc());
            }
            "http_headers" => object(json, |json, key| {
                headers.push((key.to_owned(), scalar(json)?.unwrap_or_default()));
                Ok(())
            })?,
            _ => extent.read(json, key)?,
        }
        Ok(())
    })?;
    let url = url.ok_or_else(|| json.malformed("`external_link`"))?;
    Ok(Link { extent, place: Place::Storage { url, headers, until } })
}

fn utf8(bytes: &[u8]) -> Read<&str> {
    std::str::from_utf8(bytes)
        .map_err(|error| Malformed { at: error.valid_up_to(), expected: "UTF-8" })
}

/// Reads a text that is one object.
fn whole(text: &str, each: impl FnMut(&mut Reader<'_>, &str) -> Read<()>) -> Read<()> {
    let mut json = Reader::new(text);
    object(&mut json, each)?;
    json.end()
}

/// Reads an object; `each` reads the value of a member. Null is an object without members.
fn object(
    json: &mut Reader<'_>,
    mut each: impl FnMut(&mut Reader<'_>, &str) -> Read<()>,
) -> Read<()> {
    if json.null()? {
        return Ok(());
    }
    json.object()?;
    let mut first = true;
    while let Some(key) = json.key(&mut first)? {
        each(json, &key)?;
    }
    Ok(())
}

/// Reads an array; `each` reads an element. Null is an array without elements.
fn array(json: &mut Reader<'_>, mut each: impl FnMut(&mut Reader<'_>) -> Read<()>) -> Read<()> {
    if json.null()? {
        return Ok(());
    }
    json.array()?;
    let mut first = true;
    while json.element(&mut first)? {
        each(json)?;
    }
    Ok(())
}

fn optional<'a, T>(
    json: &mut Reader<'a>,
    read: impl FnOnce(&mut Reader<'a>) -> Read<T>,
) -> Read<Option<T>> {
    if json.null()? { Ok(None) } else { read(json).map(Some) }
}

fn string(json: &mut Reader<'_>) -> Read<Option<String>> {
    optional(json, |json| json.string().map(Cow::into_owned))
}

/// A text, a number or a boolean, as text; nothing where it is something else.
fn scalar(json: &mut Reader<'_>) -> Read<Option<String>> {
    Ok(match json.next()? {
        Next::String => Some(json.string()?.into_owned()),
        Next::Number | Next::Boolean => Some(json.skip()?.to_owned()),
        _ => {
            json.skip()?;
            None
        }
    })
}

/// A number from 0, which may be written as a text.
fn count(json: &mut Reader<'_>) -> Read<u64> {
    let expected = "a number from 0";
    scalar(json)?.and_then(|text| text.parse().ok()).ok_or_else(|| json.malformed(expected))
}

/// Writes an object of texts, numbers and objects that are written already.
#[derive(Debug, Default)]
pub(crate) struct Object(String);

impl Object {
    /// Adds a member whose value is a text.
    pub(crate) fn text(mut self, name: &str, value: &str) -> Object {
        self.name(name);
        quoted(&mut self.0, value);
        self
    }

    /// Adds a member whose value is an object.
    pub(crate) fn object(mut self, name: &str, value: Object) -> Object {
        self.name(name);
        self.0.push_str(&value.end());
        self
    }

    fn name(&mut self, name: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        quoted(&mut self.0, name);
        self.0.push(':');
    }

    /// The object as JSON.
    pub(crate) fn end(self) -> String {
        if self.0.is_empty() { "{}".to_owned() } else { self.0 + "}" }
    }
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_written() {
        let inner = Object::default().text("ANSI_MODE", "true");
        let text = Object::default().text("a\"\\", "\n\u{1}é").object("b", inner).end();
        assert_eq!(text, r#"{"a\"\\":"\u000a\u0001é","b":{"ANSI_MODE":"true"}}"#);
        assert_eq!(member(&text, "a\"\\"), Ok(Some("\n\u{1}é".into())));
        assert_eq!(Object::default().end(), "{}");
    }

    #[test]
    fn codes_may_be_numbers() {
        for (text, code, message) in [
            (
                r#"{"error_code":403,"message":"Invalid access token."}"#,
                "403",
                "Invalid access token.",
            ),
            (r#"{"error_code":"NOT_FOUND","message":"m","details":[{}]}"#, "NOT_FOUND", "m"),
            (r#"{"error":"invalid_client","error_description":"m"}"#, "invalid_client", "m"),
        ] {
            let failure = Failure::parse(text).unwrap();
            assert_eq!(
                (failure.code.as_deref(), failure.message.as_deref()),
                (Some(code), Some(message))
            );
        }
        assert!(Failure::parse("<html>").is_err());
    }

    #[test]
    fn chunks_are_read_wherever_they_stand() {
        let link = r#"{"chunk_index":1,"row_offset":"10","row_count":2,"byte_count":5,
            "external_link":"https://s/1?sig=x","expiration":"2024-11-08T15:20:19.358Z",
            "next_chunk_index":2,"http_headers":{"x-key":"k"}}"#;
        let bare = Chunks::parse(format!(r#"{{"external_links":[{link}]}}"#).as_bytes()).unwrap();
        let text = format!(
            r#"{{"statement_id":"s","status":{{"state":"SUCCEEDED"}},"manifest":null,
                "result":{{"external_links":[{link}]}}}}"#
        );
        assert_eq!(Answer::parse(text.as_bytes()).unwrap().chunks, bare);
        let [found] = &bare.links[..] else { panic!("{bare:?}") };
        let extent = Extent { index: 1, row_offset: 10, row_count: Some(2), byte_count: 5 };
        assert_eq!(found.extent, extent);
        assert!(!format!("{bare:?}").contains("sig=x"));
        let here = Chunks::parse(br#"{"attachment":"AAAA","row_count":3}"#).unwrap();
        assert_eq!(here.links[0].place, Place::Here("AAAA".into()));
        assert!(Chunks::parse(br#"{"data_array":[["1"]]}"#).unwrap().has_json_rows);
    }
}
