//! Reading and writing snapshot files.
//!
//! A file is made to be read in a review: one line a column, in the table's
//! order, `name = "type"` or `name = "type not null"`. What [`write()`] writes,
//! [`parse`] reads back as it was, and the same table gives the same bytes.

use std::collections::HashMap;
use std::fmt;

use lakequery_types::Type;

use super::{Column, Table};
use crate::config::document::{Document, Entry, Problem, entries};
use crate::diagnostic::nearest;

#[cfg(test)]
mod tests;

/// The version of the format that [`write()`] writes and [`parse`] reads.
pub const VERSION: i64 = 1;

/// What is wrong with a snapshot file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    /// What is wrong and what to do, one sentence.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for SnapshotError {}

impl From<Problem> for SnapshotError {
    fn from(Problem { message, line, column }: Problem) -> SnapshotError {
        SnapshotError { message, line, column }
    }
}

/// Reads the snapshot of a table of `schema`.
///
/// # Errors
///
/// At the first thing that is missing or wrong.
pub fn parse(schema: &str, text: &str) -> Result<Table, SnapshotError> {
    let (document, table) = Document::parse(text)?;
    let entries = entries(table.get_ref());
    // First of all: a newer version may have keys and types that this one lacks.
    check_version(&document, &entries)?;
    let mut name = None;
    let mut comment = None;
    let mut columns = None;
    let mut partitions = Vec::new();
    for entry in &entries {
        match entry.key {
            "version" => {}
            "name" => name = Some(entry.string(&document)?.to_owned()),
            "comment" => comment = Some(entry.string(&document)?.to_owned()),
            "partitioned_by" => partitions = entry.strings(&document)?,
            "columns" => columns = Some(read_columns(&document, entry)?),
            "comments" => {}
            _ => {
                let known = ["version", "name", "comment", "partitioned_by", "columns", "comments"];
                return Err(document.unknown_key(entry, &known).into());
            }
        }
    }
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(missing(&document, "`name`").into());
    };
    let Some(mut columns) = columns else {
        return Err(missing(&document, "`[columns]`").into());
    };
    if let Some(comments) = entries.iter().find(|entry| entry.key == "comments") {
        read_comments(&document, comments, &mut columns)?;
    }
    for (partition, bytes) in &partitions {
        if !columns.iter().any(|column| column.name == *partition) {
            let message = no_column("a partition by", partition, &columns);
            return Err(document.problem(bytes.clone(), message).into());
        }
    }
    let partitioned_by = partitions.into_iter().map(|(name, _)| name.to_owned()).collect();
    Ok(Table { schema: schema.to_owned(), name, comment, columns, partitioned_by })
}

fn missing(document: &Document<'_>, what: &str) -> Problem {
    let message =
        format!("{what} is missing; `cargo lake refresh` writes a snapshot that is whole");
    document.problem(0..0, message)
}

fn check_version(document: &Document<'_>, entries: &[Entry<'_>]) -> Result<(), Problem> {
    let Some(entry) = entries.iter().find(|entry| entry.key == "version") else {
        return Err(missing(document, "`version`"));
    };
    let message = match entry.integer(document)? {
        VERSION => return Ok(()),
        newer if newer > VERSION => format!(
            "this snapshot was written by a newer cargo lake (format {newer}, and this lakequery \
             reads {VERSION}); update lakequery, or refresh it with the cargo lake of this version"
        ),
        other => format!("there is no format {other}; this lakequery reads {VERSION}"),
    };
    Err(document.problem(entry.value_bytes.clone(), message))
}

fn read_columns(document: &Document<'_>, entry: &Entry<'_>) -> Result<Vec<Column>, Problem> {
    let entries = entry.table(document)?;
    let mut columns = Vec::with_capacity(entries.len());
    let mut seen: HashMap<String, &str> = HashMap::with_capacity(entries.len());
    for column in &entries {
        let name = column.key;
        if name.is_empty() {
            return Err(document.problem(column.key_bytes.clone(), "a column needs a name"));
        }
        if let Some(first) = seen.insert(name.to_lowercase(), name) {
            let message = format!(
                "column `{name}` is already there as `{first}`; names differ by more than case"
            );
            return Err(document.problem(column.key_bytes.clone(), message));
        }
        let text = column.string(document)?;
        let (ty, nullable) = match strip_not_null(text) {
            Some(ty) => (ty, false),
            None => (text, true),
        };
        let ty = Type::parse(ty.trim()).map_err(|error| {
            let message = format!("column `{name}`: {}", with_suggestion(&error.to_string()));
            document.problem(column.value_bytes.clone(), message)
        })?;
        columns.push(Column { name: name.to_owned(), ty, nullable, comment: None });
    }
    if columns.is_empty() {
        return Err(document.problem(entry.key_bytes.clone(), "the table has no columns"));
    }
    Ok(columns)
}

