//! Engines are told apart in their folders and registries only.

use crate::source::files;

/// The packages whose code may name an engine only there.
const PACKAGES: [&str; 7] =
    ["types", "compiler", "project", "macros", "embedded", "runtime", "cargo-lake"];

#[test]
fn engines_are_named_in_their_folders_only() {
    let mut found = Vec::new();
    for package in PACKAGES {
        for file in files(package) {
            // `engine.rs` is the registry, or what an engine is; `engine/` has a file an engine.
            if file.module.iter().any(|module| module == "engine") {
                continue;
            }
            for three in file.tokens.windows(3) {
                let [engine, colons, name] = three else { continue };
                // `Engine::ALL` is a constant, `Engine::name` a function.
                let is_variant = name.text.starts_with(char::is_uppercase)
                    && name.text.contains(char::is_lowercase);
                if engine.is("Engine") && colons.is("::") && is_variant {
                    found.push(format!("{}:{}: {}", file.name, name.line, name.text));
                }
            }
        }
    }
    assert!(found.is_empty(), "an engine is named:\n{}", found.join("\n"));
}

/// A dialect may be inherited: its files ask the dialect that they are given.
#[test]
fn no_file_of_an_engine_asks_its_dialect_by_name() {
    let mut asked = 0;
    for file in files("compiler") {
        let [folder, engine, _, ..] = &file.module[..] else { continue };
        let dialect = engine.to_uppercase();
        if folder == "engine" {
            asked += 1;
            let names = file.tokens.iter().find(|token| token.is(&dialect));
            assert_eq!(names, None, "{} names {dialect}", file.name);
        }
    }
    assert!(asked > 0, "the files of engines were not found");
}
