//! What the names in queries refer to (`references.txt`), in right queries and beside
//! errors.
//!
//! Below each query is a line for each reference: where it stands (from 1), the name, and
//! what it refers to, with `+ given` where the name is given there and a `^` for each
//! query further out in which that was found. A line that begins with `!` is an error of
//! the query. `UPDATE_GOLDEN=1 cargo test` writes the file; it is then read by a person.

use std::fmt::Write;
use std::fs;

use crate::common::root;
use lakequery_compiler::config::Config;
use lakequery_compiler::reference::{Reference, Target};
use lakequery_compiler::token::{Span, TextToken, Token, tokenize};
use lakequery_compiler::{Analysis, Request, analyze};
use lakequery_project::Store;

/// The text of a run of tokens.
fn written<'s>(sql: &'s str, tokens: &[TextToken], span: Span) -> &'s str {
    let (first, last) = (&tokens[span.start as usize], &tokens[span.end as usize - 1]);
    &sql[first.bytes.start..last.bytes.end]
}

fn target(reference: &Reference, analysis: &Analysis, sql: &str, tokens: &[TextToken]) -> String {
    let relation_name = |id| {
        let relation = analysis.relation(id).expect("a relation of the query");
        relation.name.as_deref().unwrap_or("(subquery)").to_owned()
    };
    let at = |span: Span| tokens[span.start as usize].bytes.start + 1;
    match &reference.target {
        Target::Schema(schema) => format!("schema {schema}"),
        Target::Table(table) => format!("table {}.{}", table.schema, table.name),
        Target::Cte { declared } => {
            format!("query {} of WITH at {}", written(sql, tokens, *declared), at(*declared))
        }
        Target::Relation(id) => format!("relation {}", relation_name(*id)),
        Target::Column { relation, index } => {
            let known = analysis.relation(*relation).expect("a relation of the query");
            let column = &known.columns[*index];
            let name = column.name.as_deref().unwrap_or("(unnamed)");
            let not_null = if column.nullable { "" } else { " not null" };
            format!("column {}.{name}: {}{not_null}", relation_name(*relation), column.ty)
        }
        Target::Output { index, declared } => {
            let name = written(sql, tokens, *declared);
            format!("output column {} `{name}` at {}", index + 1, at(*declared))
        }
        Target::Window { declared } => {
            format!("window {} at {}", written(sql, tokens, *declared), at(*declared))
        }
        Target::Function(function) => format!("function {}", function.name),
        Target::Parameter(index) => {
            format!("parameter {}: {}", index + 1, analysis.parameters[*index].ty)
        }
    }
}

fn block(sql: &str) -> String {
    let config = Config::parse("targets = [\"trino\"]\ndefault_schema = \"shop\"\n");
    let tokens = tokenize(sql).expect("tokens");
    let plain: Vec<Token> = tokens.iter().map(|token| token.token.clone()).collect();
    let analysis = analyze(Request {
        tokens: &plain,
        config: &config.expect("a known engine"),
        snapshots: &Store::new(root().join("schemas")),
        named_columns: false,
    });
    let mut block = format!("{sql}\n");
    for reference in &analysis.references {
        let name = written(sql, &tokens, reference.span);
        let at = tokens[reference.span.start as usize].bytes.start + 1;
        let target = target(reference, &analysis, sql, &tokens);
        let given = if reference.declares { " + given" } else { "" };
        let out = "^".repeat(reference.depth);
        writeln!(block, "{at:>5} {name:<12} {out}{target}{given}").expect("a string");
    }
    for error in &analysis.diagnostics {
        writeln!(block, "! {}", error.message).expect("a string");
    }
    block
}

#[test]
fn names_refer_to_what_they_should() {
    let path = root().join("compiler/tests/suite/references.txt");
    let text = fs::read_to_string(&path).expect("a file of queries");
    let is_query = |line: &&str| !line.is_empty() && !line.starts_with(['#', ' ', '!']);
    let queries: Vec<&str> = text.lines().filter(is_query).collect();
    let mut found: String = text.lines().take_while(|line| line.starts_with('#')).fold(
        String::new(),
        |mut head, line| {
            head += line;
            head += "\n";
            head
        },
    );
    for query in &queries {
        found += "\n";
        found += &block(query);
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &found).expect("can be written");
    }
    let expected = fs::read_to_string(&path).expect("a file of queries");
    for (expected, found) in expected.split("\n\n").zip(found.split("\n\n")) {
        assert_eq!(found, expected);
    }
    assert_eq!(found, expected);
    assert_eq!(queries.len(), QUERIES);
}

/// So many queries the file has.
const QUERIES: usize = 38;
