//! What the tests of the whole share: the TPC-H lake.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use lakequery_examples::{SCALE_FACTOR, write_tpch};

/// The folder of the TPC-H lake, written where it is not there yet.
///
/// # Panics
///
/// When it can't be written.
pub fn tpch() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tpch");
        write_tpch(&folder, SCALE_FACTOR, |_| {}).expect("the lake can be written");
        folder
    })
}
