//! Reading a TOML file key by key, every mistake with its line and column:
//! what `lake.toml` and the snapshot files have in common.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::nearest;

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) message: String,
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
}

/// A file.
#[derive(Clone, Copy)]
pub(crate) struct Document<'a> {
    text: &'a str,
}

/// A key with its value, and where the two stand.
pub(crate) struct Entry<'a> {
    pub(crate) key: &'a str,
    pub(crate) key_bytes: Range<usize>,
    pub(crate) value: &'a DeValue<'a>,
    pub(crate) value_bytes: Range<usize>,
}

impl<'a> Document<'a> {
    /// The file's top table.
    pub(crate) fn parse(text: &'a str) -> Result<(Document<'a>, Spanned<DeTable<'a>>), Problem> {
        let document = Document { text };
        let table = DeTable::parse(text).map_err(|error| {
            let bytes = error.span().unwrap_or(0..0);
            let found = text.get(bytes.clone()).unwrap_or_default().trim();
            let message = match error.message() {
                "duplicate key" if !found.is_empty() => format!("`{found}` is written twice"),
                message => format!("this is not TOML: {message}"),
            };
            document.problem(bytes, message)
        })?;
        Ok((document, table))
    }

    /// A problem at a range of bytes.
    pub(crate) fn problem(&self, bytes: Range<usize>, message: impl Into<String>) -> Problem {
        let before = self.text.get(..bytes.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Problem {
            message: message.into(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// An unknown key, with the nearest of those there are.
    pub(crate) fn unknown_key(&self, entry: &Entry<'_>, known: &[&str]) -> Problem {
        let message = match nearest(entry.key, known.iter().copied()) {
            Some(near) => format!("unknown key `{}`; did you mean `{near}`?", entry.key),
            None => format!("unknown key `{}`; the keys here are {}", entry.key, list(known)),
        };
        self.problem(entry.key_bytes.clone(), message)
    }
}

/// The entries of a table in the order of the file; the table itself sorts by key.
pub(crate) fn entries<'a>(table: &'a DeTable<'a>) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref(),
            key_bytes: key.span(),
            value: value.get_ref(),
            value_bytes: value.span(),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_bytes.start);
    entries
}

impl<'a> Entry<'a> {
    /// The value as a string.
    pub(crate) fn string(&self, document: &Document<'_>) -> Result<&'a str, Problem> {
        match self.value {
            DeValue::String(string) => Ok(string),
            other => Err(self.wrong_type(document, "a string", other)),
        }
    }

    /// The value as a table, in the order of the file.
    pub(crate) fn table(&self, document: &Document<'_>) -> Result<Vec<Entry<'a>>, Problem> {
        match self.value {
            DeValue::Table(table) => Ok(entries(table)),
            other => Err(self.wrong_type(document, "a table", other)),
        }
    }

    /// The value as a list of strings, each with its bytes.
    pub(crate) fn strings(
        &self,
        document: &Document<'_>,
    ) -> Result<Vec<(&'a str, Range<usize>)>, Problem> {
        let DeValue::Array(array) = self.value else {
            return Err(self.wrong_type(document, "a list of strings", self.value));
        };
        array
            .iter()
            .map(|item| match item.get_ref() {
                DeValue::String(string) => Ok((&**string, item.span())),
                other => {
                    let found = kind(other);
                    let message = format!("`{}` holds strings, and this is {found}", self.key);
                    Err(document.problem(item.span(), message))
                }
            })
            .collect()
    }

    /// The value as an integer.
    pub(crate) fn integer(&self, document: &Document<'_>) -> Result<i64, Problem> {
        match self.value {
            DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
                .map_err(|_| {
                    let message = format!("the number of `{}` is too large", self.key);
                    document.problem(self.value_bytes.clone(), message)
                }),
            other => Err(self.wrong_type(document, "a whole number", other)),
        }
    }

    fn wrong_type(&self, document: &Document<'_>, wanted: &str, found: &DeValue<'_>) -> Problem {
        let message = format!("`{}` is {wanted}, and this is {}", self.key, kind(found));
        document.problem(self.value_bytes.clone(), message)
    }
}

/// What a value is, in a message.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// `a`, `b` and `c`.
pub(crate) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
