//! The page of what lake SQL lacks (`unsupported.txt`), with what the compiler says to
//! each construct, and of what it has in place of functions of other databases.
//!
//! `UPDATE_GOLDEN=1 cargo test` writes the page.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use crate::common::root;
use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::Code;
use lakequery_compiler::function::{Foreign, foreign, foreign_names};
use lakequery_compiler::snapshot::{Snapshots, Table, file};
use lakequery_compiler::token::tokenize;
use lakequery_compiler::{Request, compile};

const PAGE: &str = "docs/not-supported.md";

/// The only table, by whatever name.
const TABLE: &str = r#"
version = 1
name = "t"

[columns]
a = "bigint"
b = "bigint"
s = "varchar"
d = "date"
at = "timestamp(3) with time zone"
list = "array(bigint)"
spot = 'row("x" double, "y" double)'
"#;

struct Tables;

impl Snapshots for Tables {
    fn table(&self, schema: &str, table: &str) -> Result<Option<Arc<Table>>, String> {
        let text = TABLE.replace("\"t\"", &format!("\"{table}\""));
        file::parse(schema, &text).map(|table| Some(Arc::new(table))).map_err(|e| e.to_string())
    }

    fn schemas(&self) -> Vec<String> {
        vec!["lake".to_owned()]
    }

    fn tables(&self, _: &str) -> Vec<String> {
        vec!["t".to_owned(), "u".to_owned()]
    }
}

/// What is said to a query, message by message, each with what to write instead.
fn said(query: &str) -> Vec<(String, String)> {
    let config = Config::parse("targets = [\"trino\"]\ndefault_schema = \"lake\"\n");
    let config = config.expect("a known engine");
    let tokens = tokenize(query).expect("tokens").into_iter().map(|token| token.token);
    let tokens: Vec<_> = tokens.collect();
    let request =
        Request { tokens: &tokens, config: &config, snapshots: &Tables, named_columns: true };
    let Err(errors) = compile(request) else {
        panic!("it is supported: take it out of unsupported.txt: {query}");
    };
    let lacking = errors.into_iter().map(|error| {
        assert_eq!(error.code, Code::NotSupported, "{query}: {}", error.message);
        (error.message, error.help.join("; "))
    });
    lacking.collect()
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn functions(page: &mut String) {
    page.push_str(
        "\n## Functions of other databases\n\n\
         In the examples `x` and `y` are numbers, `n` is a whole one, `s` and `t` are texts, `d` and\n\
         `e` dates, `ts` is a timestamp, `instant` one with time zone, `list` an array, `pairs` a map.\n\n\
         | elsewhere | lake SQL |\n|---|---|\n",
    );
    let mut names: Vec<&str> = foreign_names().collect();
    names.sort_unstable();
    for name in names {
        let instead = match foreign(name) {
            Some(Foreign::Write(examples)) => {
                let examples = examples.iter().map(|example| format!("`{}`", cell(example)));
                examples.collect::<Vec<_>>().join(" or ")
            }
            Some(Foreign::Nothing(reason)) => cell(reason),
            None => unreachable!("`{name}` is one of its names"),
        };
        let _ = writeln!(page, "| `{name}` | {instead} |");
    }
}

fn page() -> String {
    let mut page = String::from(
        "# What lake SQL does not have\n\n\
         SQL that other systems accept and `query!` refuses, with the compiler's message. \"Not\n\
         supported yet\" means that it is planned. `lakequery::sql` sends any text to the engine,\n\
         unchecked. What single engines lack is in [functions](functions.md) and\n\
         [parity](parity.md#refused).\n",
    );
    for line in include_str!("unsupported.txt").lines() {
        match line.strip_prefix("== ") {
            Some(heading) => {
                let _ = write!(
                    page,
                    "\n## {heading}\n\n| written | what the compiler says | what to do |\n|---|---|---|\n"
                );
            }
            None if line.is_empty() || line.starts_with('#') => {}
            None => {
                for (message, help) in said(line) {
                    let (query, message, help) = (cell(line), cell(&message), cell(&help));
                    let _ = writeln!(page, "| `{query}` | {message} | {help} |");
                }
            }
        }
    }
    functions(&mut page);
    page
}

#[test]
fn the_page_of_what_is_lacking_is_up_to_date() {
    let path = root().join(PAGE);
    let page = page();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "{PAGE} is out of date: UPDATE_GOLDEN=1 cargo test");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    assert_eq!(rows.count(), ROWS);
}

/// So many rows the page has.
const ROWS: usize = 555;

/// The names by which the sources of the compiler report what is lacking.
fn reported(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            reported(&path, names);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a text");
        for call in [".not_yet(", ".instead(", ".unsupported("] {
            for (at, _) in text.match_indices(call) {
                // What is reported is the second argument; one that is computed is
                // the text of a keyword, or has one in it.
                let arguments = &text[at + call.len()..];
                let statement = arguments.split(';').next().unwrap_or_default();
                let second = statement.split(", ").nth(1).unwrap_or_default().trim_start();
                let literal = second.strip_prefix('"').and_then(|rest| rest.split('"').next());
                names.extend(literal.map(str::to_owned));
            }
        }
    }
}

#[test]
fn everything_that_is_reported_is_on_the_page() {
    let page = std::fs::read_to_string(root().join(PAGE)).expect("the page");
    let mut names = BTreeSet::new();
    for folder in ["parse", "lower"] {
        reported(&root().join("compiler/src").join(folder), &mut names);
    }
    assert!(names.len() > 40, "the reports were not found: {names:?}");
    // What the tests of the parser show, too.
    let examples = include_str!("../../src/parse/tests/foreign.tests");
    let messages = examples.lines().filter_map(|line| line.split_once("not-supported: "));
    names.extend(messages.map(|(_, message)| message.to_owned()));
    let missing: Vec<&String> = names.iter().filter(|name| !page.contains(&cell(name))).collect();
    assert!(missing.is_empty(), "add examples to unsupported.txt of {missing:#?}");
}
