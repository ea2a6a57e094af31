//! The folder of the snapshots: one folder a schema, one file a table.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use lakequery_compiler::snapshot::{Table, file, path};

use crate::failure::Failure;

/// What a snapshot is found by: the names of its schema and its table in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) schema: String,
    pub(crate) table: String,
}

impl Key {
    /// That of a table, whatever the case of its name.
    pub(crate) fn of(schema: &str, table: &str) -> Key {
        Key { schema: schema.to_lowercase(), table: table.to_lowercase() }
    }
}

/// A snapshot file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// What it says, or what is wrong with it.
    pub(crate) table: Result<Table, String>,
    /// The file's text, its lines ended as `cargo lake` ends them.
    pub(crate) text: String,
}

/// The folder.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    /// The folder at a path; it need not exist.
    pub(crate) fn new(folder: PathBuf) -> Store {
        Store { folder }
    }

    /// Where the snapshot of a key lies.
    pub(crate) fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(path::snapshot(&key.schema, &key.table))
    }

    /// All snapshots.
    pub(crate) fn read(&self) -> Result<BTreeMap<Key, Stored>, Failure> {
        let mut snapshots = BTreeMap::new();
        for name in names(&self.folder)? {
            let (folder, schema) = (self.folder.join(&name), path::schema(&name));
            if !folder.is_dir() {
                continue;
            }
            for name in names(&folder)? {
                let Some(table) = path::table(&name) else { continue };
                let key = Key { schema: schema.clone(), table };
                let path = folder.join(&name);
                // Queries would not find it, and so it is not a snapshot.
                if path != self.path(&key) {
                    continue;
                }
                let text = fs::read_to_string(&path)
                    .map_err(|error| Failure::file("read", &path, &error))?
                    .replace("\r\n", "\n");
                let table = file::parse(&schema, &text).map_err(|error| error.to_string());
                snapshots.insert(key, Stored { table, text });
            }
        }
        Ok(snapshots)
    }

    /// Writes a snapshot whole or not at all: a compiler that reads it at the
    /// same time sees the old one or the new one.
    pub(crate) fn write(&self, key: &Key, table: &Table) -> Result<(), Failure> {
        let path = self.path(key);
        let folder = self.folder.join(path::folder(&key.schema));
        fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
        // In the same folder, for only there can it be renamed in one step.
        let temporary = folder.join(format!(".{}.tmp", std::process::id()));
        let written = fs::write(&temporary, file::write(table))
            .and_then(|()| fs::rename(&temporary, &path))
            .map_err(|error| Failure::file("write", &path, &error));
        if written.is_err() {
            // It may be that there is none; the first error is the one to tell.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Removes a snapshot, and its schema's folder with the last one.
    pub(crate) fn remove(&self, key: &Key) -> Result<(), Failure> {
        let path = self.path(key);
        fs::remove_file(&path).map_err(|error| Failure::file("remove", &path, &error))?;
        // Refused where something else is in it, which then stays.
        let _ = fs::remove_dir(self.folder.join(path::folder(&key.schema)));
        Ok(())
    }
}

/// The names in a folder, sorted, hidden ones left out; none if it does not exist.
fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let failure = |error| Failure::file("read", folder, &error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failure(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        // A name that is not Unicode is no snapshot of ours.
        if let Ok(name) = entry.map_err(failure)?.file_name().into_string()
            && !name.starts_with('.')
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Folder, table};

    #[test]
    fn what_is_written_is_read() {
        let folder = Folder::new();
        let store = Store::new(folder.path().join("deep/schemas"));
        assert_eq!(store.read().unwrap(), BTreeMap::new());
        let mut expected = Vec::new();
        for (name, schema) in [("Orders", "Tpch"), ("a/b", "tpch"), ("..", "other")] {
            let table = table(schema, name, &[("x", "bigint not null")]);
            let key = Key::of(schema, name);
            store.write(&key, &table).unwrap();
            expected.push((key, name.to_owned()));
        }
        expected.sort();
        let read: Vec<_> = store
            .read()
            .unwrap()
            .into_iter()
            .map(|(key, stored)| (key, stored.table.unwrap().name))
            .collect();
        assert_eq!(read, expected);
        assert_eq!(
            folder.files("deep/schemas"),
            ["other/%2e%2e.toml", "tpch/a%2fb.toml", "tpch/orders.toml"]
        );
    }

    #[test]
    fn a_broken_file_and_other_files_do_no_harm() {
        let folder = Folder::new();
        let store = Store::new(folder.path().to_owned());
        folder.write("s/broken.toml", "version = 1");
        folder.write("s/README.md", "# hello");
        folder.write("s/.t.99.tmp", "half");
        folder.write("README.md", "# hello");
        let read = store.read().unwrap();
        assert_eq!(read.len(), 1);
        let broken = read[&Key::of("s", "broken")].table.as_ref().unwrap_err();
        assert!(broken.starts_with("1:1: `name` is missing"), "{broken}");
    }

    #[test]
    fn removing_the_last_table_removes_the_folder() {
        let folder = Folder::new();
        let store = Store::new(folder.path().to_owned());
        let (a, b) = (Key::of("s", "a"), Key::of("s", "b"));
        for key in [&a, &b] {
            store.write(key, &table("s", &key.table, &[("x", "bigint")])).unwrap();
        }
        store.remove(&a).unwrap();
        assert_eq!(folder.files("s"), ["b.toml"]);
        store.remove(&b).unwrap();
        assert!(!folder.path().join("s").exists());
        assert!(store.remove(&b).is_err());
    }

    /// The repository's own snapshots are what `cargo lake` would write.
    #[test]
    fn the_snapshots_of_this_repository_are_canonical() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let snapshots = Store::new(root.join("schemas")).read().unwrap();
        let tables = snapshots.keys().filter(|key| key.schema == "tpch").count();
        assert_eq!(tables, 8);
        for (key, stored) in snapshots {
            let table = stored.table.unwrap();
            assert_eq!(file::write(&table), stored.text, "{key:?}");
            assert_eq!(Key::of(&table.schema, &table.name), key);
        }
    }
}
