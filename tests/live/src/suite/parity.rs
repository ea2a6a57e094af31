//! Queries over tables with NULLs, duplicates and values at the ends of their
//! types mean on every engine what they mean on Trino (`tests/parity`).
//!
//! A new query is a row with two empty columns behind it. `UPDATE_PARITY=1 cargo
//! live test "trino parity"` writes down what Trino answers, which is then read
//! by a person.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use lakequery::{Lake, Type, sql};
use lakequery_compiler::emit::Piece;
use lakequery_engines::Server;
use lakequery_types::Engine;

use crate::compile::{compile_text, config_for, root};
use crate::judge::{self, Outcome, Question, ask};
use crate::suite::answers::compare;
use crate::suite::{Case, Checks, SERVERS, Site};

/// A case for a topic, which is a file.
macro_rules! topic {
    ($name:literal) => {
        Case {
            name: concat!("parity: ", $name),
            engines: SERVERS,
            run: |site| Box::pin(parity(site, $name)),
        }
    };
}

pub(crate) const CASES: &[Case] = &[
    topic!("arithmetic"),
    topic!("casts"),
    topic!("clauses"),
    topic!("conditions"),
    topic!("dates"),
    topic!("elements"),
    topic!("floats"),
    topic!("grouping"),
    topic!("intervals"),
    topic!("joins"),
    topic!("json"),
    topic!("lambdas"),
    topic!("lateral"),
    topic!("members"),
    topic!("mixed"),
    topic!("nested"),
    topic!("order"),
    topic!("sets"),
    topic!("spelled"),
    topic!("subqueries"),
    topic!("text"),
    topic!("unnest"),
    topic!("windows"),
];

async fn parity(site: Arc<Site>, topic: &str) -> Result<Checks> {
    let lake = lake(site.server()?).await?;
    let mut topics = judge::parity();
    if site.engine == Engine::Trino && std::env::var_os("UPDATE_PARITY").is_some() {
        write_down(&lake, topic, &topics[topic]).await?;
        topics = judge::parity();
    }
    let questions = &topics[topic];
    let mut checks = Checks::default();
    let mut known = judge::differences("tests/parity/differences", site.engine);
    compare(&lake, topic, questions, &mut known, &mut checks).await?;
    Ok(checks)
}

/// A connection to a server, in the catalog with columns of all types where there
/// are several, with the tables that are asked about.
pub(crate) async fn lake(server: &Server) -> Result<Lake> {
    let url = &server.url;
    let url = url.strip_suffix("/hive").map_or_else(|| url.clone(), |url| format!("{url}/memory"));
    let lake = lakequery::connect(&url).await?;
    create_tables(&lake).await?;
    Ok(lake)
}

async fn create_tables(lake: &Lake) -> Result<()> {
    sql("CREATE SCHEMA IF NOT EXISTS parity").execute(lake).await?;
    for (name, rows) in judge::tables() {
        let config = config_for(&format!("\"{}\"", lake.engine()));
        let compiled =
            compile_text(&rows, &config, true).map_err(|errors| anyhow!("{name}: {errors:?}"))?;
        let [Piece::Text(rows)] = &compiled.templates[0].pieces[..] else {
            return Err(anyhow!("{name} has parameters"));
        };
        sql(format!("DROP TABLE IF EXISTS parity.{name}")).execute(lake).await?;
        let create = format!("CREATE TABLE parity.{name} AS {rows}");
        sql(create).execute(lake).await.with_context(|| format!("can't create {name}"))?;
    }
    Ok(())
}

async fn write_down(lake: &Lake, topic: &str, questions: &[Question]) -> Result<()> {
    let mut table = String::new();
    for Question { sql, .. } in questions {
        let (types, outcome) = ask(lake, sql).await;
        let Question { sql, types, rows } = question(sql.clone(), &types, outcome)?;
        let _ = writeln!(table, "{sql}\t{types}\t{rows}");
    }
    Ok(std::fs::write(root().join(format!("tests/parity/{topic}.tsv")), table)?)
}

/// A query with what Trino made of it.
///
/// # Errors
///
/// When that was nothing.
pub(crate) fn question(sql: String, types: &[Type], outcome: Outcome) -> Result<Question> {
    let (types, rows) = match outcome {
        Outcome::Rows(rows) => (names(types), rows.to_string()),
        Outcome::Error(text) => {
            let name = text.rsplit_once('[').and_then(|(_, rest)| rest.split(' ').next());
            let message = text.split(" [").next().unwrap_or_default().replace('\n', " ");
            (format!("!{}", name.unwrap_or("ERROR")), message)
        }
        other => return Err(anyhow!("{sql}: {other:?}")),
    };
    Ok(Question { sql, types, rows })
}

/// Trino's names of types, which do not tell what can be NULL inside.
fn names(types: &[Type]) -> String {
    types.iter().map(|ty| ty.clone().with_nulls().to_string()).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_is_asked_about() {
        let topics: Vec<_> = judge::parity().into_keys().map(|t| format!("parity: {t}")).collect();
        let cases: Vec<_> = CASES.iter().map(|case| case.name).collect();
        assert_eq!(topics, cases);
    }

    #[test]
    fn every_difference_is_one_of_a_question() {
        let topics = judge::parity();
        for engine in SERVERS {
            for sql in judge::differences("tests/parity/differences", *engine).keys() {
                assert!(topics.values().flatten().any(|q| q.sql == *sql), "{engine}: {sql}");
            }
        }
    }
}
