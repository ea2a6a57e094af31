//! Expressions and queries of lake SQL mean what they mean on Trino: what
//! `tests/answers/trino-476.tsv` holds, value by value and type by type, after the
//! compiler has put them into the engine's own SQL.
//!
//! Where an engine does otherwise, `tests/answers/<engine>.tsv` says how and why;
//! a row there that is no longer true is wrong as well.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use lakequery::{Lake, Type, Value, sql};
use lakequery_compiler::config::Config;
use lakequery_compiler::emit::Piece;
use serde_json::Value as Json;

use crate::compile::{compile_text, config_for, root};
use crate::show::{json, same};
use crate::suite::{Case, Checks, SERVERS, Site, case};

pub(crate) const CASES: &[Case] =
    &[case!("answers: expressions mean what Trino's mean", SERVERS, answers)];

/// Fewer than these compared say that something went wrong on the way.
const AT_LEAST: u64 = 300;

/// What came of an expression.
enum Outcome {
    Rows(Json),
    /// The compiler refuses it for this engine, by name.
    Refused(String),
    Error(String),
    /// The result has another type than was compiled.
    OtherType(String),
}

impl Outcome {
    /// What the table of differences calls it.
    fn short(&self) -> String {
        match self {
            Outcome::Rows(rows) => format!("rows: {rows}"),
            Outcome::Refused(_) => "refused".into(),
            Outcome::Error(_) => "error".into(),
            Outcome::OtherType(_) => "type".into(),
        }
    }

    fn long(&self) -> String {
        match self {
            Outcome::Rows(rows) => format!("rows: {rows}"),
            Outcome::Refused(text) => format!("refused: {text}"),
            Outcome::Error(text) => format!("error: {text}"),
            Outcome::OtherType(text) => format!("type: {text}"),
        }
    }
}

/// Errors that Trino raises only when it runs the query.
const AT_RUN_TIME: [&str; 5] = [
    "DIVISION_BY_ZERO",
    "NUMERIC_VALUE_OUT_OF_RANGE",
    "INVALID_CAST_ARGUMENT",
    "INVALID_FUNCTION_ARGUMENT",
    "GENERIC_INTERNAL_ERROR",
];

async fn answers(site: Arc<Site>) -> Result<Checks> {
    let folder = root().join("tests/answers");
    let table = std::fs::read_to_string(folder.join("trino-476.tsv")).context("Trino's answers")?;
    let differences =
        std::fs::read_to_string(folder.join(format!("{}.tsv", site.engine))).unwrap_or_default();
    let mut known = BTreeMap::new();
    for line in differences.lines().filter(|line| !line.starts_with('#')) {
        let [sql, outcome, reason] = columns(line)?;
        ensure!(!reason.is_empty(), "no reason for {sql}");
        known.insert(sql, outcome);
    }
    let lake = site.lake().await?;
    let config = config_for(&format!("\"{}\"", site.engine));

    let mut rows = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [_, sql, types, rows_or_error, note] = columns(line)?;
        // What the compiler does not take yet is asserted by its own test.
        let unsupported = note.starts_with("refused") || note.starts_with("accepted");
        let at_compile_time = types.strip_prefix('!').is_some_and(|e| !AT_RUN_TIME.contains(&e));
        if !unsupported && !at_compile_time {
            rows.push((sql, types, rows_or_error));
        }
    }
    let mut checks = Checks::default();
    let (mut refused, mut differing) = (0, 0);
    for (sql, types, expected) in rows {
        let outcome = run(&lake, &config, sql).await;
        let right = match &outcome {
            Outcome::Rows(found) => {
                let expected: Json = serde_json::from_str(expected).unwrap_or(Json::Null);
                !types.starts_with('!') && same(found, &expected)
            }
            Outcome::Error(_) => types.starts_with('!'),
            // By name, where it is written: that is the promise kept.
            Outcome::Refused(_) => {
                refused += 1;
                continue;
            }
            Outcome::OtherType(_) => false,
        };
        let noted = known.remove(sql);
        differing += u64::from(noted.is_some());
        let as_noted = match noted {
            None => right,
            Some(noted) => !right && noted == outcome.short(),
        };
        checks.check(as_noted, || {
            let noted = noted.map_or(String::new(), |noted| format!("\nnoted    {noted}"));
            format!("{sql}\nexpected {types} {expected}{noted}\nfound    {}", outcome.long())
        });
    }
    for sql in known.keys() {
        checks.check(false, || format!("noted as differing, but not compared: {sql}"));
    }
    ensure!(checks.checked >= AT_LEAST, "only {} answers were compared", checks.checked);
    checks.notes.push(format!("{refused} refused by name, {differing} otherwise with a reason"));
    Ok(checks)
}

fn columns<const N: usize>(line: &str) -> Result<[&str; N]> {
    let columns: Vec<_> = line.split('\t').collect();
    columns.try_into().ok().with_context(|| format!("not {N} columns: {line}"))
}

/// Compiles a query for the engine and runs it.
async fn run(lake: &Lake, config: &Config, query: &str) -> Outcome {
    let is_query = ["SELECT", "WITH", "VALUES"].iter().any(|word| query.starts_with(word));
    let query = if is_query { query.to_owned() } else { format!("SELECT {query}") };
    let compiled = match compile_text(&query, config, false) {
        Ok(compiled) => compiled,
        Err(errors) => {
            let first = errors.first().map(|error| error.message.clone());
            return Outcome::Refused(first.unwrap_or_default());
        }
    };
    let text: String = compiled
        .templates
        .iter()
        .flat_map(|template| &template.pieces)
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            _ => "{a parameter}",
        })
        .collect();
    let types: Vec<Type> = compiled.columns.into_iter().map(|column| column.ty).collect();
    let rows = match sql(text).fetch_all(lake).await {
        Ok(rows) => rows,
        Err(error) => return Outcome::Error(error.to_string()),
    };
    let mut table = Vec::with_capacity(rows.len());
    for row in &rows {
        for (column, ty) in row.columns().iter().zip(&types) {
            if !alike(&column.ty, ty) {
                return Outcome::OtherType(format!("{} instead of {ty}", column.ty));
            }
        }
        let mut cells = Vec::with_capacity(types.len());
        for (i, ty) in types.iter().enumerate() {
            match row.get::<Value>(i) {
                Ok(value) => cells.push(json(&value, ty)),
                Err(error) => return Outcome::Error(error.to_string()),
            }
        }
        table.push(Json::Array(cells));
    }
    Outcome::Rows(Json::Array(table))
}

/// Whether a result type is what was inferred: lengths of texts are not followed,
/// and a precision is carried by the next unit.
fn alike(found: &Type, expected: &Type) -> bool {
    let unit = |p: &u8| p.div_ceil(3);
    match (found, expected) {
        // What travels as text is text where nothing was compiled.
        (
            Type::Varchar(_),
            Type::Varchar(_) | Type::Char(_) | Type::Json | Type::Uuid | Type::IpAddress,
        ) => true,
        (_, Type::Unknown) => true,
        (Type::Timestamp(p), Type::Timestamp(q)) | (Type::TimestampTz(p), Type::TimestampTz(q)) => {
            unit(p) == unit(q)
        }
        (Type::Time(_), Type::Time(_)) => true,
        (Type::Array(a), Type::Array(b)) => alike(a, b),
        (Type::Map(a, b), Type::Map(c, d)) => alike(a, c) && alike(b, d),
        _ => found == expected,
    }
}
