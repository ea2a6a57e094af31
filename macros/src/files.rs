//! The files that an expansion is made from: `lake.toml`, snapshots, `.sql` files.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use lakequery_compiler::diagnostic::{self, Code};
use lakequery_project::{Error, Project};

use crate::problem::{self, Problem};

/// The project of the package that is compiled; what is wrong with it underlines all
/// that `place` does.
pub(crate) fn project(place: Problem) -> Result<Project, Problem> {
    Project::of_package().map_err(|Error { message, help }| {
        let mut wrong = problem::diagnostic(Code::BadConfig, Default::default(), message);
        wrong.help.extend(help);
        Problem { message: diagnostic::message(&wrong), ..place }
    })
}

/// The files that no expansion in this process has named yet.
///
/// rustc notes for the whole crate which files it depends on, and reads and keeps a
/// file each time that it is named: once is enough.
pub(crate) fn unnamed(files: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
    static NAMED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut named = NAMED.lock().unwrap_or_else(PoisonError::into_inner);
    files.into_iter().filter(|path| named.insert(path.clone())).collect()
}
