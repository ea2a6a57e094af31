//! `cargo live tpcds`: the queries of TPC-DS, compiled for every engine, give the rows
//! on every engine that they give on Trino, over the same tables.
//!
//! [`texts`] has the queries, [`tables`] the rows that they read, [`compare`] says whether
//! two results are the same.

mod compare;
mod tables;
pub(crate) mod texts;

use std::fmt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::future::join_all;
use lakequery::{Lake, Type};
use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::{Code, Diagnostic};
use lakequery_compiler::token::{Span, Token, tokenize};
use lakequery_compiler::{Compiled, Request, compile};
use lakequery_engines::Cache;
use lakequery_types::Engine;
use serde_json::Value as Json;

use crate::cli::Servers;
use crate::fleet::Fleet;
use crate::judge::{Outcome, run};
use crate::schemas::{DEFAULT_SCHEMA, Schemas};
use crate::suite::{ALL, SERVERS};
use texts::Text;

/// How long an engine may take for a query.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs the queries whose names begin with one of `filter`, all if it is empty, on Trino
/// and the other engines at the same time.
pub(crate) async fn tpcds(
    engines: &[Engine],
    filter: &[String],
    show: bool,
    servers: &Servers,
) -> Result<ExitCode> {
    let engines = if engines.is_empty() { ALL } else { engines };
    let is_asked = |text: &Text| {
        filter.is_empty() || filter.iter().any(|start| text.name.starts_with(start.as_str()))
    };
    let mut queries = texts::queries(&Cache::open()?)?;
    queries.retain(is_asked);
    ensure!(!queries.is_empty(), "no query has such a name");
    let wanted: Vec<Engine> = SERVERS
        .iter()
        .copied()
        .filter(|engine| *engine == Engine::Trino || engines.contains(engine))
        .collect();
    let fleet = Fleet::start(&wanted, servers.attach).await?;
    for (engine, error) in &fleet.missing {
        eprintln!("error: {engine} is not up: {error:#}");
    }
    let schemas = Schemas::of_repository()?.with_plain_texts();
    let (trino, others) =
        tables::lakes(&fleet, &schemas, engines.contains(&Engine::DataFusion)).await?;
    let mut tallies: Vec<Tally> = others.iter().map(|lake| Tally::new(lake.engine())).collect();
    let mut reference = Tally::new(Engine::Trino);
    let mut counts = Counts::default();
    for text in &queries {
        let answers = join_all(
            std::iter::once(&trino).chain(&others).map(|lake| answer(lake, text, &schemas)),
        );
        let mut answers = answers.await.into_iter();
        let (outcome, time) = answers.next().context("Trino was asked")?;
        let Some(expected) = Expected::of(outcome, text) else {
            reference.add(Verdict::Failed, time);
            continue;
        };
        reference.add(Verdict::Equal, time);
        counts.add(&expected);
        for (tally, (outcome, time)) in tallies.iter_mut().zip(answers) {
            let verdict = expected.judge(&outcome);
            let is_shown = !matches!(verdict, Verdict::Equal);
            if is_shown && (show || !matches!(verdict, Verdict::Other(_))) {
                println!("{} {}: {}", tally.engine, text.name, verdict.text(&outcome));
            } else if is_shown {
                println!("{} {}: other rows", tally.engine, text.name);
            }
            tally.add(verdict, time);
        }
    }
    println!("{} queries: {counts}", queries.len());
    println!("{reference}");
    for tally in &tallies {
        println!("{tally}");
    }
    let good =
        std::iter::once(&reference).chain(&tallies).all(|tally| tally.equal == queries.len());
    Ok(if good && fleet.missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What an engine makes of a query without its last LIMIT, and how long it took. The query
/// as it stands must compile, too.
async fn answer(lake: &Lake, text: &Text, schemas: &Schemas) -> (Outcome, Duration) {
    let start = Instant::now();
    let compiled = compiled(&text.sql, lake.engine(), schemas)
        .and_then(|_| compiled(texts::without_limit(&text.sql), lake.engine(), schemas));
    let outcome = match compiled {
        Ok(compiled) => {
            let types: Vec<Type> =
                compiled.columns.iter().map(|column| column.ty.clone()).collect();
            run(lake, &compiled, &types, PATIENCE).await
        }
        Err(errors) => Outcome::Refused(
            errors.iter().map(|e| e.message.as_str()).collect::<Vec<_>>().join("; "),
        ),
    };
    (outcome, start.elapsed())
}

fn compiled(sql: &str, engine: Engine, schemas: &Schemas) -> Result<Compiled, Vec<Diagnostic>> {
    let tokens: Vec<Token> = tokenize(sql)
        .map_err(|error| vec![Diagnostic::new(Code::Syntax, Span::default(), error.message)])?
        .into_iter()
        .map(|token| token.token)
        .collect();
    let config = Config {
        targets: vec![engine],
        schemas: "schemas".to_owned(),
        default_schema: Some(DEFAULT_SCHEMA.to_owned()),
        sources: Default::default(),
        schema_names: Default::default(),
        tables: Default::default(),
    };
    compile(Request { tokens: &tokens, config: &config, snapshots: schemas, named_columns: false })
}

/// What Trino made of a query.
enum Expected {
    /// Its rows, sorted.
    Rows(Vec<Json>),
    /// A value of the data is at fault, as where the sum to divide by is 0.
    Error,
}

impl Expected {
    /// `None`, after saying why, where Trino was not asked or gave nothing.
    fn of(outcome: Outcome, text: &Text) -> Option<Expected> {
        match outcome {
            Outcome::Rows(rows) => Some(Expected::Rows(compare::sorted(rows))),
            Outcome::Error(message) if OF_DATA.iter().any(|code| message.contains(code)) => {
                Some(Expected::Error)
            }
            other => {
                println!("trino {}: {}", text.name, other.long());
                None
            }
        }
    }

    /// Whether another engine made the same of it.
    fn judge(&self, outcome: &Outcome) -> Verdict {
        match (self, outcome) {
            (_, Outcome::Refused(_)) => Verdict::Refused,
            (Expected::Rows(expected), Outcome::Rows(found)) => {
                match compare::difference(expected, &compare::sorted(found.clone())) {
                    None => Verdict::Equal,
                    Some(difference) => Verdict::Other(difference),
                }
            }
            (Expected::Error, Outcome::Error(_)) => Verdict::Equal,
            (Expected::Error, Outcome::Rows(_)) => {
                Verdict::Other("rows, where Trino has an error".to_owned())
            }
            (_, Outcome::Error(_) | Outcome::Nothing) => Verdict::Failed,
        }
    }
}

/// The errors of Trino that depend on the data.
const OF_DATA: [&str; 2] = ["DIVISION_BY_ZERO", "NUMERIC_VALUE_OUT_OF_RANGE"];

/// How much Trino answered.
#[derive(Debug, Default)]
struct Counts {
    rows: usize,
    /// Queries without a row.
    empty: usize,
    /// Queries that end in an error.
    errors: usize,
}

impl Counts {
    fn add(&mut self, expected: &Expected) {
        match expected {
            Expected::Rows(rows) => {
                self.rows += rows.len();
                self.empty += usize::from(rows.is_empty());
            }
            Expected::Error => self.errors += 1,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { rows, empty, errors } = self;
        write!(f, "{rows} rows, {empty} queries without a row, {errors} that end in an error")
    }
}

/// What came of a query on an engine.
#[derive(Clone, Debug)]
enum Verdict {
    /// What Trino gives.
    Equal,
    /// Other rows; the first that differs.
    Other(String),
    /// The compiler refuses it.
    Refused,
    /// The engine gave an error, or nothing in time.
    Failed,
}

impl Verdict {
    fn text(&self, outcome: &Outcome) -> String {
        match self {
            Verdict::Other(difference) => difference.clone(),
            _ => outcome.long(),
        }
    }
}

/// What came of all queries on an engine.
#[derive(Debug)]
struct Tally {
    engine: Engine,
    equal: usize,
    other: usize,
    refused: usize,
    failed: usize,
    seconds: f64,
}

impl Tally {
    fn new(engine: Engine) -> Tally {
        Tally { engine, equal: 0, other: 0, refused: 0, failed: 0, seconds: 0.0 }
    }

    fn add(&mut self, verdict: Verdict, time: Duration) {
        self.seconds += time.as_secs_f64();
        *match verdict {
            Verdict::Equal => &mut self.equal,
            Verdict::Other(_) => &mut self.other,
            Verdict::Refused => &mut self.refused,
            Verdict::Failed => &mut self.failed,
        } += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { engine, equal, other, refused, failed, seconds } = self;
        write!(
            f,
            "{engine}: {equal} equal, {other} with other rows, {refused} refused by us, \
             {failed} failed, {seconds:.0} s"
        )
    }
}
