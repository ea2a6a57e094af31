//! Tokens to the syntax tree, by recursive descent.
//!
//! One function reads one form of the grammar, from left to right and without
//! going back, so that the time is linear in the tokens. What may stand where,
//! and what lake SQL does not have, is the grammar's to say: a mistake is
//! reported at its token, and the parser goes on behind it (`parser`).

use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, Token, TokenKind};

mod call;
mod expr;
mod from;
mod group;
mod hint;
mod json;
mod keyword;
mod limits;
mod misspelling;
mod nested;
mod overrides;
mod parser;
mod primary;
mod query;
mod sample;
mod select;
#[cfg(test)]
mod tests;
mod types;
mod unsupported;
mod version;
mod window;

pub(crate) use limits::Limits;
pub(crate) use overrides::{Nullability, OverrideTokens};
pub(crate) use parser::ParameterToken;

use parser::Parser;

/// A query as it is written.
pub(crate) struct Parsed {
    pub(crate) query: ast::Query,
    /// The overrides, by the token of the alias that they follow.
    pub(crate) overrides: Vec<OverrideTokens>,
    /// The parameters, in the order of the source.
    pub(crate) parameters: Vec<ParameterToken>,
    /// What is wrong so far.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether all that is wrong is that lake SQL does not have it, so that the rest of
    /// the query was understood, and can be checked.
    pub(crate) is_understood: bool,
}

/// Parses one query, as far as it goes.
///
/// # Errors
///
/// Where there is nothing that could be a query.
pub(crate) fn parse(tokens: &[Token], limits: Limits) -> Result<Parsed, Vec<Diagnostic>> {
    let one = |diagnostic| vec![diagnostic];
    let partners = check_size(tokens, limits).map_err(one)?;
    let mut tokens_in = tokens;
    if let Some((last, rest)) = tokens.split_last()
        && last.kind == TokenKind::Punct(';')
    {
        tokens_in = rest;
    }
    check_verb(tokens_in).map_err(one)?;
    let mut parser = Parser::new(tokens_in, partners, limits);
    let query = parser.query();
    let Parser { parameters, overrides, diagnostics, .. } = parser;
    let is_understood = diagnostics.iter().all(|diagnostic| diagnostic.code == Code::NotSupported);
    Ok(Parsed { query, overrides, parameters, diagnostics, is_understood })
}

fn check_size(tokens: &[Token], limits: Limits) -> Result<Vec<u32>, Diagnostic> {
    if tokens.is_empty() {
        return Err(no_query());
    }
    if tokens.len() > limits.tokens {
        let (found, most) = (tokens.len(), limits.tokens);
        let message = format!("the query has {found} tokens; lake SQL takes at most {most}");
        return Err(Diagnostic::new(Code::TooLarge, Span::token(0), message)
            .help("bind long lists as a parameter: `IN {list}`"));
    }
    match_parentheses(tokens, limits.nesting)
}

fn no_query() -> Diagnostic {
    Diagnostic::new(Code::Syntax, Span::default(), "expected a query, found nothing")
        .help("write one, such as `SELECT count(*) AS n FROM tpch.orders`")
}

/// For each opening parenthesis or bracket the one that closes it. Every one has
/// a partner, and they are not nested too deep.
fn match_parentheses(tokens: &[Token], nesting: usize) -> Result<Vec<u32>, Diagnostic> {
    let mut partners = vec![0; tokens.len()];
    let mut open: Vec<(char, usize)> = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let TokenKind::Punct(c @ ('(' | ')' | '[' | ']')) = token.kind else { continue };
        let span = Span::token(i as u32);
        if matches!(c, '(' | '[') {
            open.push((c, i));
            if open.len() > nesting {
                let message = format!("parentheses are nested more than {nesting} deep");
                return Err(Diagnostic::new(Code::TooLarge, span, message)
                    .help("move inner parts to a WITH clause"));
            }
            continue;
        }
        match open.pop() {
            Some((opened, at)) if (opened == '(') == (c == ')') => partners[at] = i as u32,
            Some((opened, at)) => {
                let message = format!("`{c}` does not close `{opened}`");
                return Err(Diagnostic::new(Code::Syntax, span, message)
                    .related(Span::token(at as u32), "opened here"));
            }
            None => {
                let message = format!("`{c}` closes nothing");
                return Err(Diagnostic::new(Code::Syntax, span, message).help("remove it"));
            }
        }
    }
    match open.pop() {
        None => Ok(partners),
        Some((c, at)) => {
            let message = format!("`{c}` is never closed");
            Err(Diagnostic::new(Code::Syntax, Span::token(at as u32), message))
        }
    }
}

/// Queries begin with SELECT, WITH, VALUES or a parenthesis; other statements
/// are named as what they are.
fn check_verb(tokens: &[Token]) -> Result<(), Diagnostic> {
    const WRITES: [&str; 6] = ["INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "TRUNCATE"];
    const OTHERS: [&str; 8] =
        ["DROP", "ALTER", "EXPLAIN", "ANALYZE", "SHOW", "DESCRIBE", "CALL", "SET"];
    let Some(first) = tokens.first() else { return Err(no_query()) };
    let begins = "a query begins with SELECT, WITH or VALUES";
    let word = match &first.kind {
        TokenKind::Word(word) => word,
        TokenKind::Punct('(') => return Ok(()),
        other => {
            let message = format!("expected a query, found {}", other.describe());
            return Err(Diagnostic::new(Code::Syntax, Span::token(0), message).help(begins));
        }
    };
    let verb = word.to_uppercase();
    let planned = match verb.as_str() {
        "SELECT" | "WITH" | "VALUES" | "TABLE" => return Ok(()),
        verb if WRITES.contains(&verb) => " yet",
        verb if OTHERS.contains(&verb) => "",
        _ => return not_sql(tokens, word, begins),
    };
    Err(Diagnostic::new(
        Code::NotSupported,
        Span::token(0),
        format!("{verb} statements are not supported{planned}"),
    )
    .help("send it unchecked with `lakequery::sql(…)`"))
}

/// A query that begins with another word: a misspelled one, which the parser
/// reports, or Rust.
fn not_sql(tokens: &[Token], word: &str, begins: &str) -> Result<(), Diagnostic> {
    let message = format!("expected a query, found `{word}`");
    let diagnostic = Diagnostic::new(Code::Syntax, Span::token(0), message);
    let verbs = ["SELECT", "WITH", "VALUES"];
    if tokens.len() > 1
        && let Some(near) = crate::diagnostic::nearest(word, verbs)
    {
        return match near {
            "WITH" => Err(diagnostic.help(format!("did you mean `{near}`?"))),
            _ => Ok(()),
        };
    }
    let is_rust = match tokens.get(1).map(|token| &token.kind) {
        None => true,
        Some(TokenKind::Punct(c)) => matches!(c, '!' | '.' | ':' | '(' | '['),
        Some(_) => false,
    };
    Err(match is_rust {
        true => diagnostic
            .help("the query is checked while compiling: it is written here, not in a variable")
            .help("`lakequery::sql(…)` sends a text made at run time"),
        false => diagnostic.help(begins),
    })
}
