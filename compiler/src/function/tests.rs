//! The rows of the table, and what calls resolve to.

use std::collections::HashSet;
use std::fmt::Write;

use lakequery_types::Type;

use super::{Argument, Function, Mismatch, Resolved, all, lookup, resolve, signature};

/// An argument of `resolve.tests`: `null`, `'a literal'` or a type, `not null` or
/// not, whether it can be NULL, and the literal.
fn argument(text: &str) -> (Type, bool, Option<String>) {
    if let Some(literal) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        let length = u32::try_from(literal.chars().count()).unwrap();
        return (Type::Varchar(Some(length)), false, Some(literal.to_owned()));
    }
    let (ty, nullable) = match text.strip_suffix(" not null") {
        Some(ty) => (ty, false),
        None => (text, true),
    };
    match ty {
        "null" => (Type::Unknown, nullable, None),
        ty => (Type::parse(ty).unwrap_or_else(|error| panic!("{error}")), nullable, None),
    }
}

/// What stands between commas, but for those in parentheses and quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start, mut quoted) = (Vec::new(), 0, 0, false);
    for (at, c) in text.char_indices() {
        quoted ^= c == '\'';
        match c {
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// The call with what it resolves to, as a line of `resolve.tests`.
fn line(call: &str) -> String {
    let (name, args) = call.split_once('(').unwrap();
    let args: Vec<_> = split(args.strip_suffix(')').unwrap()).into_iter().map(argument).collect();
    let given: Vec<_> = args
        .iter()
        .map(|(ty, nullable, literal)| Argument {
            lambda: None,
            ty,
            nullable: *nullable,
            literal: literal.as_deref(),
        })
        .collect();
    let function = lookup(name).unwrap_or_else(|| panic!("there is no function {name}"));
    let outcome = match resolve(function, &given) {
        Ok(Resolved { params, result }) => {
            let mut text = format!("-> {result}");
            if !params.iter().eq(args.iter().map(|(ty, ..)| ty)) {
                let params: Vec<_> = params.iter().map(Type::to_string).collect();
                write!(text, " as ({})", params.join(", ")).unwrap();
            }
            text
        }
        Err(Mismatch::Count { expected }) => format!("! takes {expected}"),
        Err(Mismatch::Type { index, expected }) => format!("! {} must be {expected}", index + 1),
        Err(Mismatch::Body { index, .. } | Mismatch::Parameters { index, .. }) => {
            panic!("{} of {call} is not a lambda", index + 1)
        }
        Err(Mismatch::Word { index, expected: [] }) => format!("! {} must be a literal", index + 1),
        Err(Mismatch::Word { index, expected }) => {
            format!("! {} must be one of {}", index + 1, expected.join(" "))
        }
        Err(Mismatch::Ambiguous { index, .. }) => format!("! {} is open", index + 1),
    };
    format!("{call} {outcome}")
}

#[test]
fn calls_resolve_as_in_trino() {
    let (mut rows, mut wrong) = (0, String::new());
    for expected in include_str!("resolve.tests").lines() {
        if expected.is_empty() || expected.starts_with('#') {
            continue;
        }
        rows += 1;
        let end = expected.find(" -> ").or_else(|| expected.find(" ! ")).unwrap();
        let found = line(&expected[..end]);
        if found != expected {
            writeln!(wrong, "expected {expected}\n   found {found}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert_eq!(rows, 514);
}

#[test]
fn every_row_is_sound() {
    let mut names = HashSet::new();
    for function in all() {
        let Function { name, signatures, .. } = function;
        assert!(names.insert(name), "{name} twice");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
        assert_eq!(lookup(&name.to_uppercase()).map(|found| found.name), Some(*name));
        assert!(!signatures.is_empty(), "{name}");
        for text in *signatures {
            if let Err(error) = signature::arity(text) {
                panic!("{name}{text}: {error}");
            }
        }
    }
    assert_eq!(names.len(), 303);
}
