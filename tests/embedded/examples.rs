//! The examples of `docs/lake-sql.md`: rows of its tables with the head *example*, each with
//! what it gives and which engines refuse it. Shared by the tests of the embedded engine and of
//! real servers.

use std::path::PathBuf;

use serde_json::Value as Json;

use crate::common::root;

/// The head of a table of examples.
const HEAD: &str = "| example | gives | not on |";

/// What stands where no result is compared: it depends on the data or on the engine.
pub(crate) const DEPENDS: &str = "–";

/// A row of a table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Example {
    /// Where it stands among the lines of the page, from 0.
    pub(crate) line: usize,
    /// As it is written in the page.
    pub(crate) written: String,
    pub(crate) gives: String,
    pub(crate) not_on: String,
}

/// The page.
pub(crate) fn page() -> PathBuf {
    root().join("docs/lake-sql.md")
}

/// All examples of a page.
pub(crate) fn examples(text: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut inside = false;
    for (line, written) in text.lines().enumerate() {
        inside = (inside || written == HEAD) && written.starts_with('|');
        if !inside || written == HEAD || written.starts_with("|---") {
            continue;
        }
        let cells = cells(written);
        let [written, gives, not_on] = &cells[..] else {
            panic!("line {}: not three cells: {written}", line + 1)
        };
        examples.push(Example {
            line,
            written: written.clone(),
            gives: unquoted(gives).to_owned(),
            not_on: not_on.clone(),
        });
    }
    examples
}

/// The cells of a row; a `|` inside one has a backslash before it.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim().trim_start_matches('|');
    let row = row.strip_suffix('|').unwrap_or(row).replace("\\|", "\0");
    row.split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
}

/// A cell without its backquotes.
fn unquoted(cell: &str) -> &str {
    cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).unwrap_or(cell)
}

impl Example {
    /// The query: an expression is selected.
    pub(crate) fn sql(&self) -> String {
        let text = unquoted(&self.written);
        let is_query = ["SELECT ", "WITH ", "VALUES ", "TABLE "];
        if is_query.iter().any(|word| text.starts_with(word)) {
            text.to_owned()
        } else {
            format!("SELECT {text}")
        }
    }
}

/// Rows as the page shows them.
pub(crate) fn shown(rows: &Json) -> String {
    let value = |value: &Json| match value {
        Json::Null => "NULL".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let row = |row: &Json| {
        let values = row.as_array().into_iter().flatten().map(value);
        values.collect::<Vec<_>>().join(", ")
    };
    let rows: Vec<String> = rows.as_array().into_iter().flatten().map(row).collect();
    if rows.is_empty() { "no rows".to_owned() } else { rows.join(" / ") }
}
