//! What is in a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// Something in a folder.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) is_folder: bool,
}

/// What is in a folder, by name, but for what is hidden (`.x`) or not data
/// (`_SUCCESS`, `_temporary`). A partition may have a key that begins so (`_day=1`).
pub(super) fn entries(folder: &Path) -> Result<Vec<Entry>> {
    let fail = |error| unreadable(folder, error);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || (name.starts_with('_') && !name.contains('=')) {
            continue;
        }
        let path = entry.path();
        // Follows links; a link to nothing is found out when it is opened.
        let is_folder = match entry.file_type() {
            Ok(kind) if !kind.is_symlink() => kind.is_dir(),
            _ => path.is_dir(),
        };
        if name.starts_with('_') && !is_folder {
            continue;
        }
        entries.push(Entry { name, path, is_folder });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// That a file or folder can't be read.
pub(super) fn unreadable(path: &Path, error: io::Error) -> Error {
    let (kind, message) = match error.kind() {
        io::ErrorKind::NotFound => {
            (ErrorKind::NotFound, format!("`{}` does not exist", path.display()))
        }
        io::ErrorKind::PermissionDenied => {
            (ErrorKind::BrokenData, format!("`{}` may not be read by this user", path.display()))
        }
        _ => (ErrorKind::BrokenData, format!("`{}` can't be read: {error}", path.display())),
    };
    Error::new(kind, message).at_path(path).caused_by(error)
}
