//! The compiled queries of a package, as the macros write them when they are
//! asked to.

use std::collections::BTreeMap;
use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use cargo_metadata::MetadataCommand;
use lakequery_types::Statement;

use crate::failure::Failure;

/// The variable by which the macros are asked; they know it, too.
const FOLDER: &str = "LAKEQUERY_QUERIES";

/// Builds the package or workspace around `root` with `cargo check`, and gives
/// the texts of its queries by where they stand; `None` where it does not build,
/// which cargo has told then.
pub(crate) fn collect(root: &Path, cargo: &[String]) -> Result<Option<Vec<String>>, Failure> {
    let metadata =
        MetadataCommand::new().current_dir(root).no_deps().exec().map_err(|error| {
            Failure::new(format!("could not ask cargo about the package: {error}"))
        })?;
    // What cargo believes to be fresh it does not build: the macros would not run.
    let users = metadata.packages.iter().filter(|package| {
        package.dependencies.iter().any(|dependency| dependency.name == "lakequery")
    });
    for target in users.flat_map(|package| &package.targets) {
        touch(target.src_path.as_std_path())?;
    }
    let folder = metadata.target_directory.as_std_path().join("lake-check");
    // What an earlier run has left there may be gone from the source.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
    let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--all-targets"])
        .args(cargo)
        .current_dir(root)
        .env(FOLDER, &folder)
        .status()
        .map_err(|error| Failure::new(format!("could not run cargo: {error}")))?;
    if !built.success() {
        return Ok(None);
    }
    read(&folder).map(Some)
}

fn touch(file: &Path) -> Result<(), Failure> {
    let now = FileTimes::new().set_modified(SystemTime::now());
    File::options()
        .append(true)
        .open(file)
        .and_then(|file| file.set_times(now))
        .map_err(|error| Failure::file("touch", file, &error))
}

fn read(folder: &Path) -> Result<Vec<String>, Failure> {
    let failed = |error| Failure::file("read", folder, &error);
    let mut queries = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let file: PathBuf = entry.map_err(failed)?.path();
        let text =
            fs::read_to_string(&file).map_err(|error| Failure::file("read", &file, &error))?;
        let Some(statement) = Statement::read(&text) else {
            return Err(Failure::new(format!("{} is not a query", file.display()))
                .help("use a cargo-lake of the same version as lakequery"));
        };
        queries.insert((place(statement.location), text.clone()), text);
    }
    Ok(queries.into_values().collect())
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

    #[test]
    fn places_sort_by_number() {
        let mut places = ["b.rs:1:1", "a.rs:10:5", "a.rs:9:50", "", "a.rs:10:14"];
        places.sort_by_key(|location| place(location));
        assert_eq!(places, ["", "a.rs:9:50", "a.rs:10:5", "a.rs:10:14", "b.rs:1:1"]);
    }
}
