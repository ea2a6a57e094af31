//! Tokens to sqlparser's AST.
//!
//! A location of sqlparser holds the index of our token, so that every span of
//! its AST is a [`Span`] of ours. What lake SQL adds to the grammar is taken out
//! of the tokens first: parameters become placeholders, `IN {list}` gets its
//! parentheses, and the overrides behind an output column's alias (`AS n!: T`)
//! are set aside.

use sqlparser::ast;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer as sql;

use crate::compile::Limits;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, Token, TokenKind};

mod dialect;
mod overrides;
mod syntax_error;
mod tokens;

pub(crate) use overrides::{Nullability, OverrideTokens};

/// A query as sqlparser sees it, and what was taken out of its tokens.
pub(crate) struct Parsed {
    /// The AST.
    pub(crate) query: ast::Query,
    /// The overrides, by the token of the alias that they follow.
    pub(crate) overrides: Vec<OverrideTokens>,
    /// The parameters' tokens, in the order of the source, and whether each is a list.
    pub(crate) parameters: Vec<(Span, bool)>,
}

/// Parses one query.
pub(crate) fn parse(tokens: &[Token], limits: Limits) -> Result<Parsed, Diagnostic> {
    check_size(tokens, limits)?;
    let mut tokens_in = tokens;
    if let Some((last, rest)) = tokens.split_last()
        && last.kind == TokenKind::Punct(';')
    {
        tokens_in = rest;
    }
    check_verb(tokens_in)?;
    let (tokens_left, overrides) = overrides::take(tokens_in)?;
    let tokens::Translated { tokens: translated, parameters } =
        tokens::translate(tokens_in, &tokens_left)?;

    let dialect = dialect::LakeSql::new(tokens.len());
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(limits.nesting)
        .with_tokens_with_locations(translated);
    let query = parser.parse_query().and_then(|query| match parser.peek_token().token {
        sql::Token::EOF => Ok(query),
        _ => parser.expected("end of the query", parser.peek_token()),
    });
    match query {
        Ok(query) => Ok(Parsed { query: *query, overrides, parameters }),
        Err(_) if dialect.is_exhausted() => {
            Err(syntax_error::around(tokens_in, dialect.furthest()))
        }
        Err(ParserError::RecursionLimitExceeded) => Err(too_deep(tokens, limits.nesting)),
        Err(error) => Err(syntax_error::explain(tokens_in, &error)),
    }
}

/// The span of ours behind a span of sqlparser's.
pub(crate) fn span(span: sql::Span) -> Span {
    // Token i stands at column i + 1 and ends at column i + 2.
    let index = |column: u64| u32::try_from(column.saturating_sub(1)).unwrap_or(u32::MAX);
    Span { start: index(span.start.column), end: index(span.end.column) }
}

fn check_size(tokens: &[Token], limits: Limits) -> Result<(), Diagnostic> {
    if tokens.is_empty() {
        return Err(Diagnostic::new(Code::Syntax, Span::default(), "there is no query here")
            .help("write one, such as `SELECT count(*) AS n FROM tpch.orders`"));
    }
    if tokens.len() > limits.tokens {
        let (found, most) = (tokens.len(), limits.tokens);
        let message = format!("the query has {found} tokens; lake SQL takes at most {most}");
        return Err(Diagnostic::new(Code::TooLarge, Span::token(0), message)
            .help("bind long lists as a parameter: `IN {list}`"));
    }
    check_parentheses(tokens, limits.nesting)
}

/// Every parenthesis has its partner, and they are not nested too deep.
fn check_parentheses(tokens: &[Token], nesting: usize) -> Result<(), Diagnostic> {
    let mut open = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let TokenKind::Punct(c @ ('(' | ')' | '[' | ']')) = token.kind else { continue };
        let span = Span::token(i as u32);
        if matches!(c, '(' | '[') {
            open.push((c, span));
            if open.len() > nesting {
                let message = format!("parentheses are nested more than {nesting} deep");
                return Err(Diagnostic::new(Code::TooLarge, span, message)
                    .help("move inner parts to a WITH clause"));
            }
            continue;
        }
        match open.pop() {
            Some((opened, _)) if (opened == '(') == (c == ')') => {}
            Some((opened, opened_at)) => {
                let message = format!("`{c}` does not close `{opened}`");
                return Err(
                    Diagnostic::new(Code::Syntax, span, message).related(opened_at, "opened here")
                );
            }
            None => {
                let message = format!("`{c}` closes nothing");
                return Err(Diagnostic::new(Code::Syntax, span, message).help("remove it"));
            }
        }
    }
    match open.pop() {
        None => Ok(()),
        Some((c, span)) => {
            Err(Diagnostic::new(Code::Syntax, span, format!("`{c}` is never closed")))
        }
    }
}

fn too_deep(tokens: &[Token], nesting: usize) -> Diagnostic {
    let span = Span { start: 0, end: tokens.len() as u32 };
    Diagnostic::new(
        Code::TooLarge,
        span,
        format!("the query is nested more than {nesting} levels deep"),
    )
    .help("move inner parts to a WITH clause")
}

/// Queries begin with SELECT, WITH, VALUES or a parenthesis; other statements
/// are named as what they are.
fn check_verb(tokens: &[Token]) -> Result<(), Diagnostic> {
    let Some(first) = tokens.first() else {
        return Err(Diagnostic::new(Code::Syntax, Span::default(), "there is no query here"));
    };
    let verb = match &first.kind {
        TokenKind::Word(word) => word.to_uppercase(),
        TokenKind::Punct('(') => return Ok(()),
        other => {
            let message = format!("expected a query, found {}", other.describe());
            return Err(Diagnostic::new(Code::Syntax, Span::token(0), message)
                .help("a query begins with SELECT, WITH or VALUES"));
        }
    };
    const STATEMENTS: [&str; 14] = [
        "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "DROP", "ALTER", "TRUNCATE", "EXPLAIN",
        "SHOW", "DESCRIBE", "CALL", "SET", "TABLE",
    ];
    match verb.as_str() {
        "SELECT" | "WITH" | "VALUES" => Ok(()),
        verb if STATEMENTS.contains(&verb) => Err(Diagnostic::new(
            Code::NotSupported,
            Span::token(0),
            format!("{verb} statements are not supported yet"),
        )
        .help("send it unchecked with `lakequery::sql(…)`")),
        verb => {
            let suggestion = crate::diagnostic::nearest(verb, ["SELECT", "WITH", "VALUES"]);
            let message = format!("expected a query, found {}", first.kind.describe());
            let diagnostic = Diagnostic::new(Code::Syntax, Span::token(0), message);
            Err(match suggestion {
                Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
                None => diagnostic.help("a query begins with SELECT, WITH or VALUES"),
            })
        }
    }
}

/// Whether a word can't stand as a name unless it is quoted.
fn is_reserved(word: &str) -> bool {
    use sqlparser::keywords::{RESERVED_FOR_COLUMN_ALIAS, RESERVED_FOR_IDENTIFIER};
    match sql::Token::make_word(word, None) {
        sql::Token::Word(word) => {
            RESERVED_FOR_COLUMN_ALIAS.contains(&word.keyword)
                || RESERVED_FOR_IDENTIFIER.contains(&word.keyword)
        }
        _ => false,
    }
}
