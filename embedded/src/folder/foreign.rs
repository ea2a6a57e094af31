//! What lies among the tables and is none that this engine reads: tables whose
//! files a log keeps, and files of other formats.

use std::path::Path;

use super::format::Format;
use crate::error::{Error, ErrorKind};

/// A kind of table of which a log says what files belong to it. To read the files
/// without it is to read what was deleted, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Log {
    name: &'static str,
    /// The folder of the log, within that of the table.
    folder: &'static str,
}

const LOGS: [Log; 3] = [
    Log { name: "Delta Lake", folder: "_delta_log" },
    Log { name: "Iceberg", folder: "metadata" },
    Log { name: "Hudi", folder: ".hoodie" },
];

impl Log {
    /// The log of the table in a folder.
    pub(super) fn of(folder: &Path) -> Option<Log> {
        LOGS.into_iter().find(|log| log.is_in(folder))
    }

    fn is_in(&self, folder: &Path) -> bool {
        let path = folder.join(self.folder);
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
                 it, and the embedded engine does not read such logs yet",
                folder.display(),
                self.name,
                self.folder
            ),
        )
        .at_path(folder)
        .with_help(format!(
            "query it on an engine that reads {}, or export it as Parquet files",
            self.name
        ))
    }
}

/// The endings of files that are compressed as a whole.
const COMPRESSED: [&str; 9] = ["gz", "gzip", "bz2", "zst", "zstd", "xz", "lz4", "snappy", "zip"];

/// The endings of tables in other formats.
const OTHERS: [&str; 16] = [
    "tsv", "tab", "psv", "orc", "avro", "arrow", "arrows", "feather", "ipc", "parq", "pq",
    "geojson", "json5", "xls", "xlsx", "xml",
];

/// The name of the table that a file would be if its format were known; `None`
/// where it is not likely to be one.
pub(super) fn table(path: &Path) -> Option<&str> {
    let extension = |path: &Path| path.extension()?.to_str().map(str::to_ascii_lowercase);
    let is_one_of = |path: &Path, all: &[&str]| {
        extension(path).is_some_and(|extension| all.contains(&extension.as_str()))
    };
    let mut stem = path;
    if is_one_of(path, &COMPRESSED) {
        stem = Path::new(path.file_stem()?);
        if Format::of(stem).is_none() && !is_one_of(stem, &OTHERS) {
            return stem.to_str();
        }
    } else if !is_one_of(path, &OTHERS) {
        return None;
    }
    stem.file_stem()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_other_formats() {
        for (file, expected) in [
            ("a/t.tsv", Some("t")),
            ("t.csv.gz", Some("t")),
            ("t.v1.CSV.GZ", Some("t.v1")),
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
