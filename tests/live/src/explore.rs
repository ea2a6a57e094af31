//! `cargo live explore`: queries put together at random mean on every engine what
//! they mean on Trino, or what comes of them is shown.
//!
//! What it finds is judged by a person: a fault of ours is repaired, and the query
//! becomes a row of `tests/parity/mixed.tsv`; what engines may do as they like
//! (`docs/parity.md`) is passed over.

use std::process::ExitCode;

use anyhow::{Context, Result};
use lakequery::Lake;
use lakequery_types::Engine;

use crate::cli::Servers;
use crate::fleet::Fleet;
use crate::grammar::Grammar;
use crate::judge::{Outcome, ask, judge};
use crate::random::Random;
use crate::suite::{ALL, SERVERS, parity};

/// What queries are put together of.
const RULES: &str = include_str!("explore/rules.txt");

/// Asks Trino and the others, servers and the embedded engine, `count` queries; the
/// same `seed` gives the same ones.
pub(crate) async fn explore(
    engines: &[Engine],
    seed: u64,
    count: usize,
    servers: &Servers,
) -> Result<ExitCode> {
    let engines = if engines.is_empty() { ALL } else { engines };
    let mut wanted = vec![Engine::Trino];
    wanted.extend(SERVERS.iter().filter(|e| **e != Engine::Trino && engines.contains(e)));
    let fleet = Fleet::start(&wanted, servers.attach).await?;
    for (engine, error) in &fleet.missing {
        eprintln!("error: {engine} is not up: {error:#}");
    }
    let trino = parity::lake(fleet.server(Engine::Trino).context("Trino is not up")?).await?;
    let mut others = Vec::new();
    for engine in wanted.iter().skip(1) {
        if let Some(server) = fleet.server(*engine) {
            others.push(parity::lake(server).await?);
        }
    }
    if engines.contains(&Engine::DataFusion) {
        others.push(embedded(&fleet).await?);
    }
    // A generator of its kind never leaves zero.
    let mut random = Random(seed ^ 0x9e37_79b9_7f4a_7c15);
    let mut grammar = Grammar::new(RULES);
    let (mut asked, mut refused, mut otherwise) = (0, 0, 0);
    while asked < count {
        let sql = grammar.query(&mut random);
        let (types, outcome) = ask(&trino, &sql).await;
        // What lake SQL itself does not take says nothing about engines.
        let Ok(question) = parity::question(sql, &types, outcome) else { continue };
        asked += 1;
        if question.is_refused() {
            otherwise += 1;
            println!(
                "trino: {}\n  compiles, but Trino says {} {}",
                question.sql, question.types, question.rows
            );
            continue;
        }
        for lake in &others {
            match ask(lake, &question.sql).await.1 {
                Outcome::Refused(_) => refused += 1,
                outcome => {
                    if let Err(text) = judge(&question, &outcome, None) {
                        otherwise += 1;
                        println!("{}: {text}", lake.engine());
                    }
                }
            }
        }
    }
    println!(
        "{asked} queries asked of {} engines besides Trino: {refused} refused by name, \
         {otherwise} otherwise",
        others.len()
    );
    let good = otherwise == 0 && fleet.missing.is_empty();
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The embedded engine with the same tables.
#[cfg(feature = "embedded")]
pub(crate) async fn embedded(fleet: &Fleet) -> Result<Lake> {
    Ok(crate::tables::lake(&fleet.lake.with_file_name("explore")).await)
}

#[cfg(not(feature = "embedded"))]
pub(crate) async fn embedded(_: &Fleet) -> Result<Lake> {
    anyhow::bail!("this program was built without the embedded engine")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{compile_text, config_for};

    /// Nearly all that comes of the rules is lake SQL: what is not, such as a sum of
    /// decimals of 39 digits, is rare.
    #[test]
    fn queries_compile() {
        let config = config_for("\"trino\"");
        let mut random = Random(1);
        let mut grammar = Grammar::new(RULES);
        let queries: Vec<String> = (0..300).map(|_| grammar.query(&mut random)).collect();
        let error = |sql: &String| compile_text(sql, &config, false).err();
        let errors: Vec<_> = queries.iter().filter_map(error).flatten().collect();
        assert!(errors.len() < 15, "{errors:#?}");
    }
}
