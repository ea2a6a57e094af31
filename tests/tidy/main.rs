//! The rules of the house (ARCHITECTURE.md), held against sources and manifests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

mod circles;
mod engines;
mod flow;
mod names;
mod once;
mod source;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The Rust files below a folder of the repository.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a text");
                let name = path.strip_prefix(root()).expect("below the root");
                found.push((name.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {folder}");
    found.sort();
    found
}

/// The packages under [dependencies] of a manifest, optional ones too.
fn dependencies(package: &str) -> Vec<String> {
    let manifest = read(format!("{package}/Cargo.toml"));
    let mut section = "";
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.trim();
        } else if section == "[dependencies]"
            && let Some(name) = line.split(['=', '.', ' ']).next()
            && !name.is_empty()
            && !name.starts_with('#')
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// Reports every line of code in which one of `words` stands; comments do not count.
fn forbid(folder: &str, words: &[&str], except: &[&str]) {
    let mut found = Vec::new();
    for (name, text) in sources(folder) {
        if except.iter().any(|except| name.contains(except)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{words:?} in {folder}:\n{}", found.join("\n"));
}

#[test]
fn types_need_nothing_but_the_standard_library() {
    assert_eq!(dependencies("types"), [""; 0]);
}

#[test]
fn the_compiler_is_pure() {
    let allowed = ["lakequery-types", "toml", "annotate-snippets", "unicode-ident"];
    for name in dependencies("compiler") {
        assert!(allowed.contains(&name.as_str()), "the compiler depends on {name}");
    }
    let outside = ["std::fs", "std::env", "std::net", "std::process", "std::io", "env!("];
    forbid("compiler/src", &outside, &["/tests"]);
    forbid("types/src", &outside, &[]);
}

#[test]
fn the_files_of_a_project_have_one_owner() {
    assert_eq!(dependencies("project"), ["lakequery-compiler", "lakequery-types"]);
    forbid("project/src", &["std::net", "std::process::Command"], &[]);
    forbid("macros/src", &["fs::", "std::env", "env!(", "File::"], &[]);
    // `queries.rs` touches Rust files, so that cargo builds them.
    forbid("cargo-lake/src", &["fs::"], &["/tests", "/testing", "/queries.rs"]);
}

#[test]
fn only_the_macros_know_proc_macro() {
    for package in ["types", "compiler", "project", "embedded", "runtime", "cargo-lake"] {
        for name in ["proc-macro2", "quote", "syn"] {
            assert!(!dependencies(package).iter().any(|d| d == name), "{package} has {name}");
        }
        forbid(&format!("{package}/src"), &["proc_macro"], &[]);
    }
    forbid("macros/src", &["std::net", "std::process::Command"], &[]);
}

#[test]
fn the_embedded_engine_knows_nothing_of_the_runtime() {
    let ours: Vec<String> =
        dependencies("embedded").into_iter().filter(|name| name.starts_with("lakequery")).collect();
    assert_eq!(ours, ["lakequery-types"]);
    forbid("embedded/src", &["lakequery::", "lakequery_compiler", "reqwest", "std::net"], &[]);
}

#[test]
fn the_runtime_has_no_compiler() {
    for name in ["lakequery-compiler", "lakequery-project", "sqlparser", "toml"] {
        assert!(!dependencies("runtime").iter().any(|d| d == name), "runtime has {name}");
    }
    forbid("runtime/src", &["sqlparser", "lakequery_compiler"], &[]);
}

#[test]
fn generated_code_names_the_hidden_module_only() {
    let mut found = Vec::new();
    for (name, text) in sources("macros/src") {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains("::lakequery::") && !code.contains("::lakequery::__private") {
                found.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_depends_on_cargo_lake() {
    for package in
        ["types", "compiler", "project", "macros", "embedded", "runtime", "examples", "tests"]
    {
        assert!(!dependencies(package).iter().any(|d| d == "cargo-lake"), "{package}");
    }
}

#[test]
fn what_a_query_means_is_judged_in_the_compiler_only() {
    let made = ["Diagnostic::new", "Diagnostic {"];
    forbid("project/src", &made, &[]);
    forbid("cargo-lake/src", &made, &[]);
    forbid("runtime/src", &made, &[]);
    // What only a front end can see (a Rust token, a file, a Rust type) has one
    // place there, with the compiler's codes and words.
    forbid("macros/src", &["Diagnostic::new"], &["/problem.rs"]);
}

/// The fields of the structs in some sources.
fn fields<'s>(sources: impl Iterator<Item = &'s str>) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for text in sources {
        let mut in_struct = false;
        for line in text.lines().map(str::trim) {
            match line {
                "}" => in_struct = false,
                line if line.contains("struct ") && line.ends_with('{') => in_struct = true,
                line if in_struct && !line.starts_with('/') => {
                    let name = line.split(':').next().unwrap_or_default();
                    fields.extend(name.split(' ').next_back().map(str::to_owned));
                }
                _ => {}
            }
        }
    }
    fields
}

#[test]
fn lowering_takes_the_syntax_tree_apart_whole() {
    let compiler = sources("compiler/src");
    let is_ast = |name: &str| name.contains("/src/ast");
    let is_lower = |name: &str| name.contains("/src/lower");
    let in_ast = fields(compiler.iter().filter(|(name, _)| is_ast(name)).map(|(_, text)| &**text));
    let elsewhere = |name: &str| !is_ast(name) && !name.contains("/src/parse");
    let others = fields(compiler.iter().filter(|(n, _)| elsewhere(n)).map(|(_, text)| &**text));
    let own: Vec<&String> = in_ast.difference(&others).collect();
    assert!(own.len() > 30, "the fields of the syntax tree were not found: {own:?}");
    let mut found = Vec::new();
    for (name, text) in compiler.iter().filter(|(name, _)| is_lower(name)) {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let reads = own.iter().any(|field| {
                code.match_indices(&format!(".{field}")).any(|(at, access)| {
                    let after = code[at + access.len()..].chars().next().unwrap_or(' ');
                    // Neither a longer name, nor a call, nor a range.
                    !(after.is_alphanumeric() || "_(".contains(after) || code[..at].ends_with('.'))
                })
            });
            if reads {
                found.push(format!("{name}:{}: reads one field: {}", number + 1, line.trim()));
            }
        }
        for (at, _) in text.match_indices("ast::") {
            let pattern = text[at..].trim_start_matches(|c: char| c.is_alphanumeric() || c == ':');
            let Some(content) = pattern.strip_prefix(" {") else { continue };
            let end = content.find('}').unwrap_or(content.len());
            if content[..end].contains("..") {
                found.push(format!("{name}: leaves fields out: {}", &content[..end]));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_code_is_documented() {
    let page = read("docs/errors.md");
    let diagnostic = read("compiler/src/diagnostic.rs");
    let codes: Vec<&str> = diagnostic
        .lines()
        .filter_map(|line| line.trim().strip_suffix("\",")?.split_once(" = \""))
        .map(|(_, code)| code)
        .collect();
    assert!(codes.len() > 20, "the codes were not found");
    for code in codes {
        assert!(page.contains(&format!("| `{code}` |")), "docs/errors.md lacks `{code}`");
    }
}

#[test]
fn every_file_says_what_it_is_for_and_is_small() {
    let folders = ["types", "compiler", "project", "macros", "embedded", "runtime", "cargo-lake"];
    for folder in folders.into_iter().chain(["examples", "tests"]).chain(["fuzz/fuzz_targets"]) {
        for (name, text) in sources(folder) {
            if name.contains("tests/ui/") && !name.ends_with("tests/ui/fail.rs") {
                continue;
            }
            assert!(text.starts_with("//!"), "{name} does not open with what it is for");
            let lines = text.lines().count();
            assert!(lines <= 800, "{name} has {lines} lines: split it");
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X "), "unimplemented!"];
    for package in ["types", "compiler", "project", "macros", "embedded", "runtime", "cargo-lake"] {
        for (name, text) in sources(&format!("{package}/src")) {
            for mark in marks {
                assert!(!text.contains(mark), "{name} has {mark}");
            }
        }
    }
}
