//! What the unit tests of several modules need.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use lakequery_compiler::config::Config;
use lakequery_compiler::snapshot::{Table, file};

use lakequery_types::Engine;

use crate::source::{Catalog, Found, Lake, Step, Unread};

/// A table, its columns as a snapshot file writes them.
pub(crate) fn table(schema: &str, name: &str, columns: &[(&str, &str)]) -> Table {
    let columns: String =
        columns.iter().map(|(name, ty)| format!("\"{name}\" = '{ty}'\n")).collect();
    file::parse(schema, &format!("version = 1\nname = '{name}'\n[columns]\n{columns}")).unwrap()
}

/// A folder that is removed at the end of the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cargo-lake-{}-{next}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The files under a folder, sorted.
    pub(crate) fn files(&self, under: &str) -> Vec<String> {
        fn walk(folder: &Path, prefix: &str, files: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
                if entry.path().is_dir() {
                    walk(&entry.path(), &format!("{name}/"), files);
                } else {
                    files.push(name);
                }
            }
        }
        let mut files = Vec::new();
        walk(&self.0.join(under), "", &mut files);
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder left over does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A catalog that has what a test gives it.
#[derive(Default)]
pub(crate) struct Fake(RefCell<Vec<(String, FakeLake)>>);

/// The tables of a source, or why it can't be read.
#[derive(Clone)]
struct FakeLake(Result<Vec<Table>, String>);

impl Fake {
    /// The tables of a URL; those that were there before are forgotten.
    ///
    /// The types of a table whose name ends in `csv` are guessed, and one whose
    /// name ends in `unreadable` is there but can't be read.
    pub(crate) fn set(&self, url: &str, tables: Result<Vec<Table>, String>) {
        self.0.borrow_mut().retain(|(known, _)| known != url);
        self.0.borrow_mut().push((url.to_owned(), FakeLake(tables)));
    }
}

impl Catalog for Fake {
    fn open(&self, url: &str, _folder: &Path, _config: &Config) -> Result<Box<dyn Lake>, String> {
        let lakes = self.0.borrow();
        let (_, lake) = lakes.iter().find(|(known, _)| known == url).ok_or("no such lake")?;
        Ok(Box::new(lake.clone()))
    }
}

impl Lake for FakeLake {
    fn engine(&self) -> Engine {
        Engine::DataFusion
    }

    fn tables(
        &self,
        schema: Option<&str>,
        each: &mut dyn FnMut(Step),
    ) -> Result<Vec<String>, String> {
        let tables = self.0.clone()?;
        let of = tables.len();
        let wanted = |table: &Table| schema.is_none_or(|schema| schema == table.schema);
        for (i, table) in tables.into_iter().filter(wanted).enumerate() {
            let table = if table.name.ends_with("unreadable") {
                let Table { schema, name, .. } = table;
                Err(Unread { schema, name, reason: "the file is cut short".into() })
            } else {
                let inferred = table.name.ends_with("csv");
                let (skipped, pinned) = (Vec::new(), Vec::new());
                Ok(Found { inferred, guessed_partitions: 0, skipped, pinned, table })
            };
            each(Step { table, number: i + 1, of });
        }
        Ok(Vec::new())
    }
}
