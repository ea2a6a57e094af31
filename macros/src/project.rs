//! The files around a query: `lake.toml`, and the snapshots beside it.
//!
//! What was read is kept between expansions, and read anew when a file's time or
//! length changes: rust-analyzer's macro server lives for days. A query reads the
//! files of the tables it names and no others.

use std::collections::{BTreeSet, HashMap};
use std::env;
use std::fs::{self, DirEntry, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::{Code, Diagnostic};
use lakequery_compiler::snapshot::{Snapshots, Table, file, path};
use lakequery_compiler::token::Span;

/// The name of the configuration file.
const CONFIG: &str = "lake.toml";

/// The lake that a package's queries are checked against.
pub(crate) struct Project {
    /// What `lake.toml` says.
    pub(crate) config: Arc<Config>,
    /// The folder of the snapshots.
    schemas: PathBuf,
    /// The files read.
    read: Mutex<BTreeSet<PathBuf>>,
}

impl Project {
    /// Finds and reads the `lake.toml` of the package that is compiled: the one in
    /// its folder, or in the closest folder above.
    ///
    /// # Errors
    ///
    /// Where there is none, or it can't be read.
    pub(crate) fn find() -> Result<Project, Diagnostic> {
        Project::above(&package().map_err(wrong)?)
    }

    fn above(package: &Path) -> Result<Project, Diagnostic> {
        static CONFIGS: Cache<Config> = Cache::new();
        for folder in package.ancestors() {
            let path = folder.join(CONFIG);
            let Ok(metadata) = fs::metadata(&path) else { continue };
            let parse = |text: &str| {
                Config::parse(text).map_err(|error| {
                    let (line, column) = (error.line, error.column);
                    format!("{}:{line}:{column}: {}", shown(&path), error.message)
                })
            };
            let config = CONFIGS.get(&path, &metadata, parse).map_err(wrong)?;
            let schemas = folder.join(&config.schemas);
            return Ok(Project { config, schemas, read: Mutex::new(BTreeSet::from([path])) });
        }
        let folder = package.display();
        Err(wrong(format!("there is no `{CONFIG}` in {folder} or a folder above it"))
            .help("`cargo lake init` writes one"))
    }

    /// Names another file that the expansion depends on.
    pub(crate) fn track(&self, path: &Path) {
        lock(&self.read).insert(path.to_owned());
    }

    /// The files read that no expansion in this process has named yet, sorted,
    /// with absolute paths.
    ///
    /// rustc notes for the whole crate which files it depends on, and reads and
    /// keeps a file each time that it is named: once is enough.
    pub(crate) fn unnamed_files(&self) -> Vec<PathBuf> {
        static NAMED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
        let mut named = lock(&NAMED);
        self.files().into_iter().filter(|path| named.insert(path.clone())).collect()
    }

    /// All files read.
    fn files(&self) -> Vec<PathBuf> {
        lock(&self.read).iter().cloned().collect()
    }

    /// The folder of the snapshots, as it is shown to the user.
    pub(crate) fn schemas_shown(&self) -> String {
        shown(&self.schemas)
    }
}

impl Snapshots for Project {
    fn table(&self, schema: &str, table: &str) -> Result<Option<Arc<Table>>, String> {
        static TABLES: Cache<Table> = Cache::new();
        let path = self.schemas.join(path::snapshot(schema, table));
        let Ok(metadata) = fs::metadata(&path) else { return Ok(None) };
        self.track(&path);
        let parse = |text: &str| {
            file::parse(schema, text).map_err(|error| {
                let (line, column) = (error.line, error.column);
                format!("{}:{line}:{column}: {}", shown(&path), error.message)
            })
        };
        TABLES.get(&path, &metadata, parse).map(Some)
    }

    fn schemas(&self) -> Vec<String> {
        names(&self.schemas, |entry| {
            entry.path().is_dir().then(|| Some(path::schema(entry.file_name().to_str()?)))?
        })
    }

    fn tables(&self, schema: &str) -> Vec<String> {
        let folder = self.schemas.join(path::folder(schema));
        names(&folder, |entry| path::table(entry.file_name().to_str()?))
    }
}

/// What is wrong with `lake.toml`; no token of the query is.
fn wrong(message: String) -> Diagnostic {
    crate::problem::diagnostic(Code::BadConfig, Span::default(), message)
}

/// The names of the entries of a folder, sorted; none where it can't be read.
fn names(folder: &Path, name: impl Fn(&DirEntry) -> Option<String>) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| name(&entry)).collect();
    names.sort();
    names
}

/// The folder of the package that is compiled.
///
/// # Errors
///
/// Where cargo does not say which it is.
pub(crate) fn package() -> Result<PathBuf, String> {
    env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).ok_or_else(|| {
        format!(
            "CARGO_MANIFEST_DIR is not set, so that `{CONFIG}` can't be found; build with cargo"
        )
    })
}