/// The type in front of `not null`, if that is written.
fn strip_not_null(text: &str) -> Option<&str> {
    let strip = |text: &'_ str, word: &str| -> Option<usize> {
        let text = text.trim_end();
        let start = text.len().checked_sub(word.len())?;
        text.get(start..)?.eq_ignore_ascii_case(word).then_some(start)
    };
    let text = &text[..strip(text, "null")?];
    let ty = &text[..strip(text, "not")?];
    (text.ends_with(char::is_whitespace) && !ty.ends_with(char::is_alphanumeric)).then_some(ty)
}

/// Adds the nearest type to a message about a type that there is not.
fn with_suggestion(message: &str) -> String {
    const TYPES: [&str; 22] = [
        "boolean",
        "tinyint",
        "smallint",
        "integer",
        "bigint",
        "real",
        "double",
        "decimal",
        "varchar",
        "char",
        "varbinary",
        "date",
        "time",
        "timestamp",
        "interval year to month",
        "interval day to second",
        "json",
        "uuid",
        "ipaddress",
        "array",
        "map",
        "row",
    ];
    let near = message
        .split_once("there is no type `")
        .and_then(|(_, rest)| rest.split_once('`'))
        .and_then(|(word, _)| nearest(word, TYPES));
    match near {
        Some(near) => format!("{message}; did you mean `{near}`?"),
        None => message.to_owned(),
    }
}

fn read_comments(
    document: &Document<'_>,
    entry: &Entry<'_>,
    columns: &mut [Column],
) -> Result<(), Problem> {
    let entries = entry.table(document)?;
    if entries.is_empty() {
        return Ok(());
    }
    let mut index: HashMap<String, usize> = HashMap::with_capacity(columns.len());
    for (i, column) in columns.iter().enumerate() {
        index.insert(column.name.clone(), i);
    }
    for comment in entries {
        let Some(&i) = index.get(comment.key) else {
            let message = no_column("a comment on", comment.key, columns);
            return Err(document.problem(comment.key_bytes, message));
        };
        columns[i].comment = Some(comment.string(document)?.to_owned());
    }
    Ok(())
}

/// That a column is named which there is not, with the nearest there is.
fn no_column(what: &str, name: &str, columns: &[Column]) -> String {
    let message = format!("{what} column `{name}`, which there is not");
    match nearest(name, columns.iter().map(|column| column.name.as_str())) {
        Some(near) => format!("{message}; did you mean `{near}`?"),
        None => message,
    }
}

/// The snapshot file of a table.
pub fn write(table: &Table) -> String {
    let mut text = String::from("# Written by `cargo lake refresh`; do not edit by hand.\n");
    text.push_str(&format!("version = {VERSION}\nname = {}\n", string(&table.name)));
    if let Some(comment) = &table.comment {
        text.push_str(&format!("comment = {}\n", string(comment)));
    }
    if !table.partitioned_by.is_empty() {
        let names: Vec<_> = table.partitioned_by.iter().map(|name| string(name)).collect();
        text.push_str(&format!("partitioned_by = [{}]\n", names.join(", ")));
    }
    text.push_str("\n[columns]\n");
    for column in &table.columns {
        let ty =
            if column.nullable { column.ty.to_string() } else { format!("{} not null", column.ty) };
        text.push_str(&format!("{} = {}\n", key(&column.name), string(&ty)));
    }
    if table.columns.iter().any(|column| column.comment.is_some()) {
        text.push_str("\n[comments]\n");
        for column in &table.columns {
            if let Some(comment) = &column.comment {
                text.push_str(&format!("{} = {}\n", key(&column.name), string(comment)));
            }
        }
    }
    text
}

/// A TOML key: bare where it can be.
fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if bare { name.to_owned() } else { string(name) }
}

/// A TOML string: literal where that spares escapes, else basic.
fn string(text: &str) -> String {
    let plain = |c: char| !c.is_control() && c != '\'';
    if text.contains(['"', '\\']) && text.chars().all(plain) {
        return format!("'{text}'");
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // Also those that would turn the line around for who reads it.
            c if c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                quoted.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
