//! What came of the questions, as a table with examples.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use lakequery_types::Engine;

use super::compile::{Compiled, Emitted};
use super::judges::{Judge, Opinion};
use super::mutate::Mutant;

/// How many causes are listed.
const LISTED: usize = 40;

/// How much of a message is shown.
const SHOWN: usize = 300;

/// What one engine said.
pub(super) struct Opinions {
    engine: Engine,
    /// Of each query that compiles for it, by the query's place.
    of: BTreeMap<usize, Opinion>,
    /// Whether it accepts each query as it is written, where that is its language.
    accepts: Option<Vec<bool>>,
}

impl Opinions {
    /// Asks the judge of the engine that stands at this place.
    pub(super) fn ask(
        judge: &mut dyn Judge,
        place: usize,
        mutants: &[Mutant],
        compiled: &[Compiled],
    ) -> Result<Opinions> {
        let emitted = compiled.iter().enumerate();
        let emitted = emitted.filter_map(|(at, all)| Some((at, all[place].as_ref().ok()?)));
        let (places, emitted): (Vec<usize>, Vec<&Emitted>) = emitted.unzip();
        let of = places.into_iter().zip(judge.judge(&emitted)?).collect();
        let texts: Vec<String> = mutants.iter().map(|mutant| mutant.sql.clone()).collect();
        Ok(Opinions { engine: judge.engine(), of, accepts: judge.accepts(&texts)? })
    }
}

/// What is said of several queries, with those queries.
#[derive(Default)]
struct Group {
    count: usize,
    examples: Vec<String>,
}

/// What came of the questions.
pub(super) struct Report {
    engines: Vec<OfEngine>,
}

struct OfEngine {
    engine: Engine,
    queries: usize,
    compiled: usize,
    asked: usize,
    refused: BTreeMap<String, Group>,
    otherwise: BTreeMap<String, Group>,
    /// What we refuse, and Trino does not.
    lost: BTreeMap<String, Group>,
}

impl Report {
    pub(super) fn new(mutants: &[Mutant], compiled: &[Compiled], opinions: &[Opinions]) -> Report {
        let accepts = opinions.iter().find_map(|one| one.accepts.as_deref());
        let engine = |(place, said): (usize, &Opinions)| {
            let mut of = OfEngine {
                engine: said.engine,
                queries: mutants.len(),
                compiled: said.of.len(),
                asked: said.of.values().filter(|opinion| **opinion != Opinion::Passed).count(),
                refused: BTreeMap::new(),
                otherwise: BTreeMap::new(),
                lost: BTreeMap::new(),
            };
            for (at, mutant) in mutants.iter().enumerate() {
                let example = |emitted: &str, word: &str| {
                    let changes = mutant.changes.join("; ");
                    format!("{}\n      ({changes})\n    {word}: {emitted}", mutant.sql.trim())
                };
                match (&compiled[at][place], said.of.get(&at)) {
                    (Ok(emitted), Some(Opinion::Refused(message))) => {
                        let example = example(&emitted.sql, "emitted");
                        add(
                            &mut of.refused,
                            message,
                            format!("{example}\n    says: {}", cut(message)),
                        );
                    }
                    (Ok(emitted), Some(Opinion::Otherwise(message))) => {
                        let example = example(&emitted.sql, "emitted");
                        add(
                            &mut of.otherwise,
                            message,
                            format!("{example}\n    says: {}", cut(message)),
                        );
                    }
                    (Err(cause), _) if accepts.is_some_and(|accepts| accepts[at]) => {
                        let cause = cause.to_string();
                        add(&mut of.lost, &cause, example(&cause, "we say"));
                    }
                    _ => {}
                }
            }
            of
        };
        Report { engines: opinions.iter().enumerate().map(engine).collect() }
    }

    /// How many questions engines were asked.
    pub(super) fn asked(&self) -> usize {
        self.engines.iter().map(|of| of.asked).sum()
    }

    /// Whether nothing was refused and no type was another.
    pub(super) fn kept(&self) -> bool {
        self.engines.iter().all(|of| of.refused.is_empty() && of.otherwise.is_empty())
    }

    /// All of it, with so many examples of each kind.
    pub(super) fn text(&self, examples: usize) -> String {
        let mut text = String::new();
        for of in &self.engines {
            let _ = writeln!(
                text,
                "{}: {} queries, {} compile, {} asked: {} refused as emitted, {} of other types",
                of.engine,
                of.queries,
                of.compiled,
                of.asked,
                count(&of.refused),
                count(&of.otherwise),
            );
            list(&mut text, &of.refused, usize::MAX, examples);
            list(&mut text, &of.otherwise, usize::MAX, examples);
        }
        for of in self.engines.iter().filter(|of| !of.lost.is_empty()) {
            let _ = writeln!(
                text,
                "for {}, {} are refused by us and accepted by Trino, by {} causes:",
                of.engine,
                count(&of.lost),
                of.lost.len()
            );
            list(&mut text, &of.lost, LISTED, examples);
        }
        text
    }
}

fn count(groups: &BTreeMap<String, Group>) -> usize {
    groups.values().map(|group| group.count).sum()
}

fn add(groups: &mut BTreeMap<String, Group>, message: &str, example: String) {
    let group = groups.entry(general(message)).or_default();
    group.count += 1;
    group.examples.push(example);
}

/// The largest groups first.
fn list(text: &mut String, groups: &BTreeMap<String, Group>, most: usize, examples: usize) {
    let mut sorted: Vec<_> = groups.iter().collect();
    sorted.sort_by_key(|(message, group)| (std::cmp::Reverse(group.count), *message));
    for (message, group) in sorted.iter().take(most) {
        let _ = writeln!(text, "{:7}  {message}", group.count);
        // The shortest say most.
        let mut shown: Vec<&String> = group.examples.iter().collect();
        shown.sort_by_key(|example| (example.len(), *example));
        for example in shown.into_iter().take(examples) {
            let _ = writeln!(text, "    {example}");
        }
    }
    if sorted.len() > most {
        let _ = writeln!(text, "         and {} more causes", sorted.len() - most);
    }
}

/// A message without what is only true of one query: names, values and places.
fn general(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let mut text = String::new();
    let mut quote = None;
    for c in line.chars() {
        match quote {
            Some(end) if c == end => {
                quote = None;
                text.push_str("…");
                text.push(c);
            }
            Some(_) => {}
            None if matches!(c, '`' | '\'' | '"') => {
                quote = Some(c);
                text.push(c);
            }
            None if c.is_ascii_digit() => {
                if !text.ends_with('N') {
                    text.push('N');
                }
            }
            None => text.push(c),
        }
    }
    cut(&text)
}

fn cut(text: &str) -> String {
    let line = text.replace('\n', " ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_one_kind_are_one() {
        assert_eq!(
            general("line 1:17: Column 'a' can't be `x(3)` on 12\nmore"),
            general("line 2:3: Column 'bcd' can't be `y` on 7"),
        );
        assert_ne!(general("column `a` is unknown"), general("table `a` is unknown"));
    }
}
