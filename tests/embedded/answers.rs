//! Parity: the embedded engine answers what a real Trino 476 answered
//! (`tests/answers/trino-476.tsv`), value by value and type by type.
//!
//! Where it does otherwise, `tests/answers/datafusion.tsv` says how and why; a
//! row there that is no longer true fails the test as well.

use std::collections::BTreeMap;

use lakequery::{Lake, Type, Value, sql};
use lakequery_compiler::emit::Piece;
use serde_json::Value as Json;

use crate::common::{compile_text, config_for, root};
use crate::show::{json, same};

/// Compiles a query for the embedded engine and runs it: its types and rows, or
/// why not.
async fn run(lake: &Lake, query: &str) -> Result<(Vec<Type>, Json), String> {
    let compiled = compile_text(query, &config_for("\"datafusion\""), false)
        .map_err(|errors| format!("refused: {}", errors[0].message))?;
    let text: String = compiled.templates[0]
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            _ => "{a parameter}",
        })
        .collect();
    let types: Vec<Type> = compiled.columns.into_iter().map(|column| column.ty).collect();
    // The text is the engine's own: its question marks are no parameters.
    let rows =
        sql(text.replace("??", "?")).fetch_all(lake).await.map_err(|e| format!("error: {e}"))?;
    let mut table = Vec::with_capacity(rows.len());
    for row in &rows {
        for (column, ty) in row.columns().iter().zip(&types) {
            if !alike(&column.ty, ty) {
                return Err(format!("type: {} instead of {ty}", column.ty));
            }
        }
        let cells = (0..types.len()).map(|i| {
            let value: Value = row.get(i).map_err(|error| format!("error: {error}"))?;
            Ok(json(&value, &types[i]))
        });
        table.push(Json::Array(cells.collect::<Result<_, String>>()?));
    }
    Ok((types, Json::Array(table)))
}

/// Whether a result type is what was inferred: lengths of texts are not followed,
/// and a precision is carried by the next unit.
fn alike(found: &Type, expected: &Type) -> bool {
    let unit = |p: &u8| p.div_ceil(3);
    match (found, expected) {
        (Type::Varchar(_), Type::Varchar(_) | Type::Char(_) | Type::Unknown) => true,
        (_, Type::Unknown) => true,
        (Type::Timestamp(p), Type::Timestamp(q)) | (Type::TimestampTz(p), Type::TimestampTz(q)) => {
            unit(p) == unit(q)
        }
        (Type::Time(_), Type::Time(_)) => true,
        (Type::Array(a), Type::Array(b)) => alike(a, b),
        _ => found == expected,
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

/// What an outcome is short for in the table of differences.
fn short(outcome: &Result<(Vec<Type>, Json), String>) -> String {
    match outcome {
        Ok((_, rows)) => format!("rows: {rows}"),
        Err(reason) => reason.split(':').next().unwrap_or_default().to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_those_of_trino() {
    let folder = root().join("tests/answers");
    let table = std::fs::read_to_string(folder.join("trino-476.tsv")).expect("Trino's answers");
    let differences =
        std::fs::read_to_string(folder.join("datafusion.tsv")).expect("the known differences");
    let mut known: BTreeMap<&str, &str> = differences
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let [sql, outcome, reason] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("not three columns: {line}");
            };
            assert!(!reason.is_empty(), "no reason for {sql}");
            (sql, outcome)
        })
        .collect();
    let lake = lakequery::connect("datafusion:.").await.expect("a lake");
    let (mut equal, mut differing, mut wrong) = (0, 0, Vec::new());
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [_, sql, types, rows, note] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not five columns: {line}");
        };
        // What the compiler does not take yet is asserted by its own test.
        let unsupported = note.starts_with("refused") || note.starts_with("accepted");
        if unsupported || (types.starts_with('!') && !AT_RUN_TIME.contains(&&types[1..])) {
            continue;
        }
        let is_query = ["SELECT", "WITH", "VALUES"].iter().any(|word| sql.starts_with(word));
        let query = if is_query { sql.to_owned() } else { format!("SELECT {sql}") };
        let outcome = run(&lake, &query).await;
        let right = match &outcome {
            Ok((_, found)) => {
                let expected: Json = serde_json::from_str(rows).unwrap_or(Json::Null);
                !types.starts_with('!') && same(found, &expected)
            }
            Err(reason) => types.starts_with('!') && reason.starts_with("error"),
        };
        match known.remove(sql) {
            None if right => equal += 1,
            Some(noted) if !right && noted == short(&outcome) => differing += 1,
            Some(_) if right => wrong.push(format!("{sql}\n  no longer differs: remove the row")),
            _ => wrong.push(format!(
                "{sql}\n  Trino    {types} {rows}\n  embedded {}",
                match &outcome {
                    Ok((types, rows)) => format!("{types:?} {rows}"),
                    Err(reason) => reason.clone(),
                }
            )),
        }
    }
    println!("{equal} as Trino, {differing} otherwise with a reason, {} wrong", wrong.len());
    assert!(known.is_empty(), "noted, but not among the answers: {known:?}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(equal >= 150, "only {equal} rows were compared");
}
