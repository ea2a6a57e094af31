//! Questions with the answers of a real Trino, and what another engine makes of
//! them. Shared by the tests of the embedded engine and of real servers.
//!
//! `tests/answers/trino-476.tsv` holds expressions and queries over literals,
//! `tests/parity/<topic>.tsv` queries over the tables of `tests/parity/tables`.
//! Where an engine does otherwise, `<engine>.tsv` in `tests/answers` or
//! `tests/parity/differences` says how and why; a row there that is no longer
//! true is wrong as well.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use lakequery::__private::dynamic;
use lakequery::{Lake, Query, Type, Value};
use lakequery_compiler::{Compiled, emit};
use lakequery_types::{Column, Engine, Piece, Statement};
use serde_json::Value as Json;
use tokio::time::timeout;

use crate::common::{compile_text, config_for, root};
use crate::show::{json, same};

/// How long an answer may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Errors that Trino raises only when it runs the query.
const AT_RUN_TIME: [&str; 5] = [
    "DIVISION_BY_ZERO",
    "NUMERIC_VALUE_OUT_OF_RANGE",
    "INVALID_CAST_ARGUMENT",
    "INVALID_FUNCTION_ARGUMENT",
    "GENERIC_INTERNAL_ERROR",
];

/// A query and what Trino answered.
pub(crate) struct Question {
    pub(crate) sql: String,
    /// The types of its columns, or `!` and the name of the error.
    pub(crate) types: String,
    /// Its rows as JSON, or the error's message.
    pub(crate) rows: String,
}

impl Question {
    /// Whether Trino refuses it before it runs.
    pub(crate) fn is_refused(&self) -> bool {
        self.types.strip_prefix('!').is_some_and(|error| !AT_RUN_TIME.contains(&error))
    }
}

/// The questions of `tests/answers`. What the compiler does not take yet, and
/// what it refuses as Trino does, is asserted by its own test.
pub(crate) fn answers() -> Vec<Question> {
    let table = read(&root().join("tests/answers/trino-476.tsv"));
    let mut questions = Vec::new();
    for line in lines(&table) {
        let [_, sql, types, rows, note] = columns(line);
        let unsupported = note.starts_with("refused") || note.starts_with("accepted");
        let is_query = ["SELECT", "WITH", "VALUES"].iter().any(|word| sql.starts_with(word));
        let sql = if is_query { sql.to_owned() } else { format!("SELECT {sql}") };
        let question = Question { sql, types: types.to_owned(), rows: rows.to_owned() };
        if !unsupported && !question.is_refused() {
            questions.push(question);
        }
    }
    questions
}

/// The topics of `tests/parity`, with their questions.
pub(crate) fn parity() -> BTreeMap<String, Vec<Question>> {
    let entries = fs::read_dir(root().join("tests/parity")).expect("tests/parity");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    let topic = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    let question = |line: &str| {
        let [sql, types, rows] = columns(line).map(str::to_owned);
        Question { sql, types, rows }
    };
    let questions = |path: &Path| lines(&read(path)).map(question).collect();
    paths.iter().map(|path| (topic(path), questions(path))).collect()
}

