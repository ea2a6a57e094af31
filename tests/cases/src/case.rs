//! One case: a query, its settings, and what is expected of it.

use std::fs;
use std::ops::Range;

use lakequery_types::Engine;

use crate::line::{self, Line};

/// One query with what is expected of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its file and line, to name it by.
    pub place: String,
    /// What its block says.
    pub settings: Settings,
    /// The query.
    pub sql: String,
    /// What is expected, in the order of the lines.
    pub expectations: Vec<Expectation>,
    /// The lines that give the query: the query itself, or the name of its file.
    query: Vec<String>,
    /// The case as it is written.
    pub(crate) text: String,
}

/// What a block of cases says behind its fence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `schema=NAME`: the default schema.
    pub schema: Option<String>,
    /// `targets=ENGINE,ENGINE`: what the query is compiled for where no engine is named.
    pub targets: Vec<Engine>,
    /// `own-tables`: the tables are those of `tests/cases/schemas`, which no server has.
    pub own_tables: bool,
    /// `named`: every column needs a name that Rust can use, as in `query!`.
    pub named: bool,
}

/// What a case says about its query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Its columns: name, type, and `?` where they can be NULL.
    Columns,
    /// Its parameters' types.
    Parameters,
    /// The SQL that an engine is sent.
    Sql(Engine),
    /// Errors: of one engine, or of lake SQL.
    Errors(Option<Engine>),
}

/// Something said about a place of the query.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The bytes of the query that it is about; an empty range is a place between two.
    pub bytes: Range<usize>,
    /// What is said.
    pub text: String,
    /// The lines below it.
    pub details: Vec<String>,
}

impl Settings {
    /// Reads what follows the fence.
    pub(crate) fn read(text: &str) -> Result<Settings, String> {
        let mut settings = Settings { targets: vec![Engine::Trino], ..Settings::default() };
        for word in text.split_whitespace() {
            match word.split_once('=') {
                Some(("schema", name)) => settings.schema = Some(name.to_owned()),
                Some(("targets", names)) => {
                    let engines = names
                        .split(',')
                        .map(|name| name.parse().map_err(|_| format!("`{name}` is not an engine")));
                    settings.targets = engines.collect::<Result<_, _>>()?;
                }
                None if word == "own-tables" => settings.own_tables = true,
                None if word == "named" => settings.named = true,
                _ => return Err(format!("`{word}` is not a setting of a block")),
            }
        }
        Ok(settings)
    }
}

impl Case {
    pub(crate) fn read(place: String, settings: Settings, lines: &[&str]) -> Result<Case, String> {
        let (mut query, mut expectations) = (Vec::new(), Vec::new());
        for text in lines {
            let expectation = match line::read(text) {
                Line::Query => {
                    query.push((*text).to_owned());
                    continue;
                }
                Line::Detail => continue,
                Line::Columns => Expectation::Columns,
                Line::Parameters => Expectation::Parameters,
                Line::Sql(engine) => Expectation::Sql(engine),
                Line::Error(engine) => Expectation::Errors(engine),
            };
            if !expectations.contains(&expectation) {
                expectations.push(expectation);
            }
        }
        let sql = match &query[..] {
            [] => return Err("there is no query".to_owned()),
            [line] if line.starts_with("file: ") => {
                let path = crate::folder().join(&line["file: ".len()..]);
                fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?
            }
            lines => lines.join("\n"),
        };
        let text = lines.iter().map(|line| format!("{line}\n")).collect();
        Ok(Case { place, settings, sql, expectations, query, text })
    }

    /// Whether the query means the same where no settings can be given.
    pub fn has_plain_settings(&self) -> bool {
        self.settings.schema.is_none() && !self.settings.own_tables
    }

    /// Whether the case says what an engine is sent.
    pub fn is_emitted_for(&self, engine: Engine) -> bool {
        self.expectations.contains(&Expectation::Sql(engine))
    }

    /// The case as it is written where these remarks and facts hold.
    pub fn render(&self, remarks: &[Remark], facts: &[(String, String)]) -> String {
        let mut text = String::new();
        let mut start = 0;
        let whole = self.query.join("\n");
        for line in &self.query {
            let end = start + line.len();
            push(&mut text, line);
            for remark in remarks {
                // The text of a file is not shown: what is said of it stands below its name.
                let bytes = if whole == self.sql { remark.bytes.clone() } else { 0..whole.len() };
                mark(&mut text, line, start..end, &bytes, remark);
            }
            start = end + 1;
        }
        for (name, fact) in facts {
            // A line break inside a string of the emitted SQL.
            push(&mut text, &format!("{name}: {}", fact.trim_end().replace('\n', "␤")));
        }
        text
    }

    /// Whether the case is written like this.
    pub fn is(&self, rendered: &str) -> bool {
        self.text == rendered
    }
}

fn push(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Carets under the part of a place that lies in a line of the query; below the last line of the
/// place, what is said.
fn mark(text: &mut String, line: &str, here: Range<usize>, place: &Range<usize>, remark: &Remark) {
    let begins_behind = place.start > here.end;
    let ends_before = place.end < here.start || (place.end == here.start && !place.is_empty());
    if begins_behind || ends_before {
        return;
    }
    let indent = line.len() - line.trim_start().len();
    let from = place.start.checked_sub(here.start).unwrap_or(indent);
    let to = place.end.min(here.end) - here.start;
    let margin = " ".repeat(line[..from].chars().count());
    let carets = "^".repeat(line[from..to.max(from)].chars().count().max(1));
    if place.end > here.end {
        push(text, &format!("{margin}{carets}"));
        return;
    }
    push(text, &format!("{margin}{carets} {}", remark.text));
    for detail in &remark.details {
        push(text, &format!("{margin}{detail}"));
    }
}
