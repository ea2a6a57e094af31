//! The files of a table: its one file, or all files in its folder and in the folders there.
//!
//! A folder called `key=value` is a partition: all rows in it have the value in the column
//! `key`, which the files themselves do not have. Everything here blocks.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use lakequery_types::{FileFormat, FileOptions, same_name};

use super::entries::{Entry, entries, unreadable};
use super::foreign::{self, Log};
use super::format;
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
    /// `None` where there are no files, or a log.
    pub(super) format: Option<FileFormat>,
    /// The log that says which files belong to the table; the files here are its own then.
    pub(super) log: Option<Log>,
    /// The keys of the partitions, the outermost first.
    pub(super) keys: Vec<String>,
    pub(super) files: Vec<File>,
}

/// The files of a table, read as is stated.
pub(super) fn files(place: &Place, options: &FileOptions) -> Result<Files> {
    let mut walk = Walk { place, options, format: None, keys: None, files: Vec::new() };
    if place.is_folder {
        match Log::of(&place.path) {
            Some(log) if log.is_read => return of_log(place, log),
            Some(log) => return Err(log.refuse(&place.path)),
            None => {}
        }
        walk.folder(&place.path, &mut Vec::new(), DEEPEST)?;
    } else {
        walk.file(place.path.clone(), &[])?;
    }
    Ok(Files {
        format: walk.format.map(|(format, _)| format),
        log: None,
        keys: walk.keys.map(|(keys, _)| keys).unwrap_or_default(),
        files: walk.files,
    })
}

/// The files of a table's log: where none of them has changed, the table has not.
fn of_log(place: &Place, log: Log) -> Result<Files> {
    let is_file = |entry: &Entry| !entry.is_folder;
    let entries = entries(&log.path(&place.path))?.into_iter().filter(is_file);
    let files = entries.map(|entry| file(entry.path, &[])).collect::<Result<_>>()?;
    Ok(Files { format: None, log: Some(log), keys: Vec::new(), files })
}

/// A file, in a partition of these levels.
fn file(path: PathBuf, levels: &[Level]) -> Result<File> {
    let metadata = fs::metadata(&path).map_err(|error| unreadable(&path, error))?;
    Ok(File {
        length: metadata.len(),
        modified: metadata.modified().ok(),
        values: levels.iter().map(|level| level.value.clone()).collect(),
        path,
    })
}

struct Walk<'a> {
    place: &'a Place,
    options: &'a FileOptions,
    /// The format of the files, and the first of them.
    format: Option<(FileFormat, PathBuf)>,
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
        let format = format::of_table(&path, self.options)
            .ok_or_else(|| foreign::unknown_format(&self.place.full_name(), &path))?;
        match &self.format {
            Some((other, first)) if *other != format => {
                return Err(Error::new(
                    ErrorKind::BrokenData,
                    format!(
                        "the folder of table `{}` has both {} and {} files: `{}` and `{}`",
                        self.place.full_name(),
                        other.title(),
                        format.title(),
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
        self.files.push(file(path, levels)?);
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
