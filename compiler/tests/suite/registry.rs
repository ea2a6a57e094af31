//! Every function in the SQL that Dremio is sent for the cases is in the registry of its open
//! release, with as many arguments.

use std::collections::BTreeSet;

use lakequery_types::Engine;

use crate::cases::said_for;
use crate::common::root;

/// Words right before parentheses that are not functions: a conversion, and what has digits.
const WORDS: [&str; 8] = ["CAST", "DECIMAL", "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];

/// The calls in a text: names, and how many arguments.
fn calls(sql: &str) -> Vec<(String, usize)> {
    let (mut calls, mut open) = (Vec::new(), Vec::new());
    let (mut word, mut quote) = (String::new(), None);
    for c in sql.chars() {
        if let Some(end) = quote {
            // What is quoted is an argument, too.
            if c == end {
                quote = None;
            }
            continue;
        }
        let last = std::mem::take(&mut word);
        match c {
            '\'' | '"' => quote = Some(c),
            '(' => open.push((last.clone(), 0, false)),
            ')' => {
                let (name, commas, any): (String, usize, bool) = open.pop().expect("it is open");
                calls.push((name, if any { commas + 1 } else { 0 }));
            }
            ',' => open.iter_mut().last().into_iter().for_each(|(_, commas, _)| *commas += 1),
            c if c.is_alphanumeric() || c == '_' => word = last + &c.to_string(),
            _ => {}
        }
        let depth = open.len();
        if let Some((_, _, any)) = open.last_mut() {
            *any |= !c.is_whitespace() && (c != '(' || depth == 0);
        }
        // Parentheses in parentheses are an argument of the outer ones.
        if c == ')'
            && let Some((_, _, any)) = open.last_mut()
        {
            *any = true;
        }
    }
    assert!(open.is_empty(), "{sql}");
    calls.retain(|(name, _)| !name.is_empty());
    calls
}

#[test]
fn calls_are_found() {
    let found = calls("SELECT F(), G(1, H('(', \"b(\")), I(*) FROM (VALUES (1)) ");
    let found: Vec<_> = found.iter().map(|(name, count)| format!("{name} {count}")).collect();
    assert_eq!(found, ["F 0", "H 2", "G 2", "I 1"]);
}

#[test]
fn every_function_that_is_written_is_known() {
    let path = root().join("compiler/src/engine/dremio/functions.tsv");
    let table = std::fs::read_to_string(path).expect("the table");
    let known: Vec<(&str, usize, usize)> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut fields = line.split('\t');
            let [name, arguments] = [fields.next(), fields.next()].map(|field| field.expect("it"));
            let kinds: Vec<_> = arguments.split(", ").filter(|kind| !kind.is_empty()).collect();
            let least = kinds.iter().filter(|kind| !kind.ends_with(['?', '.'])).count();
            let most = if arguments.ends_with("...") { usize::MAX } else { kinds.len() };
            (name, least, most)
        })
        .collect();
    let (mut sent, mut found, mut unknown) = (0, BTreeSet::new(), BTreeSet::new());
    for case in lakequery_cases::all() {
        let sql = said_for(&case, Engine::Dremio);
        if !sql.starts_with("SELECT") && !sql.starts_with("WITH") {
            continue;
        }
        sent += 1;
        for (name, count) in calls(&sql) {
            let upper = name.to_uppercase();
            if WORDS.contains(&&*upper) {
                continue;
            }
            let fits = |(own, least, most): &&(&str, usize, usize)| {
                *own == upper && (*least..=*most).contains(&count)
            };
            match known.iter().find(fits) {
                Some(_) => found.insert(upper),
                None => unknown.insert(format!("{name} of {count}: {sql}")),
            };
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
    assert!(sent > 300 && found.len() > 40, "{sent} {found:?}");
}
