//! Every made file (`tests/files` of the repository): all of its rows come, or the message that is expected.

use lakequery::{Error, Lake, Row, Value, sql};

use crate::cases::{self, Case};
use crate::folder::Folder;

/// How many cases there are, and of how many an error is expected.
const CASES: usize = 308;
const ERRORS: usize = 116;

#[tokio::test(flavor = "multi_thread")]
async fn every_made_file_is_read_whole_or_refused() {
    let folder = Folder::new();
    let cases = cases::all();
    for case in &cases {
        case.write(&folder.path(""));
    }
    let lake = folder.connect().await;
    let (mut rows, mut errors, mut wrong) = (0, 0, Vec::new());
    for case in &cases {
        match check(&lake, case).await {
            Ok(Some(count)) => rows += count,
            Ok(None) => errors += 1,
            Err(difference) => {
                wrong.push(format!("{}.{}: {difference}", case.schema, case.name));
            }
        }
    }
    println!(
        "{} tables: {} read ({rows} rows), {errors} refused",
        cases.len(),
        cases.len() - errors
    );
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((cases.len(), errors), (CASES, ERRORS));
}

/// How many rows the table has, or that it is refused as it should be.
async fn check(lake: &Lake, case: &Case) -> Result<Option<usize>, String> {
    // Columns that queries can't use are not lost where no column is named.
    if !case.skipped.is_empty() {
        let all = sql(format!("SELECT * FROM {}", case.table())).fetch_all(lake).await;
        let all = all.map_err(|error| error.to_string())?;
        let found = all.first().map_or(0, |row| row.columns().len());
        let expected = case.columns.len() + case.skipped.len();
        if found != expected {
            return Err(format!("{found} columns instead of {expected}"));
        }
    }
    let columns = match case.skipped.is_empty() {
        true => "*".to_owned(),
        false => case.columns.iter().map(|column| name(column)).collect::<Vec<_>>().join(", "),
    };
    let text = format!("SELECT {columns} FROM {}", case.table());
    let refusal = case.error.as_ref().or(case.late.as_ref());
    let (found, mut lines) = match (rows(lake, text).await, refusal) {
        (Err(error), Some(expected)) if error.to_string().contains(expected) => {
            return match error.is_internal() || error.is_query() {
                true => Err(format!("{error:?} is not about data")),
                false => Ok(None),
            };
        }
        (Err(error), _) => return Err(format!("{error:?}")),
        (Ok((rows, _)), Some(expected)) => {
            return Err(format!("{} rows, not {expected}", rows.len()));
        }
        (Ok(found), None) => found,
    };
    let expected = case.rows.as_ref().ok_or("the case has neither rows nor an error")?;
    let columns: Vec<String> = match found.first() {
        Some(row) => row.columns().iter().map(|c| format!("{} {}", c.name, c.ty)).collect(),
        None => reflected(lake, case).await?,
    };
    let types = case.columns.iter().map(|column| column.trim_end_matches(" not null"));
    if !types.eq(columns.iter()) {
        return Err(format!("columns {columns:?}"));
    }
    if !case.is_ordered() {
        lines.sort();
    }
    let count = found.len();
    let last = lines.split_off(lines.len().saturating_sub(expected.last.len()));
    lines.truncate(expected.first.len());
    if (count, &lines, &last) != (expected.count, &expected.first, &expected.last) {
        return Err(format!("{count} rows, {lines:#?} … {last:#?}"));
    }
    Ok(Some(count))
}

/// The rows of a query, and how they are written down.
async fn rows(lake: &Lake, text: String) -> Result<(Vec<Row>, Vec<String>), Error> {
    let rows = sql(text).fetch_all(lake).await?;
    let line = |row: &Row| {
        let values = (0..row.columns().len()).map(|i| Ok(shown(&row.get::<Value>(i)?)));
        Ok(values.collect::<Result<Vec<_>, Error>>()?.join(" | "))
    };
    let lines = rows.iter().map(line).collect::<Result<_, Error>>()?;
    Ok((rows, lines))
}

/// The columns of a table that has no rows.
async fn reflected(lake: &Lake, case: &Case) -> Result<Vec<String>, String> {
    let options = lakequery::reflect::ReflectOptions::schemas([case.schema]);
    let mut tables = lake.reflect(options).await.map_err(|error| error.to_string())?;
    while let Some(table) = tables.next().await {
        if let Ok(table) = table
            && table.name == case.name
        {
            return Ok(table.columns.iter().map(|c| format!("{} {}", c.name, c.ty)).collect());
        }
    }
    Err("not reflected".to_owned())
}

/// The name in a line of a column, as SQL writes it.
fn name(column: &str) -> String {
    format!("\"{}\"", column.split_once(' ').map_or(column, |(name, _)| name))
}

/// A value with its texts in quotes, so that it can't be taken for another.
fn shown(value: &Value) -> String {
    let all = |values: &[Value]| values.iter().map(shown).collect::<Vec<_>>().join(", ");
    match value {
        Value::Varchar(text) => format!("{text:?}"),
        Value::Array(values) => format!("[{}]", all(values)),
        Value::Row(values) => format!("({})", all(values)),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(k, v)| format!("{}: {}", shown(k), shown(v)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
