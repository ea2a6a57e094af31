//! Copying folders.

use std::fs;
use std::path::Path;

/// Copies what is in a folder into another.
pub(crate) fn copy_into(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder to copy into");
    for entry in fs::read_dir(from).expect("a folder of the tests") {
        let entry = entry.expect("an entry of a folder of the tests");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_into(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}
