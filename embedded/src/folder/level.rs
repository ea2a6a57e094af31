//! The names of folders that are partitions, `key=value`.
//!
//! A value is percent-decoded, and `__HIVE_DEFAULT_PARTITION__` is NULL, as Hive, Spark and
//! Trino write them.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// What writers call the partition of the rows whose value is NULL.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// What the name of a folder says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) key: String,
    /// `None` for NULL.
    pub(super) value: Option<String>,
}

/// Why the name of a folder does not make a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    NoKey,
    NoValue,
    NotUtf8,
}

impl Wrong {
    /// The error, of which only the folder was missing.
    pub(super) fn at(self, table: &str, path: &Path) -> Error {
        let (what, help) = match self {
            Wrong::NoKey => ("has no key before the `=`", "name the folder as `key=value`"),
            Wrong::NoValue => (
                "has no value behind the `=`",
                "the folder of rows without a value is `key=__HIVE_DEFAULT_PARTITION__`",
            ),
            Wrong::NotUtf8 => (
                "is not UTF-8 when its `%` are decoded",
                "write each byte of the value's UTF-8 as `%` and two hexadecimal digits",
            ),
        };
        let message = format!("the partition `{}` of table `{table}` {what}", path.display());
        Error::new(ErrorKind::BrokenData, message).at_path(path).with_help(help)
    }
}

/// What a folder called `key=value` says.
pub(super) fn level(name: &str) -> Result<Level, Wrong> {
    let (key, value) = name.split_once('=').unwrap_or(("", name));
    if key.is_empty() {
        return Err(Wrong::NoKey);
    }
    if value.is_empty() {
        return Err(Wrong::NoValue);
    }
    let value = if value == NULL { None } else { Some(decoded(value)?) };
    Ok(Level { key: decoded(key)?, value })
}

/// The text with its percent-encoded bytes decoded; a `%` without two digits is itself.
fn decoded(text: &str) -> Result<String, Wrong> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        match tail {
            [high, low, behind @ ..] if *first == b'%' => {
                if let (Some(high), Some(low)) = (digit(high), digit(low)) {
                    bytes.push((high * 16 + low) as u8);
                    rest = behind;
                    continue;
                }
            }
            _ => {}
        }
        bytes.push(*first);
        rest = tail;
    }
    String::from_utf8(bytes).map_err(|_| Wrong::NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_are_read() {
        for (name, key, value) in [
            ("dt=2024-01-01", "dt", Some("2024-01-01")),
            ("Region=EU", "Region", Some("EU")),
            ("a=b=c", "a", Some("b=c")),
            ("at=10%3A30%2f00", "at", Some("10:30/00")),
            ("city=M%C3%BCnchen", "city", Some("München")),
            ("city=München", "city", Some("München")),
            ("a%3Db=c", "a=b", Some("c")),
            ("p=100%", "p", Some("100%")),
            ("p=%zz%4", "p", Some("%zz%4")),
            ("p=%25", "p", Some("%")),
            ("p= ", "p", Some(" ")),
            ("p=__HIVE_DEFAULT_PARTITION__", "p", None),
        ] {
            let expected = Level { key: key.to_owned(), value: value.map(str::to_owned) };
            assert_eq!(level(name), Ok(expected), "{name}");
        }
        for (name, wrong) in [
            ("=1", Wrong::NoKey),
            ("a=", Wrong::NoValue),
            ("a=%ff", Wrong::NotUtf8),
            ("%ff=1", Wrong::NotUtf8),
        ] {
            assert_eq!(level(name), Err(wrong), "{name}");
        }
    }
}
