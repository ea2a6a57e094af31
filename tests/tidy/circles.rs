//! Circles of files: files that need each other, directly or by way of others.
//!
//! A file needs those whose items it names, be it in `use` or where it uses them. A name
//! that another file re-exports leads to the file that defines it, so that a file which
//! only gathers others is in no circle with them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::names::{Named, names};
use crate::source::{File, Token, files, without_test_files};

#[test]
fn at_most_two_files_need_each_other() {
    let mut found = Vec::new();
    for package in ["types", "compiler", "project", "macros", "embedded", "runtime", "cargo-lake"] {
        for circle in circles(&files(package)) {
            found.push(format!("{package}: {}", circle.join(" ")));
        }
    }
    assert!(found.is_empty(), "these files need each other:\n{}", found.join("\n"));
}

#[test]
fn a_circle_is_found_in_whatever_way_it_closes() {
    let three = |a: &str, b: &str, c: &str| {
        let sources = [("lib", "pub mod a; mod b; mod c;"), ("a", a), ("b", b), ("c", c)];
        let sources = sources.map(|(name, text)| (format!("x/src/{name}.rs"), text.to_owned()));
        circles(&without_test_files(sources.into()))
    };
    for (closes, c) in [
        (true, "use crate::a::A;"),
        (true, "use super::a::{self, A};"),
        (true, "use super::{a::A as Other};"),
        (true, "use super::a::*;"),
        (true, "fn f() -> super::a::A { loop {} }"),
        (true, "const C: char = '\"'; use crate::a::A; const D: char = '\"';"),
        // That `b` needs `a` shows only where the name is found.
        (true, "use super::b::A;"),
        (false, "// use crate::a::A;\n/* use crate::a::A; */"),
        (false, "const TEXT: &str = \"use crate::a::A;\";"),
        (false, "const TEXT: &str = r#\"\" use crate::a::A;\"#;"),
        (false, "#[cfg(test)] use crate::a::A;"),
        (false, "#[cfg(test)] mod tests { use crate::a::{A, C}; }"),
        (false, "use std::a::A;"),
        (false, "pub use crate::a::A;"),
        (false, "pub(in crate::a) struct C;"),
    ] {
        let found = three("use crate::b::B; pub struct A;", "use crate::c::C; use crate::a::A;", c);
        let expected: &[[&str; 3]] = if closes { &[["a", "b", "c"]] } else { &[] };
        assert_eq!(found, expected, "{c}");
    }
    assert_eq!(three("use crate::b::B;", "use crate::a::A;", ""), [[""; 0]; 0]);
    // A file that gathers others is in no circle with them, unless it needs them itself.
    let gathers = "mod a; mod b; pub use a::A; pub use b::B;";
    for (text, expected) in [
        (gathers.to_owned(), &[][..]),
        (format!("{gathers} fn f(_: A, _: B, _: C) {{}} struct C;"), &["lib", "a", "b"][..]),
    ] {
        let sources = [
            ("lib", &*text),
            ("a", "use crate::{B, C}; pub struct A;"),
            ("b", "use super::C; pub struct B;"),
        ];
        let sources = sources.map(|(name, text)| (format!("x/src/{name}.rs"), text.to_owned()));
        let found = circles(&without_test_files(sources.into())).concat();
        assert_eq!(found, expected, "{text}");
    }
}

/// The circles of more than two files, by the names of modules.
fn circles(files: &[File]) -> Vec<Vec<String>> {
    let at: BTreeMap<&[String], usize> =
        files.iter().enumerate().map(|(i, file)| (&file.module[..], i)).collect();
    let named: Vec<Vec<Named>> = files.iter().map(|file| names(&file.tokens)).collect();
    let crate_files = Crate { files, at, named };
    let needs: Vec<BTreeSet<usize>> = (0..files.len()).map(|i| crate_files.needs(i)).collect();
    let reached: Vec<HashSet<usize>> = (0..files.len()).map(|i| reached(i, &needs)).collect();
    let mut circles = Vec::new();
    for i in 0..files.len() {
        let mates = |j: &usize| reached[i].contains(j) && reached[*j].contains(&i);
        let circle: Vec<usize> = (0..files.len()).filter(mates).collect();
        if circle.len() > 2 && circle[0] == i {
            circles.push(circle.into_iter().map(|j| files[j].shown()).collect());
        }
    }
    circles
}

/// The files that are needed from one, itself only if it is in a circle.
fn reached(from: usize, needs: &[BTreeSet<usize>]) -> HashSet<usize> {
    let mut reached = HashSet::new();
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        next.extend(needs[file].iter().copied().filter(|file| reached.insert(*file)));
    }
    reached
}

struct Crate<'f> {
    files: &'f [File],
    at: BTreeMap<&'f [String], usize>,
    named: Vec<Vec<Named>>,
}

impl Crate<'_> {
    /// The other files that a file needs.
    fn needs(&self, file: usize) -> BTreeSet<usize> {
        let used: HashSet<&str> = self.named[file]
            .iter()
            .filter(|named| named.alias.is_none())
            .flat_map(|named| named.path.first())
            .map(String::as_str)
            .collect();
        let words = single_words(&self.files[file].tokens);
        let is_needed = |named: &&Named| match &named.alias {
            Some(alias) if named.is_reexport => used.contains(&**alias) || words.contains(&**alias),
            _ => true,
        };
        let needed = self.named[file].iter().filter(is_needed);
        let needed = needed.filter_map(|named| self.resolve(file, &named.path, &mut Vec::new()));
        needed.filter(|other| *other != file).collect()
    }

    /// The file that defines what a path in a file leads to, if it is in this crate.
    fn resolve(
        &self,
        file: usize,
        path: &[String],
        seen: &mut Vec<(usize, String)>,
    ) -> Option<usize> {
        let mut module = self.files[file].module.clone();
        let mut path = path;
        match path.first()?.as_str() {
            "crate" => {
                module.clear();
                path = &path[1..];
            }
            "self" => path = &path[1..],
            "super" => {
                while path.first().is_some_and(|part| part == "super") {
                    module.pop();
                    path = &path[1..];
                }
            }
            first => {
                let child = [&module[..], &[first.to_owned()]].concat();
                self.at.get(&child[..])?;
            }
        }
        for (i, part) in path.iter().enumerate() {
            let child = [&module[..], std::slice::from_ref(part)].concat();
            if self.at.contains_key(&child[..]) {
                module = child;
                continue;
            }
            let here = *self.at.get(&module[..])?;
            let key = (here, part.clone());
            let gives = |named: &&Named| named.alias.as_ref() == Some(part);
            if let Some(named) = self.named[here].iter().find(gives)
                && !seen.contains(&key)
            {
                seen.push(key);
                let whole = [&named.path[..], &path[i + 1..]].concat();
                return self.resolve(here, &whole, seen);
            }
            break;
        }
        self.at.get(&module[..]).copied()
    }
}

/// The words that stand alone, not in a path or a `use`.
fn single_words(tokens: &[Token]) -> HashSet<&str> {
    let mut words = HashSet::new();
    let mut in_use = false;
    for (i, token) in tokens.iter().enumerate() {
        match &*token.text {
            "use" => in_use = true,
            ";" => in_use = false,
            text if !in_use && token.is_word() && !(i > 0 && tokens[i - 1].is("::")) => {
                words.insert(text);
            }
            _ => {}
        }
    }
    words
}
