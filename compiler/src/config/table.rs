//! `[table."schema.name"]`: what is said of a table that a source does not say itself, or not
//! as it should be taken.

use std::collections::BTreeMap;
use std::ops::Range;

use lakequery_types::{FileFormat, FileOptions, nearest, same_name};

use super::document::{Entries, Entry, Mistakes, list};
use crate::snapshot::{Column, file};

/// What `lake.toml` says of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableConfig {
    /// Columns whose types are stated, in the order written. A refresh keeps these types.
    pub columns: Vec<Column>,
    /// How its files are read.
    pub options: FileOptions,
}

impl TableConfig {
    /// What is stated of a column.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| same_name(&column.name, name))
    }
}

/// The keys of a table.
const KEYS: [&str; 8] =
    ["format", "delimiter", "quote", "escape", "header", "null", "partitioned_by", "columns"];

/// The tables, by schema and name, both in lower case.
pub(super) fn read_tables(
    entries: &Entries<'_>,
    default_schema: Option<&str>,
    mistakes: &mut Mistakes,
) -> BTreeMap<(String, String), TableConfig> {
    let mut tables = BTreeMap::new();
    let listed = entries.get("table").and_then(|entry| entry.table(mistakes));
    for entry in listed.iter().flat_map(Entries::iter) {
        let name = table_name(entry, default_schema, mistakes);
        let Some(name) = name else { continue };
        let table = read_table(entry, mistakes);
        if tables.insert(name, table).is_some() {
            let message = format!("table `{}` is written twice", entry.key);
            mistakes.add(&entry.key_bytes, message);
        }
    }
    tables
}

/// The schema and the name of a table, in lower case.
fn table_name(
    entry: &Entry<'_>,
    default_schema: Option<&str>,
    mistakes: &mut Mistakes,
) -> Option<(String, String)> {
    let key = entry.key;
    let message = match (key.split_once('.'), default_schema) {
        (Some((schema, table)), _) if !schema.trim().is_empty() && !table.trim().is_empty() => {
            return Some((schema.to_lowercase(), table.to_lowercase()));
        }
        (Some(_), _) => {
            format!("`{key}` is not the name of a table; write [table.\"schema.name\"]")
        }
        (None, _) if let Some(inner) = nested(entry) => {
            format!("the name of a table is one key, in quotes: write [table.\"{key}.{inner}\"]")
        }
        (None, Some(schema)) if !key.trim().is_empty() => {
            return Some((schema.to_owned(), key.to_lowercase()));
        }
        (None, _) => format!(
            "a table is named with its schema, since there is no `default_schema`: write \
             [table.\"schema.{key}\"]"
        ),
    };
    mistakes.add(&entry.key_bytes, message);
    None
}

/// The key of a table within, where TOML took `[table.schema.name]` apart.
fn nested<'a>(entry: &Entry<'a>) -> Option<&'a str> {
    let mut entries = entry.as_table()?;
    let first = entries.next()?;
    let is_table = first.as_table().is_some();
    (is_table && !KEYS.contains(&first.key)).then_some(first.key)
}

