//! What the name of a file says of it: the format, and how it is compressed as a whole.

use std::path::Path;

use lakequery_types::{FileFormat, FileOptions};

use super::compression::Compression;

/// The format of a file by its name; `None` where it is none that tables are made of.
pub(super) fn of(path: &Path) -> Option<FileFormat> {
    let (compression, path) = Compression::of(path);
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    let format = match extension.as_str() {
        "parquet" => FileFormat::Parquet,
        "orc" => FileFormat::Orc,
        "avro" => FileFormat::Avro,
        "csv" => FileFormat::Csv,
        "tsv" | "tab" => FileFormat::Tsv,
        "json" | "ndjson" | "jsonl" => FileFormat::Json,
        _ => return None,
    };
    (compression == Compression::None || is_text(format)).then_some(format)
}

/// The format of a file of a table, of which one may be stated.
pub(super) fn of_table(path: &Path, options: &FileOptions) -> Option<FileFormat> {
    let Some(format) = options.format else { return of(path) };
    let is_compressed = Compression::of(path).0 != Compression::None;
    (!is_compressed || is_text(format)).then_some(format)
}

/// Whether the files are texts, which state no types, and may be compressed as a whole.
pub(super) fn is_text(format: FileFormat) -> bool {
    match format {
        FileFormat::Csv | FileFormat::Tsv | FileFormat::Json => true,
        FileFormat::Parquet | FileFormat::Orc | FileFormat::Avro => false,
    }
}

/// The name of the table that a file is by itself.
pub(super) fn stem(path: &Path) -> Option<&str> {
    let (_, path) = Compression::of(path);
    Path::new(path.file_name()?).file_stem()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_format() {
        for (file, format, name) in [
            ("a/t.csv", Some(FileFormat::Csv), "t"),
            ("t.v1.CSV.GZ", Some(FileFormat::Csv), "t.v1"),
            ("t.tsv.zst", Some(FileFormat::Tsv), "t"),
            ("t.jsonl.bz2", Some(FileFormat::Json), "t"),
            ("t.json.xz", Some(FileFormat::Json), "t"),
            ("t.parquet", Some(FileFormat::Parquet), "t"),
            ("t.ORC", Some(FileFormat::Orc), "t"),
            ("t.avro", Some(FileFormat::Avro), "t"),
            ("t.orc.zst", None, "t"),
            ("t.parquet.gz", None, "t"),
            ("t.gz", None, "t"),
            ("t.csv.zip", None, "t.csv"),
            ("csv", None, "csv"),
        ] {
            let path = Path::new(file);
            assert_eq!((of(path), stem(path)), (format, Some(name)), "{file}");
        }
    }
}
