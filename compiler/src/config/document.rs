//! Reading a TOML file key by key: what `lake.toml` and the snapshots have in common.
//!
//! A reader goes on after a mistake, so that all mistakes of a file are told at once.
//! That is why serde is not used. A derived reader stops at the first mistake, which need
//! not be the first in the file; it suggests no key, and says "invalid type: integer `5`,
//! expected a string" without the key. It would also make a clean build of the macros
//! longer by four tenths.

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::nearest;

/// A mistake in a `lake.toml` or in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// What is wrong and what to do, one sentence.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for FileError {}

/// All mistakes in a `lake.toml` or in a snapshot, at least one, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileErrors(pub Vec<FileError>);

impl fmt::Display for FileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if i > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for FileErrors {}

/// The mistakes found so far, each with the byte of the file where it begins.
#[derive(Default)]
pub(crate) struct Mistakes(Vec<(usize, String)>);

impl Mistakes {
    pub(crate) fn add(&mut self, bytes: &Range<usize>, message: impl Into<String>) {
        self.0.push((bytes.start, message.into()));
    }

    /// What was read, if there is no mistake.
    ///
    /// # Errors
    ///
    /// All mistakes, in the order of the file.
    pub(crate) fn none_or<T>(mut self, text: &str, value: T) -> Result<T, FileErrors> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort_by_key(|(start, _)| *start);
        let (mut read, mut line, mut column) = (0, 1, 1);
        let place = |(start, message): (usize, String)| {
            for c in text.get(read..start).unwrap_or_default().chars() {
                (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
            read = start;
            FileError { message, line, column }
        };
        Err(FileErrors(self.0.into_iter().map(place).collect()))
    }
}

/// The top table of a file.
///
/// # Errors
///
/// If the text is not TOML, or a key is written twice.
pub(crate) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, FileErrors> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut mistakes = Mistakes::default();
    for error in errors {
        let bytes = error.span().unwrap_or(0..0);
        let found = text.get(bytes.clone()).unwrap_or_default().trim();
        if error.message() == "duplicate key" && !found.is_empty() {
            mistakes.add(&bytes, format!("`{found}` is written twice"));
        } else {
            mistakes.add(&bytes, format!("this is not TOML: {}", error.message()));
            // The parser goes on inside of what is not closed, where nothing fits.
            break;
        }
    }
    mistakes.none_or(text, table)
}

/// The entries of a table, in the order of the file.
pub(crate) struct Entries<'a> {
    all: Vec<Entry<'a>>,
    /// Whether a key was reported as unknown.
    has_unknown: bool,
}

/// A key with its value, and where the two stand.
pub(crate) struct Entry<'a> {
    pub(crate) key: &'a str,
    pub(crate) key_bytes: Range<usize>,
    value: &'a DeValue<'a>,
    pub(crate) value_bytes: Range<usize>,
}

impl<'a> Entries<'a> {
    /// The entries of a table of any keys.
    pub(crate) fn of(table: &'a DeTable<'a>) -> Entries<'a> {
        let entry = |(key, value): (&'a Spanned<_>, &'a Spanned<DeValue<'a>>)| Entry {
            key: AsRef::<str>::as_ref(key.get_ref()),
            key_bytes: key.span(),
            value: value.get_ref(),
            value_bytes: value.span(),
        };
        // The table itself sorts by key.
        let mut all: Vec<Entry<'a>> = table.iter().map(entry).collect();
        all.sort_by_key(|entry| entry.key_bytes.start);
        Entries { all, has_unknown: false }
    }

    /// The same entries; each key that is not one of these is a mistake.
    pub(crate) fn known(mut self, keys: &[&str], mistakes: &mut Mistakes) -> Entries<'a> {
        for Entry { key, key_bytes, .. } in &self.all {
            if keys.contains(key) {
                continue;
            }
            self.has_unknown = true;
            let message = match nearest(key, keys.iter().copied()) {
                Some(near) => format!("unknown key `{key}`; did you mean `{near}`?"),
                None => format!("unknown key `{key}`; the keys here are {}", list(keys)),
            };
            mistakes.add(key_bytes, message);
        }
        self
    }

    /// The entry of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry<'a>> {
        self.all.iter().find(|entry| entry.key == key)
    }

    /// Reports that a key is missing, unless an unknown one may be meant for it.
    pub(crate) fn missing(
        &self,
        bytes: &Range<usize>,
        message: impl Into<String>,
        mistakes: &mut Mistakes,
    ) {
        if !self.has_unknown {
            mistakes.add(bytes, message);
        }
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Entry<'a>> {
        self.all.iter()
    }
}

impl<'a> Entry<'a> {
    /// The value, if it is a string; else that is a mistake.
    pub(crate) fn string(&self, mistakes: &mut Mistakes) -> Option<&'a str> {
        match self.value {
            DeValue::String(string) => Some(string),
            _ => self.wrong_type("a string", mistakes),
        }
    }

    /// The value, if it is an integer; else that is a mistake.
    pub(crate) fn integer(&self, mistakes: &mut Mistakes) -> Option<i64> {
        let DeValue::Integer(integer) = self.value else {
            return self.wrong_type("a whole number", mistakes);
        };
        let value = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        if value.is_none() {
            mistakes.add(&self.value_bytes, format!("the number of `{}` is too large", self.key));
        }
        value
    }

    /// The value, if it is true or false; else that is a mistake.
    pub(crate) fn boolean(&self, mistakes: &mut Mistakes) -> Option<bool> {
        match self.value {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong_type("true or false", mistakes),
        }
    }

    /// The entries of the value, if it is a table.
    pub(crate) fn as_table(&self) -> Option<impl Iterator<Item = Entry<'a>> + use<'a>> {
        match self.value {
            DeValue::Table(table) => Some(Entries::of(table).all.into_iter()),
            _ => None,
        }
    }

    /// The entries of the value, if it is a table; else that is a mistake.
    pub(crate) fn table(&self, mistakes: &mut Mistakes) -> Option<Entries<'a>> {
        match self.value {
            DeValue::Table(table) => Some(Entries::of(table)),
            _ => self.wrong_type("a table", mistakes),
        }
    }

    /// The strings of the value, each with its bytes, if it is a list. All else is a
    /// mistake.
    pub(crate) fn strings(&self, mistakes: &mut Mistakes) -> Option<Vec<(&'a str, Range<usize>)>> {
        let DeValue::Array(array) = self.value else {
            return self.wrong_type("a list of strings", mistakes);
        };
        let mut strings = Vec::with_capacity(array.len());
        for item in array {
            match item.get_ref() {
                DeValue::String(string) => strings.push((&**string, item.span())),
                other => {
                    let found = kind(other);
                    let message = format!("`{}` holds strings, and this is {found}", self.key);
                    mistakes.add(&item.span(), message);
                }
            }
        }
        Some(strings)
    }

    /// Whether the value is a list of nothing.
    pub(crate) fn is_empty_list(&self) -> bool {
        matches!(self.value, DeValue::Array(array) if array.is_empty())
    }

    fn wrong_type<T>(&self, wanted: &str, mistakes: &mut Mistakes) -> Option<T> {
        let message = format!("`{}` is {wanted}, and this is {}", self.key, kind(self.value));
        mistakes.add(&self.value_bytes, message);
        None
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
