//! DataFusion is compiled once, whichever members of the workspace are built.
//!
//! cargo compiles a package again where it has other features, or something that it needs
//! has; and which features a package has hangs on what is built together with it. So
//! the manifest of `embedded` asks for all features that a member asks for of a package
//! that DataFusion needs.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::{read, root};

/// The member that depends on DataFusion.
const EMBEDDED: &str = "lakequery-embedded";

/// The features of the library. Delta Lake's reader asks for features of its own: it is said that
/// DataFusion is compiled again for that.
const ALL_BUT_DELTA: &str = "databricks,datafusion,dremio,presto,spark,trino,uuid,_fuzzing";

/// The features of packages; of one that procedural macros need, too, there may be two sets.
type Features = BTreeMap<String, BTreeSet<String>>;

#[test]
fn datafusion_has_the_same_features_whatever_is_built() {
    let needed = features(&["-p", EMBEDDED], false);
    assert!(needed.keys().any(|package| package.starts_with("datafusion ")), "{needed:?}");
    let features_of_runtime = ["-p", "lakequery", "--features", "datafusion"];
    let mut selections: Vec<Vec<&str>> = vec![
        vec!["--workspace"],
        features_of_runtime.into(),
        vec!["-p", "lakequery", "--features", ALL_BUT_DELTA],
    ];
    let members = members();
    selections.extend(members.iter().map(|member| vec!["-p", member]));
    let (mut seen, mut found) = (0, BTreeMap::new());
    for selection in selections {
        for with_tests in [false, true] {
            let features = features(&selection, with_tests);
            if !features.keys().any(|package| package.starts_with(EMBEDDED)) {
                continue;
            }
            seen += 1;
            for (package, needed) in &needed {
                let others = &features[package];
                if !needed.is_subset(others) {
                    let lacking = others.iter().flat_map(|set| set.split(','));
                    let lacking = lacking.filter(|name| !needed.iter().any(|set| has(set, name)));
                    let lacking: BTreeSet<&str> = lacking.collect();
                    let line = format!("{package}: {lacking:?}, as in {}", selection.join(" "));
                    found.entry(package.clone()).or_insert(line);
                }
            }
        }
    }
    assert_eq!(seen, 16, "so many selections have DataFusion");
    let found: Vec<String> = found.into_values().collect();
    assert!(
        found.is_empty(),
        "DataFusion would be compiled more than once. embedded/Cargo.toml has to ask for the \
         features of these packages, too:\n{}",
        found.join("\n")
    );
}

/// Whether a feature is in a set as cargo lists it.
fn has(set: &str, name: &str) -> bool {
    set.split(',').any(|other| other == name)
}

/// The names of the packages of the workspace.
fn members() -> Vec<String> {
    let manifest = read("Cargo.toml");
    let line = manifest.lines().find_map(|line| line.strip_prefix("members = "));
    let folders = line.expect("the members").split('"').skip(1).step_by(2);
    let name = |folder| {
        let manifest = read(format!("{folder}/Cargo.toml"));
        let name = manifest.lines().find_map(|line| line.strip_prefix("name = "));
        name.expect("a name").trim_matches('"').to_owned()
    };
    folders.map(name).collect()
}

/// The features of all packages that are compiled for a selection.
fn features(selection: &[&str], with_tests: bool) -> Features {
    let edges = if with_tests { "normal,build,dev" } else { "normal,build" };
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--quiet", "--prefix", "none", "--edges", edges])
        .args(["--format", "{p}|{f}"])
        .args(selection)
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut features = Features::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        // A package that was listed before has a mark behind its features.
        if let Some((package, found)) = line.trim_end_matches(" (*)").split_once('|') {
            features.entry(package.to_owned()).or_default().insert(found.to_owned());
        }
    }
    features
}
