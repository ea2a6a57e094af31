//! [`Dialect`]: which characters delimit values, which text is NULL, and where names are.

use std::sync::Arc;

use lakequery_types::{FileFormat, FileOptions};

/// How files of delimited values are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::folder) struct Dialect {
    pub(super) marks: Marks,
    /// What stands for NULL, where it is not in quotes.
    pub(super) null: Arc<str>,
    /// The names of the columns, where no first line has them.
    pub(super) names: Option<Arc<[String]>>,
}

/// The bytes that mean something; all are ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    pub(super) escape: Option<u8>,
}

impl Dialect {
    /// The one of a format, but for what is stated.
    pub(in crate::folder) fn of(format: FileFormat, options: &FileOptions) -> Dialect {
        let byte = |c: char| u8::try_from(c).ok().filter(u8::is_ascii);
        let delimiter = if format == FileFormat::Tsv { b'\t' } else { b',' };
        let marks = Marks {
            delimiter: options.delimiter.and_then(byte).unwrap_or(delimiter),
            quote: options.quote.map_or(Some(b'"'), |quote| quote.and_then(byte)),
            escape: options.escape.and_then(byte),
        };
        let has_no_header = options.header == Some(false);
        Dialect {
            marks,
            null: options.null.as_deref().unwrap_or_default().into(),
            names: has_no_header.then(|| options.names.as_slice().into()),
        }
    }
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect::of(FileFormat::Csv, &FileOptions::default())
    }
}
