//! Where tables lie in the folder: `schema/table.parquet`, or
//! a folder `schema/table`; files directly in the folder, and folders with partitions
//! in them, are tables of the schema `default`. Everything here blocks.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lakequery_types::{nearest, same_name};

use super::entries::{Entry, entries, unreadable};
use super::foreign::{self, Log};
use super::format;
use super::stated::Stated;
use crate::error::{Error, ErrorKind, Result};

/// The schema of the files that lie directly in the folder.
const ROOT_SCHEMA: &str = "default";

/// The folder of all tables.
#[derive(Debug)]
pub(super) struct Places {
    root: PathBuf,
    default_schema: String,
}

/// Where a table of a folder lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The schema that it is in.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its file, or the folder of its files.
    pub path: PathBuf,
    pub(super) is_folder: bool,
}

/// What is in a schema.
#[derive(Debug, Default)]
pub struct Contents {
    /// The tables.
    pub tables: Vec<Place>,
    /// What is not a table, though it lies where tables do.
    pub passed_over: Vec<PassedOver>,
}

/// Something that is not a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PassedOver {
    /// Its file or folder.
    pub path: PathBuf,
    /// Why it is not one.
    pub reason: &'static str,
}

impl Contents {
    fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.passed_over.is_empty()
    }
}

impl Place {
    /// The table's full name.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}

impl Places {
    /// A folder that exists; the schema is the one that need not be written.
    pub(super) fn open(root: PathBuf, schema: Option<String>) -> Result<Places> {
        let root = match fs::canonicalize(&root) {
            Ok(path) if path.is_dir() => path,
            Ok(_) => {
                return Err(Error::new(
                    ErrorKind::NotFound,
                    format!("`{}` is a file, not a folder", root.display()),
                )
                .at_path(&root)
                .with_help("name the folder that the table's file is in"));
            }
            Err(error) => {
                let here = std::env::current_dir().unwrap_or_default();
                let mut error = unreadable(&root, error);
                if root.is_relative() && error.kind() == ErrorKind::NotFound {
                    error = error.with_help(format!(
                        "a path that does not begin with `/` starts at the current folder, {}",
                        here.display()
                    ));
                }
                return Err(error);
            }
        };
        if let Some(log) = Log::of(&root) {
            return Err(log.refuse(&root));
        }
        if is_partitioned(&root) {
            return Err(Error::new(
                ErrorKind::NotFound,
                format!("`{}` has partitions in it: it is a table, and not a lake", root.display()),
            )
            .at_path(&root)
            .with_help("connect to the folder that it lies in, where it is a table of the schema `default`"));
        }
        Ok(Places { root, default_schema: schema.unwrap_or_else(|| ROOT_SCHEMA.to_owned()) })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The schemas that have something in them, sorted.
    pub(super) fn schemas(&self, stated: &[Arc<Stated>]) -> Result<Vec<String>> {
        let mut schemas = Vec::new();
        for entry in entries(&self.root)? {
            let is_schema = entry.is_folder && !is_table(&entry.path);
            if is_schema && !contents(&entry.name, &entry.path, true, stated)?.is_empty() {
                schemas.push(entry.name);
            }
        }
        if !contents(ROOT_SCHEMA, &self.root, false, stated)?.is_empty() {
            schemas.push(ROOT_SCHEMA.to_owned());
        }
        schemas.sort();
        schemas.dedup();
        Ok(schemas)
    }

    /// The tables of a schema, sorted, and what else is there; an error when the
    /// schema isn't there.
    pub(super) fn tables(&self, schema: &str, stated: &[Arc<Stated>]) -> Result<Contents> {
        let mut contents = self.contents(schema, stated)?;
        // Somebody may be about to fill an empty folder; it is no table yet.
        let is_empty =
            |place: &Place| place.is_folder && entries(&place.path).is_ok_and(|e| e.is_empty());
        for place in contents.tables.extract_if(.., |place| is_empty(place)) {
            contents.passed_over.push(PassedOver { path: place.path, reason: "it is empty" });
        }
        contents.tables.sort();
        contents.passed_over.sort();
        Ok(contents)
    }

    /// What is in a schema, seen from outside.
    fn contents(&self, schema: &str, stated: &[Arc<Stated>]) -> Result<Contents> {
        let is_schema = |entry: &Entry| entry.is_folder && !is_partitioned(&entry.path);
        let folders: Vec<Entry> = entries(&self.root)?.into_iter().filter(is_schema).collect();
        let folder = pick(schema, &folders, |entry| &entry.name, "schema", "")?;
        let mut all = match folder {
            Some(folder) => match Log::of(&folder.path) {
                Some(log) => return Err(log.refuse(&folder.path)),
                None => contents(&folder.name, &folder.path, true, stated)?,
            },
            None => Contents::default(),
        };
        if same_name(schema, ROOT_SCHEMA) {
            let root = contents(ROOT_SCHEMA, &self.root, false, stated)?;
            all.tables.extend(root.tables);
            all.passed_over.extend(root.passed_over);
        } else if folder.is_none() {
            let names: Vec<&str> = folders.iter().map(|entry| entry.name.as_str()).collect();
            let message = format!("schema `{schema}` does not exist in {}", self.root.display());
            return Err(missing(message, schema, &names, "the schemas are"));
        }
        Ok(all)
    }

    /// The place of a table.
    pub(super) fn find(
        &self,
        schema: Option<&str>,
        table: &str,
        stated: &[Arc<Stated>],
    ) -> Result<Place> {
        let schema = schema.unwrap_or(&self.default_schema);
        let places = self.contents(schema, stated)?.tables;
        if let Some(place) = pick(table, &places, |place| &place.name, "table", schema)? {
            return Ok(place.clone());
        }
        let message = format!("table `{schema}.{table}` does not exist");
        let names: Vec<&str> = places.iter().map(|place| place.name.as_str()).collect();
        let mut error =
            missing(message, table, &names, &format!("the tables of schema `{schema}` are"));
        if places.is_empty() {
            error = error.with_help(format!(
                "put `{table}.parquet` into `{}`, or connect to another folder",
                self.root.join(if schema == ROOT_SCHEMA { "" } else { schema }).display()
            ));
        }
        Err(error)
    }
}

/// Whether a folder in the folder of all is a table, and not a schema.
fn is_table(folder: &Path) -> bool {
    Log::of(folder).is_some() || is_partitioned(folder)
}

/// Whether there are partitions in a folder.
fn is_partitioned(folder: &Path) -> bool {
    let is_partition = |entry: &Entry| entry.is_folder && entry.name.contains('=');
    entries(folder).is_ok_and(|entries| entries.iter().any(is_partition))
}

/// What is in a schema's folder; the folder of all has folders of schemas, not of
/// tables, but for those whose log or partitions show that they are tables.
fn contents(
    schema: &str,
    folder: &Path,
    with_folders: bool,
    stated: &[Arc<Stated>],
) -> Result<Contents> {
    let mut contents = Contents::default();
    let has_format = |table: &&str| {
        let has = |stated: &Arc<Stated>| stated.options.format.is_some();
        stated.iter().any(|stated| has(stated) && stated.may_be_of(schema, table))
    };
    for Entry { name, path, is_folder } in entries(folder)? {
        let name = if path.to_str().is_none() {
            Err("its name is not UTF-8")
        } else if is_folder {
            if !with_folders && !is_table(&path) {
                continue;
            }
            Ok(name)
        } else {
            let stem = match format::of(&path) {
                Some(_) => format::stem(&path),
                None => foreign::table(&path).or_else(|| format::stem(&path).filter(has_format)),
            };
            stem.map(str::to_owned).ok_or("it is not a Parquet, CSV, TSV or JSON file")
        };
        match name {
            Ok(name) => {
                contents.tables.push(Place { schema: schema.to_owned(), name, path, is_folder });
            }
            Err(reason) => contents.passed_over.push(PassedOver { path, reason }),
        }
    }
    Ok(contents)
}

/// The item of a name: of exactly this name, or else the only one when case does not count.
fn pick<'a, T>(
    name: &str,
    items: &'a [T],
    name_of: impl Fn(&T) -> &String,
    what: &str,
    schema: &str,
) -> Result<Option<&'a T>> {
    let mut found: Vec<&T> = items.iter().filter(|item| name_of(item) == name).collect();
    if found.is_empty() {
        found = items.iter().filter(|item| same_name(name_of(item), name)).collect();
    }
    match found[..] {
        [] => Ok(None),
        [item] => Ok(Some(item)),
        _ => {
            let names: Vec<&str> = found.iter().map(|item| name_of(item).as_str()).collect();
            let place =
                if schema.is_empty() { String::new() } else { format!(" in schema `{schema}`") };
            Err(Error::new(
                ErrorKind::NotFound,
                format!("{what} `{name}` is ambiguous{place}: there are {}", names.join(", ")),
            )
            .with_help("keep one of them; two files may not differ in case or extension only"))
        }
    }
}

fn missing(message: String, name: &str, names: &[&str], are: &str) -> Error {
    let error = Error::new(ErrorKind::NotFound, message);
    match nearest(name, names.iter().copied()) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None if names.is_empty() => error,
        None => error.with_help(format!("{are} {}", listed(names))),
    }
}

/// The names, but not thousands of them.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 20;
    let mut text = names[..names.len().min(SHOWN)].join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}
