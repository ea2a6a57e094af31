//! Queries put together at random out of rules, which are data: `rules.txt` beside
//! who asks them. Shared by the tests of the embedded engine and of real servers.

use std::collections::BTreeMap;

use crate::random::Random;

/// How deep expressions are at most.
const DEPTH: usize = 3;

/// What queries are put together of.
pub(crate) struct Grammar {
    /// What can stand for a name.
    rules: BTreeMap<&'static str, Rules>,
    /// Where expressions of a name end: with a table's column, or without any.
    leaves: BTreeMap<&'static str, Vec<(&'static str, &'static str)>>,
}

/// What can stand for a name: each in its turn, in an order of chance.
#[derive(Default)]
struct Rules {
    all: Vec<&'static str>,
    /// Those whose turn is still to come.
    left: Vec<&'static str>,
}

impl Rules {
    fn next(&mut self, random: &mut Random) -> &'static str {
        if self.left.is_empty() {
            self.left.clone_from(&self.all);
        }
        self.left.swap_remove(random.below(self.left.len()))
    }
}

impl Grammar {
    /// Reads rules.
    pub(crate) fn new(rules: &'static str) -> Grammar {
        let mut grammar = Grammar { rules: BTreeMap::new(), leaves: BTreeMap::new() };
        let mut place = ("", None);
        for line in rules.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let Some(one) = line.strip_prefix("  ") else {
                let (name, table) =
                    line.split_once(" @").map_or((line, None), |(name, table)| (name, Some(table)));
                place = (name, table);
                continue;
            };
            let quoted = one.strip_prefix('"').and_then(|one| one.strip_suffix('"'));
            let one = quoted.unwrap_or(one);
            match place {
                (name, None) => grammar.rules.entry(name).or_default().all.push(one),
                (name, Some(table)) => grammar.leaves.entry(name).or_default().push((table, one)),
            }
        }
        grammar
    }

    /// One query.
    pub(crate) fn query(&mut self, random: &mut Random) -> String {
        let depth = 1 + random.below(DEPTH);
        Maker { grammar: self, random, said: BTreeMap::new() }.one("Query", "", depth)
    }

    /// The leaves of a name: those of a table, or of both that there are, and those
    /// of none.
    fn leaves(&self, name: &str, table: &str) -> Vec<(&'static str, &'static str)> {
        let mut leaves = self.leaves.get(name).cloned().unwrap_or_default();
        leaves.retain(|(from, _)| from.is_empty() || *from == table || table == "both");
        leaves
    }
}

struct Maker<'r> {
    grammar: &'r mut Grammar,
    random: &'r mut Random,
    /// What is to be repeated, by its name.
    said: BTreeMap<String, String>,
}

impl Maker<'_> {
    /// Something of a name.
    fn one(&mut self, name: &str, table: &str, depth: usize) -> String {
        if name == "Table" {
            return format!("parity.{table}");
        }
        let leaves = self.grammar.leaves(name, table);
        let rules = self.grammar.rules.get_mut(name);
        let rule = match rules {
            Some(rules) if depth > 0 || leaves.is_empty() => rules.next(self.random),
            _ => {
                // A column three times of four.
                let (columns, others): (Vec<_>, Vec<_>) =
                    leaves.iter().partition(|(of, _)| !of.is_empty());
                let column = !columns.is_empty() && self.random.below(4) > 0;
                let all = if column || others.is_empty() { columns } else { others };
                return all[self.random.below(all.len())].1.to_owned();
            }
        };
        let depth = if leaves.is_empty() { depth } else { depth - 1 };
        self.filled(rule, table, depth)
    }

    /// A rule with something in its places.
    fn filled(&mut self, rule: &str, table: &str, depth: usize) -> String {
        let mut text = String::new();
        let mut rest = rule;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (place, after) = after.split_once('}').expect("a place has an end");
            rest = after;
            let (place, said) = place.split_once('#').unwrap_or((place, ""));
            if place.is_empty() {
                text.push_str(&self.said[said]);
                continue;
            }
            let (name, table) = place.split_once('@').unwrap_or((place, table));
            let one = self.one(name, table, depth);
            text.push_str(&one);
            if !said.is_empty() {
                self.said.insert(said.to_owned(), one);
            }
        }
        text + rest
    }
}
