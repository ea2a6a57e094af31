//! The files around a query: each folder in `packages/` is a package with a
//! `lake.toml` and snapshots of its own, and `stderr` in it is what cargo says to
//! it; a package without one compiles. `TRYBUILD=overwrite` writes those files.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

mod cargo;
mod copy;

use cargo::{Workspace, stderr};
use copy::copy_into;

/// The folders in `packages/`, so that none gets lost.
const PACKAGES: usize = 17;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn broken_files_are_named_with_what_is_wrong() {
    let overwrite = env::var_os("TRYBUILD").is_some_and(|value| value == "overwrite");
    let workspace = Workspace::new("packages");
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(here().join("packages")).expect("the packages") {
        let entry = entry.expect("a package");
        let name = entry.file_name().into_string().expect("a name");
        let edition = name.strip_prefix("edition_").unwrap_or("2024");
        let folder = workspace.package(&name, edition);
        copy_into(&entry.path(), &folder);
        names.insert(name);
    }
    assert_eq!(names.len(), PACKAGES, "{names:?}");
    let mut wrong = Vec::new();
    for name in names {
        let output = workspace.check(&["--quiet", "--package", &name]);
        let said = stderr(&output).replace(&workspace.folder.display().to_string(), "$DIR");
        let path = here().join("packages").join(&name).join("stderr");
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if said == expected {
            continue;
        }
        if overwrite {
            fs::write(path, said).expect("the file of what is expected");
        } else {
            wrong.push(format!("{name}\nEXPECTED:\n{expected}\nACTUAL:\n{said}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_changed_file_rebuilds_what_reads_it_and_nothing_else() {
    let workspace = Workspace::new("rebuild");
    let source = here().join("rebuild");
    for name in ["bare", "join", "file", "table", "nothing"] {
        let folder = workspace.package(name, "2024");
        fs::copy(source.join(format!("{name}.rs")), folder.join("lib.rs")).expect("a copy");
    }
    copy_into(&source.join("schemas"), &workspace.folder.join("schemas"));
    copy_into(&source.join("sql"), &workspace.folder.join("file/sql"));
    fs::copy(source.join("lake.toml"), workspace.folder.join("lake.toml")).expect("a copy");

    let first = workspace.check(&["--verbose", "--workspace"]);
    assert!(first.status.success(), "{}", stderr(&first));
    assert_eq!(rebuilt(&stderr(&first)), ["bare", "file", "join", "nothing", "table"]);

    for (changed, expected) in [
        (None, &[][..]),
        (Some("schemas/tpch/unused.toml"), &[]),
        (Some("schemas/tpch/orders.toml"), &["bare", "join"]),
        (Some("schemas/tpch/customer.toml"), &["file", "join"]),
        (Some("schemas/tpch/nation.toml"), &["table"]),
        (Some("file/sql/names.sql"), &["file"]),
        (Some("lake.toml"), &["bare", "file", "join", "table"]),
    ] {
        if let Some(changed) = changed {
            let path = workspace.folder.join(changed);
            let text = fs::read_to_string(&path).expect("a file of the workspace");
            fs::write(&path, text + "\n").expect("a file of the workspace");
        }
        let output = workspace.check(&["--verbose", "--workspace"]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(rebuilt(&stderr(&output)), expected, "after a change of {changed:?}");
    }

    // A snapshot that is gone is not forgotten either.
    fs::remove_file(workspace.folder.join("schemas/tpch/nation.toml")).expect("the snapshot");
    let output = workspace.check(&["--workspace"]);
    assert!(stderr(&output).contains("table `nation` does not exist"), "{}", stderr(&output));
}

/// The packages that cargo says it checked, sorted.
fn rebuilt(said: &str) -> Vec<String> {
    let checked = said.lines().filter_map(|line| line.trim_start().strip_prefix("Checking "));
    let names = checked.filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}
