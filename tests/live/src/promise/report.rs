//! What came of the questions, as a table with examples.

use std::collections::{BTreeMap, BTreeSet};
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
    /// Which queries it accepts, those that don't compile as they are written, where
    /// that is its language.
    accepts: Option<BTreeSet<usize>>,
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
        let said = judge.judge(&emitted)?;
        let of: BTreeMap<usize, Opinion> = places.into_iter().zip(said).collect();
        let rest: Vec<usize> = (0..mutants.len()).filter(|at| !of.contains_key(at)).collect();
        let texts: Vec<String> = rest.iter().map(|at| mutants[*at].sql.clone()).collect();
        let accepts = judge.accepts(&texts)?.map(|accepts| {
            let taken =
                |opinion: &Opinion| matches!(opinion, Opinion::Kept | Opinion::Otherwise(_));
            let mut all: BTreeSet<usize> =
                of.iter().filter(|(_, opinion)| taken(opinion)).map(|(at, _)| *at).collect();
            all.extend(rest.into_iter().zip(accepts).filter(|(_, yes)| *yes).map(|(at, _)| at));
            all
        });
        Ok(Opinions { engine: judge.engine(), of, accepts })
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
    undecided: usize,
    refused: BTreeMap<String, Group>,
    otherwise: BTreeMap<String, Group>,
    /// What we refuse, and Trino does not.
    lost: BTreeMap<String, Group>,
}

impl Report {
    pub(super) fn new(mutants: &[Mutant], compiled: &[Compiled], opinions: &[Opinions]) -> Report {
        let accepts = opinions.iter().find_map(|one| one.accepts.as_ref());
        let engine = |(place, said): (usize, &Opinions)| {
            let mut of = OfEngine {
                engine: said.engine,
                queries: mutants.len(),
                compiled: said.of.len(),
                asked: said.of.values().filter(|opinion| **opinion != Opinion::Passed).count(),
                undecided: said.of.values().filter(|one| **one == Opinion::Undecided).count(),
                refused: BTreeMap::new(),
                otherwise: BTreeMap::new(),
                lost: BTreeMap::new(),
            };
            for (at, mutant) in mutants.iter().enumerate() {
                let example = |word: &str, text: &str| {
                    let changes = mutant.changes.join("; ");
                    format!("{}\n      ({changes})\n      {word}: {text}", one_line(&mutant.sql))
                };
                let said_of = |emitted: &Emitted, message: &str| {
                    let example = example("emitted", &emitted.sql);
                    format!("{example}\n      {}: {}", said.engine, cut(message))
                };
                match (&compiled[at][place], said.of.get(&at)) {
                    (Ok(emitted), Some(Opinion::Refused { kind, message })) => {
                        add(&mut of.refused, kind.clone(), said_of(emitted, message));
                    }
                    (Ok(emitted), Some(Opinion::Otherwise(message))) => {
                        add(&mut of.otherwise, general(message), said_of(emitted, message));
                    }
                    (Err(cause), _) if accepts.is_some_and(|accepts| accepts.contains(&at)) => {
                        add(&mut of.lost, cause.kind(), example("we say", &cause.to_string()));
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
        // What decides comes last, where a log that is cut still shows it.
        for of in &self.engines {
            let _ = writeln!(
                text,
                "{}: {} queries, {} compile, {} asked: {} refused as emitted, {} of other types, {} undecided",
                of.engine,
                of.queries,
                of.compiled,
                of.asked,
                count(&of.refused),
                count(&of.otherwise),
                of.undecided,
            );
            list(&mut text, &of.refused, usize::MAX, examples);
            list(&mut text, &of.otherwise, usize::MAX, examples);
        }
        text
    }
}

fn count(groups: &BTreeMap<String, Group>) -> usize {
    groups.values().map(|group| group.count).sum()
}

fn add(groups: &mut BTreeMap<String, Group>, kind: String, example: String) {
    let group = groups.entry(kind).or_default();
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
pub(super) fn general(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let mut text = String::new();
    let mut quote = None;
    for c in line.chars() {
        let within = text.ends_with(char::is_alphanumeric);
        match quote {
            Some(end) if c == end => {
                quote = None;
                text.push('…');
                text.push(c);
            }
            Some(_) => {}
            // `can't` quotes nothing.
            None if matches!(c, '`' | '"') || (c == '\'' && !within) => {
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

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: &str) -> String {
    let line = one_line(text);
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
        assert_eq!(general("`sum` can't be compiled for \"x\""), "`…` can't be compiled for \"…\"");
        assert_ne!(general("column `a` is unknown"), general("table `a` is unknown"));
    }
}
