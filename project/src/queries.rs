//! The compiled queries of a package: the macros record them in a folder that
//! `cargo lake check` names in the environment and reads afterwards.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use lakequery_types::Statement;

use crate::error::Error;

/// The variable that names the folder.
pub const VARIABLE: &str = "LAKEQUERY_QUERIES";

/// Records a statement, if the environment names a folder for it.
///
/// # Errors
///
/// If it can't be written: `cargo lake check` would overlook a query.
pub fn record(statement: &str) -> Result<(), Error> {
    match env::var_os(VARIABLE) {
        Some(folder) => record_in(Path::new(&folder), statement),
        None => Ok(()),
    }
}

fn record_in(folder: &Path, statement: &str) -> Result<(), Error> {
    // The same query is compiled more than once, for a library and for its tests.
    let mut hasher = DefaultHasher::new();
    statement.hash(&mut hasher);
    let file = folder.join(format!("{:016x}.query", hasher.finish()));
    fs::write(&file, statement).map_err(|error| {
        let file = file.display();
        Error::new(format!("could not write {file} for `cargo lake check`: {error}"))
    })
}

/// A folder for the queries of one build.
#[derive(Debug)]
pub struct Recording {
    folder: PathBuf,
}

impl Recording {
    /// An empty folder, below the folder that cargo builds in.
    ///
    /// # Errors
    ///
    /// If it can't be made, or if what an earlier build recorded can't be removed.
    pub fn start(target: &Path) -> Result<Recording, Error> {
        let folder = target.join("lake-check");
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Error::io("empty", &folder, &error));
            }
            _ => {}
        }
        fs::create_dir_all(&folder).map_err(|error| Error::io("create", &folder, &error))?;
        Ok(Recording { folder })
    }

    /// The value of [`VARIABLE`] for the build.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The statements that were recorded, in the order of their places in the source.
    ///
    /// # Errors
    ///
    /// If a file can't be read, or is not a statement.
    pub fn statements(&self) -> Result<Vec<String>, Error> {
        let failed = |error| Error::io("read", &self.folder, &error);
        let mut statements = BTreeMap::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let file = entry.map_err(failed)?.path();
            let text =
                fs::read_to_string(&file).map_err(|error| Error::io("read", &file, &error))?;
            let Some(statement) = Statement::read(&text) else {
                return Err(Error::new(format!("{} is not a query", file.display()))
                    .help("use a cargo-lake of the same version as lakequery"));
            };
            statements.insert((place(statement.location), text.clone()), text);
        }
        Ok(statements.into_values().collect())
    }
}

/// `file:line:column`, so that it sorts by number.
fn place(location: &str) -> (String, u32, u32) {
    let mut parts = location.rsplitn(3, ':');
    let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or_default();
    let (column, line) = (number(), number());
    (parts.next().unwrap_or_default().to_owned(), line, column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;

    fn at(location: &str) -> String {
        let (columns, parameters, sql) = (Vec::new(), Vec::new(), Vec::new());
        Statement { location, columns, parameters, sql }.write()
    }

    #[test]
    fn what_is_recorded_is_read_once_and_in_order() {
        let folder = Folder::new();
        let places = ["", "a.rs:9:50", "a.rs:10:5", "a.rs:10:14", "b.rs:1:1"].map(at);
        let recording = Recording::start(folder.path()).unwrap();
        for place in places.iter().rev().chain(&places) {
            record_in(recording.folder(), place).unwrap();
        }
        assert_eq!(recording.statements().unwrap(), places);
        // The next build begins with nothing.
        let recording = Recording::start(folder.path()).unwrap();
        assert_eq!(recording.statements().unwrap(), [""; 0]);
        record_in(recording.folder(), "something else").unwrap();
        let wrong = recording.statements().unwrap_err();
        assert!(wrong.message.ends_with(".query is not a query"), "{wrong}");
        let wrong = record_in(&folder.path().join("nowhere"), "").unwrap_err();
        assert!(wrong.message.contains("for `cargo lake check`: "), "{wrong}");
    }
}
