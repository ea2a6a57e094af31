//! Compiling a query, and showing what is wrong with it.

use std::sync::LazyLock;

use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::{Origin, message, render};
use lakequery_compiler::emit::Piece;
use lakequery_compiler::token::{Span, TextToken, Token, TokenKind, tokenize};
use lakequery_compiler::{Compiled, Request, compile};
use lakequery_project::Store;
use lakequery_types::{Engine, Statement};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError};

use crate::{Property, files, statement};

pub(crate) const PROPERTY: Property =
    Property { name: "compile", holds, seeds, memory: (1 << 20, 1 << 12) };

/// How many errors of a query are shown.
const SHOWN: usize = 16;

/// The queries of the tests.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut queries: Vec<String> =
        lakequery_cases::all().into_iter().map(|case| case.sql).collect();
    for table in files::texts("tests/parity", "tsv") {
        let fields = table.split(['\t', '\n']);
        let is_query = |field: &&str| field.starts_with("SELECT ") || field.starts_with("WITH ");
        queries.extend(fields.filter(is_query).map(str::to_owned));
    }
    queries.extend(files::examples("lake-sql.md"));
    files::bytes(queries)
}

/// The snapshots of the repository.
static LAKE: LazyLock<Store> = LazyLock::new(|| Store::new(files::root().join("schemas")));

static CONFIG: LazyLock<Config> = LazyLock::new(|| config(&Engine::ALL));

/// With Trino alone, which takes all of lake SQL.
static TRINO: LazyLock<Config> = LazyLock::new(|| config(&[Engine::Trino]));

fn config(targets: &[Engine]) -> Config {
    let targets: Vec<String> = targets.iter().map(|engine| format!("\"{engine}\"")).collect();
    let targets = targets.join(", ");
    Config::parse(&format!("targets = [{targets}]\ndefault_schema = \"tpch\"")).expect("a config")
}

/// The statement of a query that compiles, as the macros write it: for all engines, or for
/// Trino where another one refuses it.
pub(crate) fn written(query: &str) -> Option<String> {
    let tokens: Vec<Token> = tokenize(query).ok()?.into_iter().map(|token| token.token).collect();
    let for_trino = || Request { config: &TRINO, ..request(&tokens, false) };
    let compiled = compile(request(&tokens, false)).or_else(|_| compile(for_trino())).ok()?;
    Some(statement::of(&compiled).write())
}

fn request(tokens: &[Token], named_columns: bool) -> Request<'_> {
    Request { tokens, config: &CONFIG, snapshots: &*LAKE, named_columns }
}

fn holds(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    let Ok(text_tokens) = tokenize(text) else { return };
    let tokens: Vec<Token> = text_tokens.iter().map(|token| token.token.clone()).collect();
    // One or the other, so that each input is compiled no more than twice.
    let named = input.len().is_multiple_of(2);
    let first = compile(request(&tokens, named));
    let second = compile(request(&tokens, named));
    assert_eq!(format!("{first:?}"), format!("{second:?}"), "compiled twice");
    match first {
        Ok(compiled) => sound(&compiled, &tokens),
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty(), "refused without a reason");
            for diagnostic in &diagnostics {
                assert!(!message(diagnostic).is_empty());
                within(diagnostic.span, &tokens);
                diagnostic.related.iter().for_each(|(span, _)| within(*span, &tokens));
            }
            // Each is shown with its line, so that all of them take a while.
            rendered(text, &text_tokens, &diagnostics[..diagnostics.len().min(SHOWN)]);
        }
    }
}

fn within(span: Span, tokens: &[Token]) {
    let inside = span.start <= span.end && span.end as usize <= tokens.len();
    assert!(inside, "{span:?} of {} tokens", tokens.len());
}

fn rendered(
    text: &str,
    tokens: &[TextToken],
    diagnostics: &[lakequery_compiler::diagnostic::Diagnostic],
) {
    let origin = Origin { name: "q.sql".into(), first_line: 7, first_column: 9 };
    let shown = render(text, &origin, tokens, diagnostics);
    for diagnostic in diagnostics {
        assert!(shown.contains(&format!("error[{}]", diagnostic.code)), "{shown}");
    }
    let origin = Origin { first_column: 1, ..origin };
    assert!(!render(text, &origin, tokens, diagnostics).is_empty());
}

fn sound(compiled: &Compiled, tokens: &[Token]) {
    let Compiled { columns, parameters, templates, tables: _ } = compiled;
    assert!(!columns.is_empty(), "no columns");
    for column in columns {
        within(column.span, tokens);
    }
    for parameter in parameters {
        within(parameter.span, tokens);
        let token = &tokens[parameter.span.start as usize].kind;
        assert!(matches!(token, TokenKind::Parameter(_)), "{token:?}");
    }
    let engines: Vec<Engine> = templates.iter().map(|template| template.engine).collect();
    assert_eq!(engines, CONFIG.targets);
    for template in templates {
        pieces(&template.pieces, parameters.len());
        if template.engine == Engine::DataFusion {
            parses(&template.pieces);
        }
    }
    let statement = statement::of(compiled);
    assert_eq!(Statement::read(&statement.write()), Some(statement));
}

/// The parser of the embedded engine reads the SQL that is written for it, unless it is
/// too deep for a parser on this stack.
fn parses(pieces: &[Piece]) {
    let mut sql = String::new();
    written_out(pieces, &mut sql);
    let parsed = Parser::new(&GenericDialect {}).try_with_sql(&sql);
    match parsed.and_then(|mut parser| parser.parse_statements()) {
        Ok(statements) => assert_eq!(statements.len(), 1, "{sql}"),
        Err(ParserError::RecursionLimitExceeded) => {}
        Err(error) => panic!("{error}: {sql}"),
    }
}

fn written_out(pieces: &[Piece], sql: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => sql.push_str(text),
            Piece::Parameter(index) => *sql += &format!("${}", index + 1),
            Piece::InList { operand, parameter, negated } => {
                written_out(operand, sql);
                let not = if *negated { " NOT" } else { "" };
                *sql += &format!("{not} IN (${})", parameter + 1);
            }
        }
    }
}

fn pieces(pieces: &[Piece], parameters: usize) {
    let is_text = |piece: &Piece| matches!(piece, Piece::Text(_));
    for pair in pieces.windows(2) {
        assert!(!pair.iter().all(is_text), "two texts follow each other: {pair:?}");
    }
    for piece in pieces {
        match piece {
            Piece::Text(text) => assert!(!text.is_empty(), "an empty piece"),
            Piece::Parameter(index) => assert!(*index < parameters, "{index}"),
            Piece::InList { operand, parameter, .. } => {
                assert!(*parameter < parameters, "{parameter}");
                self::pieces(operand, parameters);
            }
        }
    }
}
