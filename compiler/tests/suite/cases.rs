//! The cases of `tests/cases`: columns, parameters, emitted SQL and errors of queries.
//!
//! `UPDATE_GOLDEN=1 cargo test` writes what the compiler says now into them. It is then read by
//! a person who knows the engines: columns are held against Trino's, SQL runs on real servers.

use std::fmt::Display;
use std::fs;
use std::ops::Range;

use lakequery_cases::{Case, Expectation, Remark};
use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::Diagnostic;
use lakequery_compiler::emit::Piece;
use lakequery_compiler::token::{Span, TextToken, Token, tokenize};
use lakequery_compiler::{Compiled, Parameter, Request, compile};
use lakequery_project::Store;
use lakequery_types::Engine;

use crate::common::root;

/// So many cases there are, so that none gets lost.
pub(crate) const CASES: usize = 1271;

#[test]
fn every_case_is_as_it_says() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for file in lakequery_cases::files() {
        if update {
            fs::write(&file.path, file.rewrite(found)).expect("can be written");
            continue;
        }
        for case in file.cases() {
            compared += 1;
            let found = found(case);
            if case.expectations.is_empty() {
                wrong.push(format!("{} expects nothing; found\n{found}", case.place));
            } else if !case.is(&found) {
                wrong.push(format!("{} is now\n{found}", case.place));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(update || compared == CASES, "{compared} cases, and not {CASES}");
}

/// The case as it is with what the compiler says now.
fn found(case: &Case) -> String {
    let (mut remarks, mut facts) = (Vec::new(), Vec::new());
    let expects = |expectation| case.expectations.contains(&expectation);
    let common = [Expectation::Columns, Expectation::Parameters, Expectation::Errors(None)];
    if case.expectations.is_empty() || common.into_iter().any(expects) {
        match compiled(case, &case.settings.targets) {
            Ok(compiled) => {
                if !expects(Expectation::Parameters) || expects(Expectation::Columns) {
                    facts.push(("columns".to_owned(), columns(&compiled)));
                }
                if expects(Expectation::Parameters) {
                    let parameters: Vec<_> = compiled.parameters.iter().map(parameter).collect();
                    facts.push(("parameters".to_owned(), parameters.join(" | ")));
                }
            }
            Err(said) => remarks.extend(said),
        }
    }
    for engine in Engine::ALL {
        if !expects(Expectation::Sql(engine)) && !expects(Expectation::Errors(Some(engine))) {
            continue;
        }
        match compiled(case, &[engine]) {
            Ok(compiled) => facts.push((engine.to_string(), text(&compiled.templates[0].pieces))),
            Err(said) => remarks.extend(
                said.into_iter()
                    .map(|remark| Remark { text: format!("{engine}: {}", remark.text), ..remark }),
            ),
        }
    }
    case.render(&remarks, &facts)
}

/// What an engine is sent for a case, or what is said where it is refused.
pub(crate) fn said_for(case: &Case, engine: Engine) -> String {
    match compiled(case, &[engine]) {
        Ok(compiled) => text(&compiled.templates[0].pieces),
        Err(said) => {
            said.iter().map(|remark| format!("{:?} {}\n", remark.bytes, remark.text)).collect()
        }
    }
}

/// Compiles a case, or says what is wrong, with the places in the text.
fn compiled(case: &Case, targets: &[Engine]) -> Result<Compiled, Vec<Remark>> {
    let tokens = tokenize(&case.sql).map_err(|error| {
        vec![Remark {
            bytes: error.bytes,
            text: format!("syntax: {}", error.message),
            details: Vec::new(),
        }]
    })?;
    let bare: Vec<Token> = tokens.iter().map(|token| token.token.clone()).collect();
    let request = Request {
        tokens: &bare,
        config: &config(case, targets),
        snapshots: &store(case),
        named_columns: case.settings.named,
    };
    compile(request)
        .map_err(|errors| errors.iter().map(|error| remark(&case.sql, &tokens, error)).collect())
}

fn config(case: &Case, targets: &[Engine]) -> Config {
    let targets: Vec<String> = targets.iter().map(|engine| format!("\"{engine}\"")).collect();
    let schema = case.settings.schema.iter().map(|name| format!("default_schema = \"{name}\"\n"));
    let schema: String = schema.collect();
    let config = Config::parse(&format!("targets = [{}]\n{schema}", targets.join(", ")));
    config.unwrap_or_else(|error| panic!("{}: {error}", case.place))
}

fn store(case: &Case) -> Store {
    match case.settings.own_tables {
        true => Store::new(lakequery_cases::folder().join("schemas")),
        false => Store::new(root().join("schemas")),
    }
}

fn remark(sql: &str, tokens: &[TextToken], error: &Diagnostic) -> Remark {
    let label = error.label.iter().map(|label| format!("label: {label}"));
    let related = error.related.iter().map(|(span, label)| {
        format!("note: {label}: `{}`", sql[place(tokens, *span)].replace('\n', " "))
    });
    let help = error.help.iter().map(|help| format!("help: {help}"));
    Remark {
        bytes: place(tokens, error.span),
        text: said(&error.code, &error.message),
        details: label.chain(related).chain(help).collect(),
    }
}

fn said(code: &dyn Display, message: &str) -> String {
    format!("{code}: {message}")
}

/// The bytes of a run of tokens; an empty run is the place behind the token before it.
fn place(tokens: &[TextToken], span: Span) -> Range<usize> {
    let (start, end) = (span.start as usize, span.end as usize);
    match (tokens.get(start), tokens.get(end.wrapping_sub(1))) {
        (Some(first), Some(last)) if start < end => first.bytes.start..last.bytes.end,
        _ => {
            let before = start.checked_sub(1).and_then(|before| tokens.get(before));
            let at = before.map_or(0, |token| token.bytes.end);
            at..at
        }
    }
}

/// Name, type, and `?` where it can be NULL; `_` for a column without a name.
fn columns(compiled: &Compiled) -> String {
    let columns = compiled.columns.iter().map(|column| {
        let name = column.name.as_deref().unwrap_or("_");
        format!("{name} {}{}", column.ty, if column.nullable { "?" } else { "" })
    });
    columns.collect::<Vec<_>>().join(" | ")
}

/// `~` before what is only compared, so that any number of digits may come; `[]` behind a list.
fn parameter(parameter: &Parameter) -> String {
    let compared = if parameter.compared { "~" } else { "" };
    let list = if parameter.list { "[]" } else { "" };
    format!("{compared}{}{list}", parameter.ty)
}

/// The pieces as text, parameters in braces.
fn text(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Parameter(index) => format!("{{{index}}}"),
            Piece::InList { operand, parameter, negated } => {
                let not = if *negated { "NOT " } else { "" };
                format!("{} {not}IN {{{parameter}}}", text(operand))
            }
        })
        .collect()
}
