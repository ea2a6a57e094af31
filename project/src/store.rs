//! The folder of the snapshots: one folder a schema, one file a table.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lakequery_compiler::snapshot::{Snapshots, Table, file};

use crate::cache::{Cache, lock};
use crate::error::Error;
use crate::key::{self, Key};

/// A snapshot file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What it says, or what is wrong with it.
    pub table: Result<Table, String>,
    /// The text of the file, with `\n` at the end of each line.
    pub text: String,
}

/// The folder of all snapshots.
///
/// As [`Snapshots`] it reads the files of the tables that are asked for and no others,
/// and each of them once until it changes.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    /// The snapshots that were asked for and read.
    read: Mutex<BTreeSet<PathBuf>>,
}

impl Store {
    /// The store in a folder of this absolute path; it need not exist.
    pub fn new(folder: PathBuf) -> Store {
        Store { folder, read: Mutex::default() }
    }

    /// The folder, as messages name it.
    pub fn shown(&self) -> String {
        crate::shown::shown(&self.folder)
    }

    /// The files of the tables that were asked for, sorted.
    pub fn files_read(&self) -> Vec<PathBuf> {
        lock(&self.read).iter().cloned().collect()
    }

    /// All snapshots, also those with mistakes.
    ///
    /// # Errors
    ///
    /// If a folder or a file can't be read.
    pub fn all(&self) -> Result<BTreeMap<Key, Stored>, Error> {
        let failed = |path: &Path, error| Error::io("read", path, &error);
        let mut snapshots = BTreeMap::new();
        let folders = names(&self.folder).map_err(|error| failed(&self.folder, error))?;
        for name in folders {
            let folder = self.folder.join(&name);
            if key::schema(&name).is_none() || !folder.is_dir() {
                continue;
            }
            for key in keys(&folder, &name).map_err(|error| failed(&folder, error))? {
                let path = self.path(&key);
                let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
                let text = text.replace("\r\n", "\n");
                let table = file::parse(&key.schema, &text)
                    .map_err(|errors| errors.to_string().replace('\n', "; "));
                snapshots.insert(key, Stored { table, text });
            }
        }
        Ok(snapshots)
    }

    /// Writes a snapshot whole or not at all: a compiler that reads it at the same
    /// time sees the old one or the new one.
    ///
    /// # Errors
    ///
    /// If the file or the folder of its schema can't be written.
    pub fn write(&self, table: &Table) -> Result<(), Error> {
        let key = Key::new(&table.schema, &table.name);
        let folder = self.folder.join(key::folder(&key.schema));
        fs::create_dir_all(&folder).map_err(|error| Error::io("create", &folder, &error))?;
        let path = self.path(&key);
        // In the same folder, because only there it can be renamed in one step.
        let temporary = folder.join(format!(".{}.tmp", std::process::id()));
        let written = fs::write(&temporary, file::write(table))
            .and_then(|()| fs::rename(&temporary, &path))
            .map_err(|error| Error::io("write", &path, &error));
        if written.is_err() {
            // There may be none; the first error is the one to report.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Removes a snapshot, and the folder of its schema with the last one.
    ///
    /// # Errors
    ///
    /// If there is no such file, or it can't be removed.
    pub fn remove(&self, key: &Key) -> Result<(), Error> {
        let path = self.path(key);
        fs::remove_file(&path).map_err(|error| Error::io("remove", &path, &error))?;
        // Refused while something else is in it.
        let _ = fs::remove_dir(self.folder.join(key::folder(&key.schema)));
        Ok(())
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(key.path())
    }
}

impl Snapshots for Store {
    fn table(&self, schema: &str, table: &str) -> Result<Option<Arc<Table>>, String> {
        static TABLES: Cache<Table> = Cache::new();
        let key = Key::new(schema, table);
        if !key.fits() {
            return Ok(None);
        }
        let path = self.path(&key);
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(Error::io("read", &path, &error).message),
        };
        lock(&self.read).insert(path.clone());
        let parse = |text: &str| {
            file::parse(&key.schema, text).map_err(|errors| Error::text(&path, &errors))
        };
        TABLES.get(&path, &metadata, parse).map(Some).map_err(|error| error.message)
    }

    fn schemas(&self) -> Vec<String> {
        let names = names(&self.folder).unwrap_or_default();
        let folders = names.iter().filter(|name| self.folder.join(name).is_dir());
        let mut schemas: Vec<String> = folders.filter_map(|name| key::schema(name)).collect();
        schemas.sort();
        schemas
    }

    fn tables(&self, schema: &str) -> Vec<String> {
        let name = key::folder(schema);
        let keys = keys(&self.folder.join(&name), &name).unwrap_or_default();
        let mut tables: Vec<String> = keys.into_iter().map(|key| key.table).collect();
        tables.sort();
        tables
    }
}

/// The snapshots in the folder of a schema; none if it does not exist.
fn keys(folder: &Path, name: &str) -> io::Result<Vec<Key>> {
    let names = names(folder)?;
    Ok(names.iter().filter_map(|file| Key::at(&Path::new(name).join(file))).collect())
}

/// The names in a folder; none if it does not exist.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        // A name that is not Unicode is not the name of a snapshot.
        names.extend(entry?.file_name().into_string().ok());
    }
    Ok(names)
}

