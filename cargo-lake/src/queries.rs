//! The compiled queries of a package: a build in which the macros record them.

use std::fs::{File, FileTimes};
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use cargo_metadata::MetadataCommand;
use lakequery_project::queries::{Recording, VARIABLE};

use crate::failure::Failure;

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
    let recording = Recording::start(metadata.target_directory.as_std_path())?;
    let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--all-targets"])
        .args(cargo)
        .current_dir(root)
        .env(VARIABLE, recording.folder())
        .status()
        .map_err(|error| Failure::new(format!("could not run cargo: {error}")))?;
    if !built.success() {
        return Ok(None);
    }
    Ok(Some(recording.statements()?))
}

fn touch(file: &Path) -> Result<(), Failure> {
    let now = FileTimes::new().set_modified(SystemTime::now());
    File::options()
        .append(true)
        .open(file)
        .and_then(|file| file.set_times(now))
        .map_err(|error| Failure::file("touch", file, &error))
}
