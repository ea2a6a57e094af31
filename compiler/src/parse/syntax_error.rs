//! sqlparser's complaints in the words of this compiler.

use sqlparser::parser::ParserError;

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::token::{Span, Token, TokenKind};

/// The clauses of a query in the order in which they must stand.
const CLAUSES: [&str; 10] = [
    "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "UNION", "ORDER", "OFFSET", "LIMIT",
];

/// Words that are often misspelled where sqlparser then stumbles over the next token.
const KEYWORDS: [&str; 26] = [
    "SELECT", "FROM", "WHERE", "GROUP", "BY", "HAVING", "ORDER", "LIMIT", "OFFSET", "JOIN",
    "INNER", "LEFT", "RIGHT", "FULL", "OUTER", "CROSS", "ON", "USING", "UNION", "INTERSECT",
    "EXCEPT", "BETWEEN", "LIKE", "DISTINCT", "WINDOW", "VALUES",
];

/// The diagnostic for a syntax error.
pub(super) fn explain(tokens: &[Token], error: &ParserError) -> Diagnostic {
    let text = match error {
        ParserError::ParserError(text) | ParserError::TokenizerError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => "the query is nested too deep",
    };
    let (text, at) = split_location(text);
    let at = at.unwrap_or(tokens.len()).min(tokens.len());
    let found = tokens.get(at);
    let span = match found {
        Some(_) => Span::token(at as u32),
        None => Span { start: tokens.len() as u32, end: tokens.len() as u32 },
    };
    let found_text = match found {
        Some(token) => token.kind.describe(),
        None => "the end of the query".to_owned(),
    };
    let message = match expected(text) {
        Some(expected) => format!("expected {expected}, found {found_text}"),
        None => format!("{} at {found_text}", lower_first(text)),
    };
    let diagnostic = Diagnostic::new(Code::Syntax, span, message);
    match hint(tokens, at) {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// Takes ` at Line: 1, Column: 7` off the end: the message and the token's index.
fn split_location(text: &str) -> (&str, Option<usize>) {
    match text.rsplit_once(" at Line: ") {
        Some((message, location)) => {
            let column = location.rsplit_once("Column: ").map(|(_, column)| column.trim().parse());
            let index = match column {
                Some(Ok(column)) => Some(usize::saturating_sub(column, 1)),
                _ => None,
            };
            (message, index)
        }
        None => (text, None),
    }
}

/// What was expected, in our words.
fn expected(text: &str) -> Option<String> {
    let rest = text.strip_prefix("Expected: ")?;
    let expected = rest.rsplit_once(", found: ").map_or(rest, |(expected, _)| expected);
    let expected = expected.strip_suffix(" after column name").unwrap_or(expected);
    Some(match expected {
        "an expression" | "an expression:" | "expression" => "an expression".into(),
        "identifier" => "a name".into(),
        "end of the query" => "the end of the query or another clause".into(),
        "SELECT, VALUES, or a subquery in the query body" => "SELECT, VALUES or `(`".into(),
        "identifier after AS" => "a name after AS".into(),
        "a data type name" => "the name of a type".into(),
        "(" | ")" | "," | "=" | "[" | "]" => format!("`{expected}`"),
        "joined table" => "a table".into(),
        other if other.chars().all(|c| c.is_uppercase() || " ,_".contains(c)) => other.into(),
        other => lower_first(other),
    })
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        // "SELECT" stays; "Expected" becomes "expected".
        Some(c) if !chars.as_str().starts_with(char::is_uppercase) => {
            c.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

/// What the mistake probably is, from the tokens around it.
fn hint(tokens: &[Token], at: usize) -> Option<String> {
    let word = |i: usize| match tokens.get(i).map(|token| &token.kind) {
        Some(TokenKind::Word(word)) => Some(word.to_uppercase()),
        _ => None,
    };
    let before = at.checked_sub(1);
    let before_is = |c: char| {
        before.is_some_and(|i| tokens[i].kind == TokenKind::Punct(c))
    };
    if let Some(found) = word(at) {
        let is_clause = CLAUSES.contains(&found.as_str());
        if before_is(',') && is_clause {
            return Some("remove the comma before it".into());
        }
        if let Some(rank) = CLAUSES.iter().position(|clause| *clause == found)
            && let Some(later) = clause_before(tokens, at, rank)
        {
            return Some(format!("{found} goes before {later}"));
        }
        // A name directly after a name or a value: a misspelled keyword, or a
        // forgotten comma.
        for i in [Some(at), before].into_iter().flatten() {
            let Some(written) = word(i) else { continue };
            if let Some(keyword) = nearest(&written, KEYWORDS)
                && keyword != written
            {
                return Some(format!("did you mean `{keyword}`?"));
            }
        }
        if crate::parse::tokens_reserved(&found) {
            return Some(format!(
                "`{found}` is a reserved word; as a name it is written `r#{}` in tokens and \
                 `\"{}\"` in text",
                found.to_lowercase(),
                found.to_lowercase()
            ));
        }
    }
    if tokens.get(at).is_none() {
        let open = tokens.iter().filter(|token| token.kind == TokenKind::Punct('(')).count();
        let close = tokens.iter().filter(|token| token.kind == TokenKind::Punct(')')).count();
        if open > close {
            return Some("a `(` is not closed".into());
        }
        if before_is(',') {
            return Some("remove the comma at the end".into());
        }
    }
    if let Some(i) = before
        && let Some(reserved) = word(i)
        && crate::parse::tokens_reserved(&reserved)
        && matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Punct(',' | ')')) | None)
    {
        return Some(format!("`{reserved}` is a keyword: something is missing after it"));
    }
    None
}

/// A clause that stands before `at` at the same depth, but must follow it.
fn clause_before(tokens: &[Token], at: usize, rank: usize) -> Option<&'static str> {
    let mut depth = 0_i32;
    for token in tokens[..at].iter().rev() {
        match &token.kind {
            TokenKind::Punct(')') => depth += 1,
            TokenKind::Punct('(') if depth == 0 => return None,
            TokenKind::Punct('(') => depth -= 1,
            TokenKind::Word(word) if depth == 0 => {
                let clause = CLAUSES.iter().position(|clause| word.eq_ignore_ascii_case(clause));
                match clause {
                    Some(found) if found > rank && CLAUSES[found] != "UNION" => {
                        return Some(CLAUSES[found]);
                    }
                    Some(0) => return None,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    None
}
