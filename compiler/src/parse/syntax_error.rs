//! sqlparser's complaints in the words of this compiler.

use sqlparser::parser::ParserError;

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::token::{Span, Token, TokenKind};

use super::is_reserved;

/// The clauses of a query in the order in which they must stand.
const CLAUSES: [&str; 10] =
    ["SELECT", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "UNION", "ORDER", "OFFSET", "LIMIT"];

/// Words that are often misspelled where sqlparser then stumbles over the next token.
const KEYWORDS: [&str; 26] = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "BY",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "JOIN",
    "INNER",
    "LEFT",
    "RIGHT",
    "FULL",
    "OUTER",
    "CROSS",
    "ON",
    "USING",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "BETWEEN",
    "LIKE",
    "DISTINCT",
    "WINDOW",
    "VALUES",
];

/// The diagnostic for a syntax error.
pub(super) fn explain(tokens: &[Token], error: &ParserError) -> Diagnostic {
    let text = match error {
        ParserError::ParserError(text) | ParserError::TokenizerError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => "the query is nested too deep",
    };
    let (text, at) = split_location(text);
    let at = stumbled_at(tokens, at.unwrap_or(tokens.len()).min(tokens.len()), text);
    let found = tokens.get(at);
    let span = match found {
        Some(_) => Span::token(at as u32),
        None => Span { start: tokens.len() as u32, end: tokens.len() as u32 },
    };
    let found_text = match found {
        Some(token) => token.kind.describe(),
        None => "the end of the query".to_owned(),
    };
    let expected = expected(text);
    if let Some((misspelled, keyword)) = misspelled_keyword(tokens, at) {
        let written = tokens[misspelled].kind.describe();
        let message = format!("expected {keyword}, found {written}");
        return Diagnostic::new(Code::Syntax, Span::token(misspelled as u32), message)
            .help(format!("did you mean `{keyword}`?"));
    }
    let message = match &expected {
        Some(expected) => format!("expected {expected}, found {found_text}"),
        None => format!("{} at {found_text}", lower_first(text)),
    };
    let diagnostic = Diagnostic::new(Code::Syntax, span, message);
    match hint(tokens, at, expected.as_deref()) {
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

/// The diagnostic where the parser was stopped: the mistake is about here.
pub(super) fn around(tokens: &[Token], at: usize) -> Diagnostic {
    let at = at.min(tokens.len().saturating_sub(1));
    let message = format!("can't make sense of the query at {}", tokens[at].kind.describe());
    Diagnostic::new(Code::Syntax, Span::token(at as u32), message)
}

/// A keyword that is misspelled at the place, or directly before it where it
/// was taken for a name.
fn misspelled_keyword(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    [Some(at), at.checked_sub(1)].into_iter().flatten().find_map(|i| {
        let TokenKind::Word(written) = &tokens.get(i)?.kind else { return None };
        let keyword = nearest(written, KEYWORDS)?;
        let is_keyword = KEYWORDS.iter().any(|keyword| written.eq_ignore_ascii_case(keyword));
        (!is_keyword && !is_reserved(written)).then_some((i, keyword))
    })
}

/// Where the parser stumbled. It names the word it found, but sometimes points
/// one token behind it.
fn stumbled_at(tokens: &[Token], at: usize, text: &str) -> usize {
    let found = text.rsplit_once("found: ").map(|(_, found)| found.trim());
    let is_found = |i: usize| match (tokens.get(i).map(|token| &token.kind), found) {
        (Some(TokenKind::Word(word)), Some(found)) => word.eq_ignore_ascii_case(found),
        _ => false,
    };
    match at.checked_sub(1) {
        Some(before) if !is_found(at) && is_found(before) => before,
        _ => at,
    }
}

/// What was expected, in our words.
fn expected(text: &str) -> Option<String> {
    let rest = text.strip_prefix("Expected: ").or_else(|| text.strip_prefix("Expected "))?;
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
fn hint(tokens: &[Token], at: usize, expected: Option<&str>) -> Option<String> {
    let word = |i: usize| match tokens.get(i).map(|token| &token.kind) {
        Some(TokenKind::Word(word)) => Some(word.to_uppercase()),
        _ => None,
    };
    let before = at.checked_sub(1);
    let before_is = |c: char| before.is_some_and(|i| tokens[i].kind == TokenKind::Punct(c));
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
        let name_expected = expected
            .is_some_and(|expected| expected.contains("name") || expected.contains("end of"));
        if name_expected && is_reserved(&found) {
            return Some(format!(
                "`{found}` is a reserved word; as a name it is written `r#{}` in tokens and \
                 `\"{}\"` in text",
                found.to_lowercase(),
                found.to_lowercase()
            ));
        }
    }
    if tokens.get(at).is_none() && before_is(',') {
        return Some("remove the comma at the end".into());
    }
    if let Some(i) = before
        && let Some(reserved) = word(i)
        && is_reserved(&reserved)
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
