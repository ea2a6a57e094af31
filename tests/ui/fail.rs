//! What does not compile, and what rustc says to it: each case in `fail/` is a
//! program whose errors, with all that they underline, are in the `.stderr` file
//! beside it. `TRYBUILD=overwrite` writes those files.

use std::fs;
use std::path::Path;

mod copy;

#[test]
fn errors() {
    prepare();
    trybuild::TestCases::new().compile_fail("fail/*/*.rs");
}

/// The package that trybuild makes of the cases lies in the target folder: puts
/// there what their queries need.
fn prepare() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let package = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"));
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["schemas", "sql"] {
        // What was there before may be gone here.
        let _ = fs::remove_dir_all(package.join(name));
        copy::copy_into(&here.join(name), &package.join(name));
    }
    fs::copy(here.join("lake.toml"), package.join("lake.toml")).expect("a copy");
}
