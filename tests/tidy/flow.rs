//! The compiler flows one way: a part of it needs nothing that stands above it.

use crate::names::names;
use crate::source::files;

/// Parts of the compiler, and those above each.
const ABOVE: [(&str, &[&str]); 4] = [
    ("function", &["ast", "compile", "emit", "engine", "lower", "parse", "tree"]),
    ("tree", &["ast", "compile", "emit", "engine", "lower", "parse"]),
    ("emit", &["ast", "compile", "engine", "lower", "parse"]),
    ("engine", &["ast", "compile", "lower", "parse"]),
];

#[test]
fn no_part_of_the_compiler_needs_what_is_above_it() {
    let (mut seen, mut found) = (0, Vec::new());
    for file in files("compiler") {
        let part = file.module.first().map(String::as_str);
        let Some((_, above)) = ABOVE.iter().find(|(name, _)| part == Some(name)) else { continue };
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
    assert!(seen > 60, "the parts of the compiler were not found");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