/// The tables that `tests/parity` asks about: their names and queries that yield
/// their rows.
pub(crate) fn tables() -> [(&'static str, String); 3] {
    ["kinds", "sales", "shops"]
        .map(|name| (name, read(&root().join(format!("tests/parity/tables/{name}.sql")))))
}

/// What an engine is known to do otherwise: the outcome by SQL.
pub(crate) fn differences(folder: &str, engine: Engine) -> BTreeMap<String, String> {
    let path = root().join(folder).join(format!("{engine}.tsv"));
    let table = if path.exists() { read(&path) } else { String::new() };
    let row = |line: &str| {
        let [sql, outcome, reason] = columns(line);
        assert!(!reason.is_empty(), "no reason for {sql}");
        let is_query = ["SELECT", "WITH", "VALUES"].iter().any(|word| sql.starts_with(word));
        let sql = if is_query { sql.to_owned() } else { format!("SELECT {sql}") };
        (sql, outcome.to_owned())
    };
    lines(&table).map(row).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lines(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

fn columns<const N: usize>(line: &str) -> [&str; N] {
    let columns: Vec<_> = line.split('\t').collect();
    columns.try_into().unwrap_or_else(|_| panic!("not {N} columns: {line}"))
}

/// What came of a query.
#[derive(Debug)]
pub(crate) enum Outcome {
    Rows(Json),
    /// The compiler refuses it for this engine, by name.
    Refused(String),
    Error(String),
    /// Nothing, for as long as we wait.
    Nothing,
}

impl Outcome {
    /// What the table of differences calls it.
    pub(crate) fn short(&self) -> String {
        match self {
            Outcome::Rows(rows) => format!("rows: {rows}"),
            Outcome::Refused(_) => "refused".into(),
            Outcome::Error(_) => "error".into(),
            Outcome::Nothing => "nothing".into(),
        }
    }

    /// The same with the message, or with how long was waited.
    pub(crate) fn long(&self) -> String {
        match self {
            Outcome::Rows(rows) => format!("rows: {rows}"),
            Outcome::Refused(text) => format!("refused: {text}"),
            Outcome::Error(text) => format!("error: {text}"),
            Outcome::Nothing => format!("nothing within {} s", PATIENCE.as_secs()),
        }
    }
}

/// Whether an outcome is Trino's answer or, where one is noted, that difference;
/// the error says otherwise.
pub(crate) fn judge(
    question: &Question,
    outcome: &Outcome,
    noted: Option<&str>,
) -> Result<(), String> {
    let Question { sql, types, rows } = question;
    let right = match outcome {
        Outcome::Rows(found) => {
            let expected: Json = serde_json::from_str(rows).unwrap_or(Json::Null);
            !types.starts_with('!') && same(found, &expected)
        }
        Outcome::Error(_) => types.starts_with('!'),
        Outcome::Refused(_) | Outcome::Nothing => false,
    };
    match noted {
        None if right => Ok(()),
        Some(noted) if !right && noted == outcome.short() => Ok(()),
        Some(_) if right => Err(format!("{sql}\n  no longer differs: remove the row")),
        _ => Err(format!("{sql}\n  Trino {types} {rows}\n  found {}", outcome.long())),
    }
}

/// Compiles a query for an engine and runs it as `query!` does: names, types and
/// NULLs of the result are held against what was inferred.
pub(crate) async fn ask(lake: &Lake, sql: &str) -> (Vec<Type>, Outcome) {
    let engine = lake.engine();
    let compiled = match compile_text(sql, &config_for(&format!("\"{engine}\"")), false) {
        Ok(compiled) => compiled,
        Err(errors) => return (Vec::new(), Outcome::Refused(errors[0].message.clone())),
    };
    let types: Vec<Type> = compiled.columns.iter().map(|column| column.ty.clone()).collect();
    let outcome = run(lake, &compiled, &types, PATIENCE).await;
    (types, outcome)
}

/// Runs a query that was compiled for the engine, for so long; `types` are its columns'.
pub(crate) async fn run(
    lake: &Lake,
    compiled: &Compiled,
    types: &[Type],
    patience: Duration,
) -> Outcome {
    let query = query(compiled, |ty, nullable| Column { name: "", ty, nullable });
    let rows = match timeout(patience, query.fetch_all(lake)).await {
        Ok(Ok(rows)) => rows,
        Ok(Err(error)) => return Outcome::Error(error.to_string()),
        Err(_) => return Outcome::Nothing,
    };
    let cell = |row: &lakequery::Row, i: usize| row.get::<Value>(i).map(|v| json(&v, &types[i]));
    let cells = |row| (0..types.len()).map(|i| cell(row, i)).collect::<lakequery::Result<Json>>();
    match rows.iter().map(cells).collect::<lakequery::Result<Vec<Json>>>() {
        Ok(rows) => Outcome::Rows(Json::from(rows)),
        Err(error) => Outcome::Error(error.to_string()),
    }
}

/// A query that was compiled for one engine, as a macro writes it; `column` makes its
/// columns of the types and of whether they can be NULL.
pub(crate) fn query(
    compiled: &Compiled,
    column: fn(Type, bool) -> Column<'static>,
) -> Query<lakequery::Row> {
    let template = &compiled.templates[0];
    let columns = compiled.columns.iter().map(|found| column(found.ty.clone(), found.nullable));
    let statement = Statement {
        location: "",
        columns: columns.collect(),
        parameters: Vec::new(),
        sql: vec![(template.engine, template.pieces.iter().map(piece).collect())],
    };
    // What a macro writes into the program stays for as long.
    Query::new(String::leak(statement.write()), dynamic)
}

/// A piece of the SQL; none of the questions has parameters.
fn piece(piece: &emit::Piece) -> Piece<'_> {
    match piece {
        emit::Piece::Text(text) => Piece::Text(text),
        emit::Piece::Parameter(index) => Piece::Parameter(*index),
        emit::Piece::InList { operand, parameter, negated } => Piece::InList {
            operand: operand.iter().map(self::piece).collect(),
            parameter: *parameter,
            negated: *negated,
        },
    }
}
