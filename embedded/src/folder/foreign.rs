//! What lies among the tables and is none that this engine reads: tables whose
//! files a log keeps, and files of other formats.

use std::path::{Path, PathBuf};

use super::compression::Compression;
use super::format;
use crate::error::{Error, ErrorKind};

/// A kind of table of which a log says what files belong to it. To read the files
/// without it is to read what was deleted, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Log {
    name: &'static str,
    /// The folder of the log, within that of the table.
    folder: &'static str,
    /// The feature of this package with which such tables are read.
    feature: Option<&'static str>,
    /// Whether such tables are read.
    pub(super) is_read: bool,
}

const LOGS: [Log; 3] = [
    Log {
        name: "Delta Lake",
        folder: "_delta_log",
        feature: Some("delta"),
        is_read: cfg!(feature = "delta"),
    },
    Log { name: "Iceberg", folder: "metadata", feature: None, is_read: false },
    Log { name: "Hudi", folder: ".hoodie", feature: None, is_read: false },
];

impl Log {
    /// The log of the table in a folder.
    pub(super) fn of(folder: &Path) -> Option<Log> {
        LOGS.into_iter().find(|log| log.is_in(folder))
    }

    /// Its folder, within that of a table.
    pub(super) fn path(&self, folder: &Path) -> PathBuf {
        folder.join(self.folder)
    }

    fn is_in(&self, folder: &Path) -> bool {
        let path = self.path(folder);
        if self.folder.starts_with(['_', '.']) {
            return path.is_dir();
        }
        // A schema may have a table of this name.
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        let mut names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.any(|name| name.ends_with(".metadata.json") || name == "version-hint.text")
    }

    /// That the table in the folder can't be read.
    pub(super) fn refuse(&self, folder: &Path) -> Error {
        Error::new(
            ErrorKind::Unsupported,
            format!(
                "`{}` is a table of {}: the log in its folder `{}` says which files belong to \
                 it, and this build of the embedded engine does not read such logs",
                folder.display(),
                self.name,
                self.folder
            ),
        )
        .at_path(folder)
        .with_help(match self.feature {
            Some(feature) => format!(
                "build the program with the feature `{feature}` of lakequery-embedded, query it on \
                 an engine that reads {name}, or export it as Parquet files",
                name = self.name
            ),
            None => format!(
                "query it on an engine that reads {}, or export it as Parquet files",
                self.name
            ),
        })
    }
}

/// The endings of files that are compressed in ways that are not read.
const COMPRESSED: [&str; 7] = ["br", "lz4", "lzo", "snappy", "sz", "z", "zip"];

/// The endings of tables in other formats.
const OTHERS: [&str; 12] = [
    "psv", "arrow", "arrows", "feather", "ipc", "parq", "pq", "geojson", "json5", "xls", "xlsx",
    "xml",
];

/// The name of the table that a file would be if its format were known; `None`
/// where it is not likely to be one.
pub(super) fn table(path: &Path) -> Option<&str> {
    let is_one_of = |path: &Path, all: &[&str]| {
        extension(path).is_some_and(|extension| all.contains(&extension.as_str()))
    };
    let (compression, mut stem) = Compression::of(path);
    if is_one_of(stem, &COMPRESSED) || compression != Compression::None {
        if is_one_of(stem, &COMPRESSED) {
            stem = Path::new(stem.file_stem()?);
        }
        if format::of(stem).is_none() && !is_one_of(stem, &OTHERS) {
            return stem.file_name()?.to_str();
        }
    } else if !is_one_of(stem, &OTHERS) {
        return None;
    }
    stem.file_stem()?.to_str()
}

fn extension(path: &Path) -> Option<String> {
    path.extension()?.to_str().map(str::to_ascii_lowercase)
}

/// That a file of a table is none that can be read.
pub(super) fn unknown_format(table: &str, path: &Path) -> Error {
    let (compression, stem) = Compression::of(path);
    let ending = extension(path).unwrap_or_default();
    let help = if compression != Compression::None && format::of(stem).is_some() {
        "files of this format are compressed inside; decompress the file"
    } else if COMPRESSED.contains(&ending.as_str()) {
        "compress files of text with gzip (.gz), Zstandard (.zst), bzip2 (.bz2) or xz (.xz)"
    } else {
        "tables are .parquet, .orc, .avro, .csv, .tsv, .json, .ndjson and .jsonl files; if it is one, say so in \
         lake.toml, by `format` of [table.\"schema.name\"]"
    };
    Error::new(
        ErrorKind::Unsupported,
        format!("`{}` of table `{table}` has no known format", path.display()),
    )
    .at_path(path)
    .with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_other_formats() {
        for (file, expected) in [
            ("a/t.psv", Some("t")),
            ("t.csv.lz4", Some("t")),
            ("t.v1.CSV.LZ4", Some("t.v1")),
            ("t.parquet.gz", Some("t")),
            ("a/t.gz", Some("t")),
            ("t.orc.zst", Some("t")),
            ("t.zip", Some("t")),
            ("t.parq", Some("t")),
            ("t.csv", None),
            ("README.md", None),
            ("LICENSE", None),
            ("t.sql", None),
        ] {
            assert_eq!(table(Path::new(file)), expected, "{file}");
        }
    }
}
