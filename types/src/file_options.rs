//! [`FileOptions`]: how the files of a table are read, as far as `lake.toml` says so.
//!
//! `lake.toml` is read when a program is compiled. The macros write the options into the binary
//! beside the types of the table, so that the file is not needed when the program runs.

use std::fmt;
use std::str::FromStr;

/// How the files of a table are read; what is not said is as the names of the files say, or as
/// is usual for their format.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FileOptions {
    /// The format, whatever the names of the files.
    pub format: Option<FileFormat>,
    /// The character between two values of CSV; of ASCII.
    pub delimiter: Option<char>,
    /// The character around values of CSV; `Some(None)` where quotes are characters as others.
    pub quote: Option<Option<char>>,
    /// The character of CSV behind which any other stands for itself; of ASCII.
    pub escape: Option<char>,
    /// Whether the first line of CSV names the columns.
    pub header: Option<bool>,
    /// The text of CSV that stands for NULL.
    pub null: Option<String>,
    /// The columns of the files in their order, where no first line names them.
    pub names: Vec<String>,
    /// The keys of the partitions, the outermost first.
    pub partitioned_by: Vec<String>,
}

/// A format of files that tables are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileFormat {
    /// Apache Parquet.
    Parquet,
    /// Apache ORC.
    Orc,
    /// Apache Avro.
    Avro,
    /// Values separated by commas.
    Csv,
    /// Values separated by tabs.
    Tsv,
    /// Objects one after the other, or all of them in one array.
    Json,
}

impl FileFormat {
    /// All formats.
    pub const ALL: [FileFormat; 6] = [
        FileFormat::Parquet,
        FileFormat::Orc,
        FileFormat::Avro,
        FileFormat::Csv,
        FileFormat::Tsv,
        FileFormat::Json,
    ];

    /// Its name in `lake.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            FileFormat::Parquet => "parquet",
            FileFormat::Orc => "orc",
            FileFormat::Avro => "avro",
            FileFormat::Csv => "csv",
            FileFormat::Tsv => "tsv",
            FileFormat::Json => "json",
        }
    }

    /// Its name in sentences.
    pub const fn title(self) -> &'static str {
        match self {
            FileFormat::Parquet => "Parquet",
            FileFormat::Orc => "ORC",
            FileFormat::Avro => "Avro",
            FileFormat::Csv => "CSV",
            FileFormat::Tsv => "TSV",
            FileFormat::Json => "JSON",
        }
    }

    /// Whether its files are values with delimiters between them.
    pub const fn is_delimited(self) -> bool {
        matches!(self, FileFormat::Csv | FileFormat::Tsv)
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for FileFormat {
    type Err = ();

    fn from_str(name: &str) -> Result<FileFormat, ()> {
        FileFormat::ALL.into_iter().find(|format| format.name() == name).ok_or(())
    }
}

impl FileOptions {
    /// The keys of the options that only delimited files have, of those that are set.
    pub fn of_delimited(&self) -> Vec<&'static str> {
        let keys = [
            ("delimiter", self.delimiter.is_some()),
            ("quote", self.quote.is_some()),
            ("escape", self.escape.is_some()),
            ("header", self.header.is_some()),
            ("null", self.null.is_some()),
        ];
        keys.into_iter().filter(|(_, is_set)| *is_set).map(|(key, _)| key).collect()
    }

    /// What is set, as keys with values; a key of a list comes once for each item.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let FileOptions { format, delimiter, quote, escape, header, null, names, partitioned_by } =
            self;
        let mut pairs = Vec::new();
        pairs.extend(format.map(|format| ("format", format.name().to_owned())));
        pairs.extend(delimiter.map(|c| ("delimiter", c.to_string())));
        pairs.extend(quote.map(|quote| ("quote", quote.map(String::from).unwrap_or_default())));
        pairs.extend(escape.map(|c| ("escape", c.to_string())));
        pairs.extend(header.map(|header| ("header", header.to_string())));
        pairs.extend(null.iter().map(|text| ("null", text.clone())));
        pairs.extend(names.iter().map(|name| ("name", name.clone())));
        pairs.extend(partitioned_by.iter().map(|key| ("partition", key.clone())));
        pairs
    }

    /// Sets what [`pairs`](FileOptions::pairs) gave; `None` of anything else.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "format" => self.format = Some(value.parse().ok()?),
            "delimiter" => self.delimiter = Some(value.parse().ok()?),
            "quote" if value.is_empty() => self.quote = Some(None),
            "quote" => self.quote = Some(Some(value.parse().ok()?)),
            "escape" => self.escape = Some(value.parse().ok()?),
            "header" => self.header = Some(value.parse().ok()?),
            "null" => self.null = Some(value.to_owned()),
            "name" => self.names.push(value.to_owned()),
            "partition" => self.partitioned_by.push(value.to_owned()),
            _ => return None,
        }
        Some(())
    }
}
