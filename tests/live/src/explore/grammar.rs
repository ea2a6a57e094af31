//! Queries put together at random out of rules, as data.

use std::collections::BTreeMap;

use crate::suite::Random;

/// What can stand for a name, and where expressions end.
const RULES: &str = include_str!("rules.txt");

/// How deep expressions are at most.
const DEPTH: usize = 3;

/// What queries are put together of.
pub(super) struct Grammar {
    /// What can stand for a name.
    rules: BTreeMap<&'static str, Vec<&'static str>>,
    /// Where expressions of a name end: with a table's column, or without any.
    leaves: BTreeMap<&'static str, Vec<(&'static str, &'static str)>>,
}

impl Grammar {
    pub(super) fn new() -> Grammar {
        let mut grammar = Grammar { rules: BTreeMap::new(), leaves: BTreeMap::new() };
        let mut place = ("", None);
        for line in RULES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let Some(one) = line.strip_prefix("  ") else {
                let (name, table) =
                    line.split_once(" @").map_or((line, None), |(name, table)| (name, Some(table)));
                place = (name, table);
                continue;
            };
            let quoted = one.strip_prefix('"').and_then(|one| one.strip_suffix('"'));
            let one = quoted.unwrap_or(one);
            match place {
                (name, None) => grammar.rules.entry(name).or_default().push(one),
                (name, Some(table)) => grammar.leaves.entry(name).or_default().push((table, one)),
            }
        }
        grammar
    }

    /// One query.
    pub(super) fn query(&self, random: &mut Random) -> String {
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
    grammar: &'r Grammar,
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
        if !leaves.is_empty() && depth == 0 {
            // A column three times of four.
            let (columns, others): (Vec<_>, Vec<_>) =
                leaves.into_iter().partition(|(of, _)| !of.is_empty());
            let all =
                if self.random.below(4) > 0 && !columns.is_empty() { columns } else { others };
            return all[self.random.below(all.len())].1.to_owned();
        }
        let depth = if leaves.is_empty() { depth } else { depth - 1 };
        let rules = &self.grammar.rules[name];
        let rule = rules[self.random.below(rules.len())];
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{compile_text, config_for};

    /// Every place of a rule names a rule, and nearly all that comes of them is
    /// lake SQL: what is not, such as a sum of decimals of 39 digits, is rare.
    #[test]
    fn queries_compile() {
        let config = config_for("\"trino\"");
        let mut random = Random(1);
        let grammar = Grammar::new();
        let queries: Vec<String> = (0..300).map(|_| grammar.query(&mut random)).collect();
        let error = |sql: &String| compile_text(sql, &config, false).err();
        let errors: Vec<_> = queries.iter().filter_map(error).flatten().collect();
        assert!(errors.len() < 15, "{errors:#?}");
    }
}
