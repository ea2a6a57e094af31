//! The package that trybuild makes of the cases lies in the target folder, and
//! its queries need a lake there.

use std::fs;
use std::path::Path;

/// Copies `lake.toml`, the snapshots and the `.sql` files to where trybuild puts
/// its package.
pub(crate) fn prepare() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let package = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"));
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["lake.toml", "schemas", "sql"] {
        copy(&here.join(name), &package.join(name));
    }
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder in the target folder");
        fs::copy(from, to).expect("a copy in the target folder");
        return;
    }
    // What was there before may be gone here.
    let _ = fs::remove_dir_all(to);
    for entry in fs::read_dir(from).expect("a folder of the tests") {
        let entry = entry.expect("an entry of a folder of the tests");
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}
