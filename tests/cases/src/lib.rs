//! The cases of the compiler: queries, and what is expected of each, in the Markdown files
//! around this package. `README.md` there describes the format; this crate reads and writes
//! it, and knows nothing of the compiler.

mod case;
mod file;
mod line;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use case::{Case, Expectation, Remark, Settings};
pub use file::CaseFile;

/// The folder of the cases.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of the cases, in the order of their names.
///
/// # Panics
///
/// If a file can't be read or has a mistake: these are the files of this repository.
pub fn files() -> Vec<CaseFile> {
    let entries = folder().read_dir().expect("the folder of the cases");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.retain(|path| !path.ends_with("README.md"));
    paths.sort();
    paths.iter().map(|path| CaseFile::read(path)).collect()
}

/// All cases, in the order of the files.
pub fn all() -> Vec<Case> {
    files().iter().flat_map(|file| file.cases().cloned()).collect()
}
