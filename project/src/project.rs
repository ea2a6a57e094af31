//! The nearest `lake.toml`, and what it says.

use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf, absolute};
use std::sync::Arc;

use lakequery_compiler::config::Config;

use crate::cache::Cache;
use crate::error::Error;
use crate::package;
use crate::shown::shown;
use crate::store::Store;

/// The name of the configuration file.
pub(crate) const CONFIG: &str = "lake.toml";

/// A `lake.toml` that was read, and the folder of its snapshots.
#[derive(Debug)]
pub struct Project {
    /// The `lake.toml`, as messages name it.
    pub file: String,
    /// The folder of the `lake.toml`, an absolute path: paths in the file are
    /// relative to it.
    pub root: PathBuf,
    /// What the `lake.toml` says.
    pub config: Arc<Config>,
    /// The snapshots.
    pub store: Store,
    /// The absolute path of the `lake.toml`.
    path: PathBuf,
}

impl Project {
    /// Writes a first `lake.toml` into a folder. Gives its path, as messages name it.
    ///
    /// # Errors
    ///
    /// If there is one, or it can't be written.
    pub fn create(folder: &Path) -> Result<String, Error> {
        let path = folder.join(CONFIG);
        let path = path.strip_prefix(".").unwrap_or(&path);
        let mut file = match File::create_new(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(Error::new(format!("{} is already there", path.display()))
                    .help("edit it, or remove it first if you want a new one"));
            }
            Err(error) => return Err(Error::io("create", path, &error)),
        };
        file.write_all(Config::default_text().as_bytes())
            .map_err(|error| Error::io("write", path, &error))?;
        Ok(path.display().to_string())
    }

    /// The project of the package that cargo compiles.
    ///
    /// # Errors
    ///
    /// As [`above`](Project::above), and if cargo does not name the package.
    pub fn of_package() -> Result<Project, Error> {
        Project::above(&package::folder()?)
    }

    /// The project of the nearest `lake.toml`: in the folder, or else in the closest
    /// folder above it.
    ///
    /// # Errors
    ///
    /// If there is none, or it can't be read, or it has mistakes.
    pub fn above(folder: &Path) -> Result<Project, Error> {
        let folder = absolute(folder).map_err(|error| Error::io("find", folder, &error))?;
        for path in folder.ancestors().map(|folder| folder.join(CONFIG)) {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_file() => return Project::read(path, &metadata),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(Error::io("read", &path, &error)),
            }
        }
        let message =
            format!("there is no `{CONFIG}` in {} or a folder above it", folder.display());
        Err(Error::new(message).help("`cargo lake init` writes one"))
    }

    /// The project of a `lake.toml`, whatever the name of that file.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or has mistakes.
    pub fn at(file: &Path) -> Result<Project, Error> {
        let failed = |error| Error::io("read", file, &error);
        let path = absolute(file).map_err(failed)?;
        let metadata = fs::metadata(&path).map_err(failed)?;
        Project::read(path, &metadata)
    }

    fn read(path: PathBuf, metadata: &Metadata) -> Result<Project, Error> {
        static CONFIGS: Cache<Config> = Cache::new();
        let config = CONFIGS.get(&path, metadata, |text| {
            Config::parse(text).map_err(|errors| {
                Error::text(&path, &errors).help("docs/lake-toml.md of lakequery has every key")
            })
        })?;
        let root = path.parent().unwrap_or(&path).to_owned();
        let store = Store::new(root.join(&config.schemas));
        Ok(Project { file: shown(&path), root, config, store, path })
    }

    /// The files that were read so far: the `lake.toml`, and the snapshots of the
    /// tables that were asked for. Sorted absolute paths.
    pub fn files_read(&self) -> Vec<PathBuf> {
        let mut files = self.store.files_read();
        files.push(self.path.clone());
        files.sort();
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Folder, snapshot};
    use lakequery_compiler::snapshot::Snapshots;

    #[test]
    fn the_closest_lake_is_found_and_only_named_tables_are_read() {
        let folder = Folder::new();
        folder.write("lake.toml", "targets = [\"trino\"]\nschemas = \"far\"");
        folder.write("a/lake.toml", "targets = [\"trino\"]\nschemas = \"../near\"");
        folder.write("a/b/lake.toml/file", "a folder of that name is not it");
        folder.write("near/tpch/orders.toml", &snapshot("a"));
        folder.write("near/tpch/broken.toml", "broken");
        let lake = folder.path().join("a/lake.toml");
        let project = Project::above(&folder.path().join("a/b/c")).unwrap();
        assert_eq!(project.root, folder.path().join("a"));
        assert_eq!(project.files_read(), std::slice::from_ref(&lake));
        assert_eq!(project.store.table("TPCH", "Orders").unwrap().unwrap().name, "Orders");
        assert_eq!(project.store.table("tpch", "nothing"), Ok(None));
        let orders = folder.path().join("a/../near/tpch/orders.toml");
        assert_eq!(project.files_read(), [orders, lake]);
    }

    #[test]
    fn a_first_one_is_written_once() {
        let folder = Folder::new();
        let file = Project::create(folder.path()).unwrap();
        let project = Project::above(&folder.path().join("src")).unwrap();
        assert_eq!(project.file, file);
        assert_eq!(Ok(&*project.config), Config::parse(Config::default_text()).as_ref());
        folder.write("lake.toml", "targets = ['trino']");
        let wrong = Project::create(folder.path()).unwrap_err().message;
        assert_eq!(wrong, format!("{file} is already there"));
        assert_eq!(Project::above(folder.path()).unwrap().config.sources.len(), 0);
        let wrong = Project::create(&folder.path().join("missing")).unwrap_err().message;
        assert!(wrong.starts_with("could not create "), "{wrong}");
    }

    #[test]
    fn what_is_wrong_is_said_with_the_file() {
        let folder = Folder::new();
        let missing = Project::above(&folder.path().join("a")).unwrap_err();
        let expected = format!(
            "there is no `lake.toml` in {}/a or a folder above it\n\
             help: `cargo lake init` writes one",
            folder.path().display()
        );
        assert_eq!(missing.to_string(), expected);
        let other = folder.path().join("other.toml");
        let unread = Project::at(&other).unwrap_err().to_string();
        assert!(unread.starts_with(&format!("could not read {}: ", other.display())), "{unread}");
        // Each mistake has a line, in the order of the file.
        folder.write("other.toml", "target = ['trino']\nschemas = 1");
        let wrong = Project::at(&other).unwrap_err().to_string();
        let wrong: Vec<&str> = wrong.lines().collect();
        let line = |rest| format!("{}:{rest}", other.display());
        assert_eq!(
            wrong,
            [
                line("1:1: unknown key `target`; did you mean `targets`?"),
                line("2:11: `schemas` is a string, and this is a whole number"),
                "help: docs/lake-toml.md of lakequery has every key".to_owned(),
            ]
        );
    }

    #[test]
    fn a_changed_lake_toml_is_read_anew() {
        let folder = Folder::new();
        for default in ["a", "longer"] {
            folder
                .write("lake.toml", &format!("targets = ['trino']\ndefault_schema = '{default}'"));
            let config = Project::above(folder.path()).unwrap().config;
            assert_eq!(config.default_schema.as_deref(), Some(default));
            assert!(Arc::ptr_eq(&config, &Project::above(folder.path()).unwrap().config));
        }
    }
}
