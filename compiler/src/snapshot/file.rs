//! Reading and writing snapshot files.
//!
//! A file is made to be read in a review: one line a column, in the table's
//! order, `name = "type"` or `name = "type not null"`. What [`write()`] writes,
//! [`parse`] reads back as it was, and the same table gives the same bytes.

use std::collections::HashMap;

use lakequery_types::Type;

use super::{Column, Table};
use crate::config::document::{self, Entries, Entry, FileErrors, Mistakes};
use crate::diagnostic::nearest;

#[cfg(test)]
mod tests;

/// The version of the format that [`write()`] writes and [`parse`] reads.
pub const VERSION: i64 = 1;

/// The keys of the top table.
const KEYS: [&str; 6] = ["version", "name", "comment", "partitioned_by", "columns", "comments"];

/// Reads the snapshot of a table of `schema`.
///
/// # Errors
///
/// Everything that is missing or wrong, in the order of the file.
pub fn parse(schema: &str, text: &str) -> Result<Table, FileErrors> {
    let table = document::parse(text)?;
    let entries = Entries::of(table.get_ref());
    // First of all: another version may have other keys and types.
    check_version(&entries, text)?;
    let mut mistakes = Mistakes::default();
    let entries = entries.known(&KEYS, &mut mistakes);
    let mut text_of = |key| entries.get(key).map(|entry| entry.string(&mut mistakes));
    let (name, comment) = (text_of("name"), text_of("comment"));
    if matches!(name, None | Some(Some(""))) {
        entries.missing(&(0..0), missing("`name`"), &mut mistakes);
    }
    let columns = read_columns(&entries, &mut mistakes);
    let table = Table {
        schema: schema.to_owned(),
        name: name.flatten().unwrap_or_default().to_owned(),
        comment: comment.flatten().map(str::to_owned),
        partitioned_by: read_partitions(&entries, &columns, &mut mistakes),
        columns: read_comments(&entries, columns, &mut mistakes),
    };
    mistakes.none_or(text, table)
}

fn missing(what: &str) -> String {
    format!("{what} is missing; `cargo lake refresh` writes a snapshot that is whole")
}

fn check_version(entries: &Entries<'_>, text: &str) -> Result<(), FileErrors> {
    let mut mistakes = Mistakes::default();
    match entries.get("version") {
        None => mistakes.add(&(0..0), missing("`version`")),
        Some(entry) => match entry.integer(&mut mistakes) {
            None | Some(VERSION) => {}
            Some(version) => mistakes.add(&entry.value_bytes, other_version(version)),
        },
    }
    mistakes.none_or(text, ())
}

fn other_version(version: i64) -> String {
    if version > VERSION {
        format!(
            "this snapshot was written by a newer cargo lake (format {version}, and this lakequery \
             reads {VERSION}); update lakequery, or refresh it with the cargo lake of this version"
        )
    } else {
        format!("format {version} is unknown; this lakequery reads {VERSION}")
    }
}

/// The columns, as far as they could be read.
#[derive(Default)]
struct Columns<'a> {
    /// Those without a mistake, in the order of the file.
    read: Vec<Column>,
    /// All names; for those without a mistake the index of the column.
    names: HashMap<&'a str, Option<usize>>,
}

fn read_columns<'a>(entries: &Entries<'a>, mistakes: &mut Mistakes) -> Columns<'a> {
    let Some(entry) = entries.get("columns") else {
        entries.missing(&(0..0), missing("`[columns]`"), mistakes);
        return Columns::default();
    };
    named_columns(entry, mistakes)
}

/// The columns of a table whose keys are their names and whose values are their types, as far
/// as they could be read.
pub(crate) fn columns(entry: &Entry<'_>, mistakes: &mut Mistakes) -> Vec<Column> {
    named_columns(entry, mistakes).read
}

fn named_columns<'a>(entry: &Entry<'a>, mistakes: &mut Mistakes) -> Columns<'a> {
    let mut columns = Columns::default();
    let Some(entries) = entry.table(mistakes) else { return columns };
    let mut seen: HashMap<String, &str> = HashMap::new();
    for entry in entries.iter() {
        let name = entry.key;
        let twice = seen.insert(name.to_lowercase(), name);
        if name.is_empty() {
            mistakes.add(&entry.key_bytes, "a column needs a name");
        } else if let Some(first) = twice {
            let message = format!(
                "column `{name}` is already there as `{first}`; names differ by more than case"
            );
            mistakes.add(&entry.key_bytes, message);
        }
        let column = read_column(entry, mistakes);
        columns.names.insert(name, column.is_some().then_some(columns.read.len()));
        columns.read.extend(column);
    }
    if columns.names.is_empty() {
        mistakes.add(&entry.key_bytes, "the table has no columns");
    }
    columns
}

fn read_column(entry: &Entry<'_>, mistakes: &mut Mistakes) -> Option<Column> {
    let name = entry.key;
    let text = entry.string(mistakes)?;
    let (ty, nullable) = match strip_not_null(text) {
        Some(ty) => (ty, false),
        None => (text, true),
    };
    match Type::parse(ty.trim()) {
        Ok(ty) => Some(Column { name: name.to_owned(), ty, nullable, comment: None }),
        Err(error) => {
            let message = match error.suggestions()[..] {
                [] => format!("column `{name}`: {error}"),
                ref near => {
                    format!("column `{name}`: {error}; did you mean `{}`?", near.join("` or `"))
                }
            };
            mistakes.add(&entry.value_bytes, message);
            None
        }
    }
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

fn read_partitions(
    entries: &Entries<'_>,
    columns: &Columns<'_>,
    mistakes: &mut Mistakes,
) -> Vec<String> {
    let names = entries.get("partitioned_by").and_then(|entry| entry.strings(mistakes));
    let names = names.unwrap_or_default();
    for (name, bytes) in &names {
        if !columns.names.contains_key(name) {
            mistakes.add(bytes, no_column("the table is partitioned by", name, columns));
        }
    }
    names.into_iter().map(|(name, _)| name.to_owned()).collect()
}

/// The columns with their comments.
fn read_comments(
    entries: &Entries<'_>,
    mut columns: Columns<'_>,
    mistakes: &mut Mistakes,
) -> Vec<Column> {
    let comments = entries.get("comments").and_then(|entry| entry.table(mistakes));
    for entry in comments.iter().flat_map(Entries::iter) {
        let comment = entry.string(mistakes);
        match columns.names.get(entry.key) {
            Some(Some(index)) => columns.read[*index].comment = comment.map(str::to_owned),
            Some(None) => {}
            None => {
                let message = no_column("a comment is on", entry.key, &columns);
                mistakes.add(&entry.key_bytes, message);
            }
        }
    }
    columns.read
}

/// That a column is named that does not exist, with the nearest one that does.
fn no_column(what: &str, name: &str, columns: &Columns<'_>) -> String {
    let message = format!("{what} column `{name}`, which does not exist");
    let mut names: Vec<&str> = columns.names.keys().copied().collect();
    // The nearest is the first of those that are equally near.
    names.sort_unstable();
    match nearest(name, names) {
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