/// A path as rustc shows paths: from the folder it works in, where it lies there.
pub(crate) fn shown(path: &Path) -> String {
    let folder = env::current_dir().unwrap_or_default();
    path.strip_prefix(&folder).unwrap_or(path).display().to_string()
}

/// Files and what they say, kept while they do not change.
struct Cache<T>(LazyLock<Mutex<HashMap<PathBuf, Entry<T>>>>);

struct Entry<T> {
    modified: Option<SystemTime>,
    length: u64,
    value: Arc<T>,
}

impl<T> Cache<T> {
    const fn new() -> Cache<T> {
        Cache(LazyLock::new(Mutex::default))
    }

    /// What the file says, whose metadata was read before.
    fn get(
        &self,
        path: &Path,
        metadata: &Metadata,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Arc<T>, String> {
        let (modified, length) = (metadata.modified().ok(), metadata.len());
        if let Some(entry) = lock(&self.0).get(path)
            && entry.length == length
            && entry.modified == modified
            && modified.is_some()
        {
            return Ok(entry.value.clone());
        }
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", shown(path)))?;
        let value = Arc::new(parse(&text)?);
        let entry = Entry { modified, length, value: value.clone() };
        lock(&self.0).insert(path.to_owned(), entry);
        Ok(value)
    }
}

/// A panic elsewhere leaves what the locks here protect as it was.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for a test; gone when it is dropped.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let name = format!("lakequery-macros-{name}-{}", std::process::id());
            let folder = Folder(env::temp_dir().join(name));
            fs::create_dir_all(&folder.0).unwrap();
            folder
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn snapshot(column: &str) -> String {
        format!("version = 1\nname = \"Orders\"\n\n[columns]\n{column} = \"bigint not null\"\n")
    }

    #[test]
    fn the_closest_lake_is_found_and_only_named_tables_are_read() {
        let folder = Folder::new("closest");
        folder.write("lake.toml", "targets = [\"trino\"]\nschemas = \"far\"");
        folder.write("a/lake.toml", "targets = [\"trino\"]\nschemas = \"../near\"");
        folder.write("near/tpch/orders.toml", &snapshot("a"));
        folder.write("near/tpch/broken.toml", "broken");
        folder.write("near/notes.txt", "no schema");
        let project = Project::above(&folder.0.join("a/b/c")).unwrap();
        assert_eq!(project.files(), [folder.0.join("a/lake.toml")]);
        assert_eq!(project.table("TPCH", "Orders").unwrap().unwrap().name, "Orders");
        assert_eq!(project.table("tpch", "nothing"), Ok(None));
        let near = folder.0.join("a/../near/tpch");
        assert_eq!(project.files(), [near.join("orders.toml"), folder.0.join("a/lake.toml")]);
        assert_eq!(project.schemas(), ["tpch"]);
        assert_eq!(project.tables("tpch"), ["broken", "orders"]);
        let broken = project.table("tpch", "broken").unwrap_err();
        assert!(broken.contains("broken.toml:1:"), "{broken}");
    }

    #[test]
    fn a_file_is_read_anew_when_it_changes() {
        let folder = Folder::new("changes");
        folder.write("lake.toml", "targets = [\"trino\"]");
        let column = || {
            let project = Project::above(&folder.0).unwrap();
            let table = project.table("s", "orders").unwrap().unwrap();
            (table.columns[0].name.clone(), Arc::as_ptr(&table))
        };
        folder.write("schemas/s/orders.toml", &snapshot("a"));
        let (name, first) = column();
        assert_eq!((name.as_str(), first), ("a", column().1));
        // Of the same length: its time tells.
        folder.write("schemas/s/orders.toml", &snapshot("b"));
        let path = folder.0.join("schemas/s/orders.toml");
        let later = SystemTime::now() + std::time::Duration::from_secs(5);
        fs::File::options().write(true).open(path).unwrap().set_modified(later).unwrap();
        assert_eq!(column().0, "b");
    }

    #[test]
    fn odd_names_are_found_where_they_are_written() {
        let folder = Folder::new("odd");
        folder.write("lake.toml", "targets = [\"trino\"]");
        folder.write("outside.toml", &snapshot("a"));
        let names = ["aux", "a:b", "100%", "a/b", "..", ".hidden", "end.", "größe", "a\\b"];
        for (schema, table) in names.iter().zip(names.iter().rev()) {
            let path = Path::new("schemas").join(path::snapshot(schema, table));
            folder.write(path.to_str().unwrap(), &snapshot("a"));
        }
        let project = Project::above(&folder.0).unwrap();
        for (schema, table) in names.iter().zip(names.iter().rev()) {
            assert!(project.table(schema, table).unwrap().is_some(), "{schema} {table}");
            assert_eq!(project.tables(schema), [*table]);
        }
        let mut sorted = names;
        sorted.sort_unstable();
        assert_eq!(project.schemas(), sorted);
        for name in ["", "../..", "../outside", "outside"] {
            assert_eq!(project.table("..", name).unwrap(), None, "{name}");
            assert_eq!(project.table("", name).unwrap(), None, "{name}");
        }
    }
}
