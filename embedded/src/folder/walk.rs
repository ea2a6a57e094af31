//! The files of a table: its one file, or all files in its folder and in the folders there.
//!
//! A folder called `key=value` is a partition: all rows in it have the value in the column
//! `key`, which the files themselves do not have. Everything here blocks.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use lakequery_types::same_name;

use super::entries::{Entry, entries, unreadable};
use super::foreign::Log;
use super::format::Format;
use super::level::{Level, level};
use super::places::Place;
use crate::error::{Error, ErrorKind, Result};

/// How deep folders of a table may nest; a link that leads back up nests without end.
const DEEPEST: usize = 32;

/// A file of a table, and what shows whether it has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) length: u64,
    pub(super) modified: Option<SystemTime>,
    /// The values of the partition that it is in, one for each key.
    pub(super) values: Vec<Option<String>>,
}

/// The files of a table, all of one format, in the order of their paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Files {
    /// `None` where there are no files.
    pub(super) format: Option<Format>,
    /// The keys of the partitions, the outermost first.
    pub(super) keys: Vec<String>,
    pub(super) files: Vec<File>,
}

/// The files of a table.
pub(super) fn files(place: &Place) -> Result<Files> {
    let mut walk = Walk { place, format: None, keys: None, files: Vec::new() };
    if place.is_folder {
        if let Some(log) = Log::of(&place.path) {
            return Err(log.refuse(&place.path));
        }
        walk.folder(&place.path, &mut Vec::new(), DEEPEST)?;
    } else {
        walk.file(place.path.clone(), &[])?;
    }
    Ok(Files {
        format: walk.format.map(|(format, _)| format),
        keys: walk.keys.map(|(keys, _)| keys).unwrap_or_default(),
        files: walk.files,
    })
}

struct Walk<'a> {
    place: &'a Place,
    /// The format of the files, and the first of them.
    format: Option<(Format, PathBuf)>,
    /// The keys of the partitions, and the first file that has them.
    keys: Option<(Vec<String>, PathBuf)>,
    files: Vec<File>,
}

impl Walk<'_> {
    /// The files in a folder, and in the folders in it.
    fn folder(&mut self, folder: &Path, levels: &mut Vec<Level>, depth: usize) -> Result<()> {
        let table = self.place.full_name();
        if depth == 0 {
            return Err(Error::new(
                ErrorKind::BrokenData,
                format!("the folders of table `{table}` nest too deep, as `{}`", folder.display()),
            )
            .at_path(folder)
            .with_help("see whether a link among them leads back to a folder above it"));
        }
        let entries = entries(folder)?;
        let mut partition: Option<&Entry> = None;
        let mut other: Option<&Entry> = None;
        for entry in &entries {
            let is_partition = entry.is_folder && entry.name.contains('=');
            let first = if is_partition { &mut partition } else { &mut other };
            first.get_or_insert(entry);
        }
        if let (Some(partition), Some(other)) = (partition, other) {
            return Err(stray(&table, partition, other));
        }
        for Entry { name, path, is_folder } in entries {
            if !is_folder {
                self.file(path, levels)?;
            } else if name.contains('=') {
                let level = level(&name).map_err(|wrong| wrong.at(&table, &path))?;
                if let Some(same) = levels.iter().find(|other| same_name(&other.key, &level.key)) {
                    return Err(twice(&table, &path, &same.key));
                }
                levels.push(level);
                self.folder(&path, levels, depth - 1)?;
                levels.pop();
            } else {
                self.folder(&path, levels, depth - 1)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf, levels: &[Level]) -> Result<()> {
        let format = Format::of(&path).ok_or_else(|| unknown_format(self.place, &path))?;
        match &self.format {
            Some((other, first)) if *other != format => {
                return Err(Error::new(
                    ErrorKind::BrokenData,
                    format!(
                        "the folder of table `{}` has both {} and {} files: `{}` and `{}`",
                        self.place.full_name(),
                        other.name(),
                        format.name(),
                        first.display(),
                        path.display()
                    ),
                )
                .with_help("keep files of one format in a folder"));
            }
            Some(_) => {}
            None => self.format = Some((format, path.clone())),
        }
        match &self.keys {
            Some((keys, first)) => same_keys(self.place, (keys, first), (levels, &path))?,
            None => {
                let keys = levels.iter().map(|level| level.key.clone()).collect();
                self.keys = Some((keys, path.clone()));
            }
        }
        let metadata = fs::metadata(&path).map_err(|error| unreadable(&path, error))?;
        self.files.push(File {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            values: levels.iter().map(|level| level.value.clone()).collect(),
            path,
        });
        Ok(())
    }
}

/// An error unless the file is in a partition of the same keys as the first one.
fn same_keys(
    place: &Place,
    (keys, first): (&[String], &Path),
    (levels, path): (&[Level], &Path),
) -> Result<()> {
    if keys.iter().eq(levels.iter().map(|level| &level.key)) {
        return Ok(());
    }
    let respelled = keys.iter().zip(levels).find(|(key, level)| **key != level.key);
    if let Some((key, level)) = respelled
        && same_name(key, &level.key)
    {
        return Err(Error::new(
            ErrorKind::BrokenData,
            format!(
                "the folders of table `{}` spell one partition column both `{key}=` and `{}=`: \
                 `{}` and `{}`",
                place.full_name(),
                level.key,
                first.display(),
                path.display()
            ),
        )
        .at_path(path)
        .with_help("rename the folders so that all spell it alike"));
    }
    let listed = |keys: Vec<&str>| match keys.as_slice() {
        [] => "is in no partition".to_owned(),
        keys => format!("is in a partition by {}", keys.join(", ")),
    };
    let expected = listed(keys.iter().map(String::as_str).collect());
    let found = listed(levels.iter().map(|level| level.key.as_str()).collect());
    Err(Error::new(
        ErrorKind::BrokenData,
        format!(
            "the files of table `{}` are not partitioned alike: `{}` {expected}, and `{}` {found}",
            place.full_name(),
            first.display(),
            path.display()
        ),
    )
    .at_path(path)
    .with_help("move the files so that all are below folders of the same keys, in the same order"))
}

/// That something lies beside the folders of partitions that is not one.
fn stray(table: &str, partition: &Entry, other: &Entry) -> Error {
    let what = if other.is_folder { "folder" } else { "file" };
    Error::new(
        ErrorKind::BrokenData,
        format!(
            "the {what} `{}` of table `{table}` lies beside partitions such as `{}`, and is in none",
            other.path.display(),
            partition.name
        ),
    )
    .at_path(&other.path)
    .with_help(format!(
        "move it into a folder of the same key, as `{}…`, or out of the table's folder",
        partition.name.split_inclusive('=').next().unwrap_or("key=")
    ))
}

/// That folders within each other have one key.
fn twice(table: &str, path: &Path, key: &str) -> Error {
    Error::new(
        ErrorKind::BrokenData,
        format!("`{}` of table `{table}` is a partition by `{key}` twice", path.display()),
    )
    .at_path(path)
    .with_help("give every level of folders a key of its own")
}

fn unknown_format(place: &Place, path: &Path) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("`{}` of table `{}` has no known format", path.display(), place.full_name()),
    )
    .at_path(path)
    .with_help(
        "tables are .parquet, .csv, .json, .ndjson and .jsonl files, not compressed as a whole",
    )
}