/// Whether an error says that a file or one of its folders does not exist.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Folder, snapshot};
    use std::time::{Duration, SystemTime};

    /// Names that are hard on file systems.
    const ODD: [&str; 9] = ["aux", "a:b", "100%", "a/b", "..", ".hidden", "end.", "größe", "a\\b"];

    fn table(schema: &str, name: &str) -> Table {
        let text = format!("version = 1\nname = '{name}'\n[columns]\nx = 'bigint'\n");
        file::parse(schema, &text).unwrap()
    }

    #[test]
    fn what_is_written_is_found_by_queries_and_by_cargo_lake() {
        let folder = Folder::new();
        let store = Store::new(folder.path().join("deep/schemas"));
        folder.write("deep/outside.toml", &snapshot("a"));
        assert_eq!(store.all().unwrap(), BTreeMap::new());
        let mut names: Vec<(&str, &str)> = ODD.into_iter().zip(ODD.into_iter().rev()).collect();
        names.extend([("Tpch", "Orders"), ("tpch", "Größe 2024")]);
        let mut expected = BTreeMap::new();
        for (schema, name) in names {
            let table = table(&schema.to_lowercase(), name);
            store.write(&table).unwrap();
            let found = store.table(schema, &name.to_ascii_uppercase()).unwrap();
            assert_eq!(found.as_deref(), Some(&table), "{schema}.{name}");
            assert!(store.tables(schema).contains(&name.to_lowercase()), "{schema}.{name}");
            let text = file::write(&table);
            expected.insert(Key::new(schema, name), Stored { table: Ok(table), text });
        }
        assert_eq!(store.all().unwrap(), expected);
        let mut schemas = [&ODD[..], &["tpch"]].concat();
        schemas.sort_unstable();
        assert_eq!(store.schemas(), schemas);
        assert_eq!(store.tables("TPCH"), ["größe 2024", "orders"]);
        assert_eq!(folder.names("deep/schemas/tpch"), ["größe 2024.toml", "orders.toml"]);
        // No name leads out of the folder.
        let long = "x".repeat(1000);
        for name in ["", "../..", "../outside", "outside", &long] {
            for schema in ["..", "", "tpch", &long] {
                assert_eq!(store.table(schema, name), Ok(None), "{schema} {name}");
            }
        }
        assert_eq!(store.tables("nothing"), [""; 0]);
    }

    #[test]
    fn mistakes_and_other_files_do_no_harm() {
        let folder = Folder::new();
        let store = Store::new(folder.path().to_owned());
        folder.write("s/broken.toml", "version = 1");
        folder.write("s/Upper.toml", &snapshot("a"));
        folder.write("s/README.md", "# hello");
        folder.write("s/.t.99.tmp", "version");
        folder.write("README.md", "# hello");
        folder.write(".git/config.toml", "");
        let all = store.all().unwrap();
        assert_eq!(all.keys().collect::<Vec<_>>(), [&Key::new("s", "broken")]);
        let wrong = all[&Key::new("s", "broken")].table.clone().unwrap_err();
        assert!(wrong.starts_with("1:1: `name` is missing"), "{wrong}");
        let said = store.table("s", "broken").unwrap_err();
        let path = folder.path().join("s/broken.toml");
        assert!(said.starts_with(&format!("{}:1:1: `name` is missing", path.display())), "{said}");
        assert_eq!(store.files_read(), [path]);
        assert_eq!((store.schemas(), store.tables("s")), (vec!["s".into()], vec!["broken".into()]));
        // A file in the place of a folder, and a folder in the place of a file.
        assert_eq!(store.table("README.md", "t"), Ok(None));
        folder.write("s/folder.toml/t", "");
        assert!(store.table("s", "folder").is_err_and(|text| text.starts_with("could not read")));
    }

    #[test]
    fn a_file_is_read_anew_when_it_changes() {
        let folder = Folder::new();
        let column = || {
            let store = Store::new(folder.path().to_owned());
            let table = store.table("s", "orders").unwrap().unwrap();
            (table.columns[0].name.clone(), table)
        };
        folder.write("s/orders.toml", &snapshot("a"));
        let (name, first) = column();
        assert_eq!(name, "a");
        assert!(Arc::ptr_eq(&first, &column().1));
        // Of the same length: its time differs.
        folder.write("s/orders.toml", &snapshot("b"));
        let path = folder.path().join("s/orders.toml");
        let later = SystemTime::now() + Duration::from_secs(5);
        fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert_eq!(column().0, "b");
        // At the same time: its length differs.
        folder.write("s/orders.toml", &snapshot("longer"));
        fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert_eq!(column().0, "longer");
    }

    #[test]
    fn removing_the_last_table_removes_the_folder() {
        let folder = Folder::new();
        let store = Store::new(folder.path().to_owned());
        for name in ["a", "b"] {
            store.write(&table("s", name)).unwrap();
        }
        store.remove(&Key::new("s", "a")).unwrap();
        assert_eq!(folder.names("s"), ["b.toml"]);
        store.remove(&Key::new("s", "b")).unwrap();
        assert!(!folder.path().join("s").exists());
        assert!(store.remove(&Key::new("s", "b")).is_err());
    }

    /// The snapshots of the repository are what `cargo lake` would write.
    #[test]
    fn the_snapshots_of_this_repository_are_canonical() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let snapshots = Store::new(root.join("schemas")).all().unwrap();
        let tables = snapshots.keys().filter(|key| key.schema == "tpch").count();
        assert_eq!(tables, 8);
        for (key, stored) in snapshots {
            let table = stored.table.unwrap();
            assert_eq!(file::write(&table), stored.text, "{key:?}");
            assert_eq!(Key::new(&table.schema, &table.name), key);
        }
    }
}