fn read_table(entry: &Entry<'_>, mistakes: &mut Mistakes) -> TableConfig {
    let Some(entries) = entry.table(mistakes) else { return TableConfig::default() };
    let entries = entries.known(&KEYS, mistakes);
    let mut options = FileOptions {
        format: entries.get("format").and_then(|part| read_format(part, mistakes)),
        header: entries.get("header").and_then(|part| part.boolean(mistakes)),
        null: entries.get("null").and_then(|part| read_null(part, mistakes)),
        ..FileOptions::default()
    };
    read_characters(&entries, &mut options, mistakes);
    if let (Some(format), Some(part)) = (options.format, entries.get("format"))
        && !format.is_delimited()
        && let [first, ..] = options.of_delimited()[..]
    {
        let message =
            format!("`{first}` is an option of `csv` and `tsv`, and the format is `{format}`");
        mistakes.add(&part.value_bytes, message);
    }
    let columns = entries.get("columns").map(|part| (part, file::columns(part, mistakes)));
    let (columns_part, columns) = columns.unzip();
    let columns = columns.unwrap_or_default();
    read_partitions(&entries, &mut options, mistakes);
    if options.header == Some(false) {
        let is_own = |name: &str| !options.partitioned_by.iter().any(|key| same_name(key, name));
        let names = columns.iter().map(|column| column.name.clone());
        options.names = names.filter(|name| is_own(name)).collect();
        // What is wrong with columns that are written was said.
        if let (Some(part), None) = (entries.get("header"), columns_part) {
            let message = format!(
                "without a first line that names them, the columns of `{key}` are named here, in \
                 their order: [table.\"{key}\".columns]",
                key = entry.key
            );
            mistakes.add(&part.value_bytes, message);
        }
    }
    TableConfig { columns, options }
}

fn read_format(entry: &Entry<'_>, mistakes: &mut Mistakes) -> Option<FileFormat> {
    let name = entry.string(mistakes)?;
    if let Ok(format) = name.parse() {
        return Some(format);
    }
    let names = FileFormat::ALL.map(FileFormat::name);
    let message = match nearest(name, names) {
        Some(near) => format!("format `{name}` does not exist; did you mean `{near}`?"),
        None => format!("format `{name}` does not exist; the formats are {}", list(&names)),
    };
    mistakes.add(&entry.value_bytes, message);
    None
}

fn read_null(entry: &Entry<'_>, mistakes: &mut Mistakes) -> Option<String> {
    let text = entry.string(mistakes)?;
    if text.contains(['\n', '\r']) {
        mistakes.add(&entry.value_bytes, "the text of NULL has no line break in it");
    }
    Some(text.to_owned())
}

/// The delimiter, the quote and the escape, which are told apart.
fn read_characters(entries: &Entries<'_>, options: &mut FileOptions, mistakes: &mut Mistakes) {
    let mut seen: Vec<(&str, char)> = Vec::new();
    let mut read = |key: &'static str| {
        let part = entries.get(key)?;
        let text = part.string(mistakes)?;
        if text.is_empty() && key == "quote" {
            return Some(None);
        }
        let Some(c) = character(text) else {
            let none = if key == "quote" { ", or \"\" where there are no quotes" } else { "" };
            let message = format!(
                "`{key}` is one character of ASCII other than a line break{none}, and this is {}",
                if text.is_empty() {
                    "no character".to_owned()
                } else {
                    format!("`{}`", text.escape_debug())
                }
            );
            mistakes.add(&part.value_bytes, message);
            return None;
        };
        if let Some((other, _)) = seen.iter().find(|(_, other)| *other == c) {
            let message = format!("`{key}` and `{other}` are the same character");
            mistakes.add(&part.value_bytes, message);
        }
        seen.push((key, c));
        Some(Some(c))
    };
    options.delimiter = read("delimiter").flatten();
    options.quote = read("quote");
    options.escape = read("escape").flatten();
}

/// The one character of a text that can stand between values or around them.
fn character(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let c = chars.next().filter(|c| c.is_ascii() && !matches!(c, '\n' | '\r' | '\0'))?;
    chars.next().is_none().then_some(c)
}

fn read_partitions(entries: &Entries<'_>, options: &mut FileOptions, mistakes: &mut Mistakes) {
    let names: Option<Vec<(&str, Range<usize>)>> =
        entries.get("partitioned_by").and_then(|part| part.strings(mistakes));
    for (name, bytes) in names.unwrap_or_default() {
        if name.is_empty() {
            mistakes.add(&bytes, "a partition column needs a name");
        } else if options.partitioned_by.iter().any(|other| same_name(other, name)) {
            mistakes.add(&bytes, format!("`{name}` is in `partitioned_by` twice"));
        } else {
            options.partitioned_by.push(name.to_owned());
        }
    }
}
