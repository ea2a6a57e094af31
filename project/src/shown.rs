//! Paths as messages show them.

use std::env;
use std::path::Path;

/// A path relative to the current folder if it is below it, as rustc shows paths.
pub(crate) fn shown(path: &Path) -> String {
    let folder = env::current_dir().unwrap_or_default();
    path.strip_prefix(&folder).unwrap_or(path).display().to_string()
}
