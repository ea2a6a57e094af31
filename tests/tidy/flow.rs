//! Compiler and runtime flow one way: a part of them needs nothing that stands above it.

use crate::names::names;
use crate::source::files;

/// Parts of a crate, and those above each.
type Above = [(&'static str, &'static [&'static str])];

const COMPILER: &Above = &[
    ("function", &["ast", "compile", "emit", "engine", "lower", "parse", "tree"]),
    ("tree", &["ast", "compile", "emit", "engine", "lower", "parse"]),
    ("emit", &["ast", "compile", "engine", "lower", "parse"]),
    ("engine", &["ast", "compile", "lower", "parse"]),
];

const RUNTIME: &Above = &[
    ("arrow", &["backend", "coordinator", "engine", "hive", "http", "run", "task"]),
    ("backend", &["coordinator", "engine", "hive", "http", "lake", "run", "task"]),
    ("http", &["arrow", "backend", "coordinator", "engine", "hive", "lake", "run"]),
    ("hive", &["arrow", "backend", "coordinator", "engine", "lake", "run"]),
    ("coordinator", &["engine", "hive", "lake", "run"]),
    ("statement_execution", &["coordinator", "engine", "hive", "lake", "run"]),
    ("spark_sql", &["coordinator", "engine", "hive", "lake", "run", "statement_execution", "task"]),
    ("engine", &["lake", "query", "rows", "run", "sql"]),
];

#[test]
fn no_part_of_the_compiler_needs_what_is_above_it() {
    assert!(flows("compiler", COMPILER) > 60, "the parts of the compiler were not found");
}

#[test]
fn no_part_of_the_runtime_needs_what_is_above_it() {
    assert!(flows("runtime", RUNTIME) > 60, "the parts of the runtime were not found");
}

/// Fails where a part needs what is above it; gives how many files were looked at.
fn flows(package: &str, above: &Above) -> usize {
    let (mut seen, mut found) = (0, Vec::new());
    for file in files(package) {
        let part = file.module.first().map(String::as_str);
        let Some((_, above)) = above.iter().find(|(name, _)| part == Some(name)) else { continue };
        seen += 1;
        for named in names(&file.tokens) {
            if let [root, other, ..] = &named.path[..]
                && root == "crate"
                && above.contains(&other.as_str())
            {
                found.push(format!("{} needs `{}`", file.name, named.path.join("::")));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    seen
}
