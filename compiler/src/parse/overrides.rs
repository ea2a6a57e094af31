//! What an author says of an output column behind its alias:
//! `AS key: OrderKey`, `AS total!` (never NULL), `AS name?` (may be NULL),
//! `AS total!: Money`.

use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, Token, TokenKind};

/// An override, as tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OverrideTokens {
    /// The alias it follows.
    pub(crate) alias: Span,
    /// `!` or `?`.
    pub(crate) nullability: Option<Nullability>,
    /// The Rust type after the colon.
    pub(crate) rust_type: Option<Span>,
}

/// `!` or `?` behind an alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nullability {
    /// `!`
    NotNull,
    /// `?`
    Nullable,
}

/// Takes the overrides out: the indexes of the tokens that are left, and the overrides.
pub(super) fn take(tokens: &[Token]) -> Result<(Vec<u32>, Vec<OverrideTokens>), Diagnostic> {
    let mut left = Vec::with_capacity(tokens.len());
    let mut overrides = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        left.push(i as u32);
        let after_as = i > 0 && is_word(&tokens[i - 1], "AS");
        let named = matches!(tokens[i].kind, TokenKind::Word(_) | TokenKind::Quoted(_));
        i += 1;
        if !(after_as && named) {
            continue;
        }
        let alias = Span::token(i as u32 - 1);
        let nullability = match tokens.get(i).map(|token| &token.kind) {
            Some(TokenKind::Punct('!')) => Some(Nullability::NotNull),
            Some(TokenKind::Punct('?')) => Some(Nullability::Nullable),
            _ => None,
        };
        i += usize::from(nullability.is_some());
        let mut rust_type = None;
        if matches!(tokens.get(i).map(|token| &token.kind), Some(TokenKind::Punct(':'))) {
            let start = i + 1;
            i = end_of_type(tokens, start);
            if i == start {
                return Err(Diagnostic::new(
                    Code::Syntax,
                    Span::token(start as u32 - 1),
                    "expected a Rust type after `:`",
                )
                .help("an output column's type is written as `AS key: OrderKey`"));
            }
            rust_type = Some(Span { start: start as u32, end: i as u32 });
        }
        if nullability.is_some() || rust_type.is_some() {
            overrides.push(OverrideTokens { alias, nullability, rust_type });
        }
    }
    Ok((left, overrides))
}

/// A Rust type ends before the comma, FROM or closing parenthesis that is not
/// within its own brackets, or where the query ends.
fn end_of_type(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(start) {
        match &token.kind {
            // The `>` of `->` closes nothing.
            TokenKind::Punct('>') if i > start && tokens[i - 1].kind == TokenKind::Punct('-') => {}
            TokenKind::Punct('<' | '(' | '[') => depth += 1,
            TokenKind::Punct('>' | ')' | ']') if depth > 0 => depth -= 1,
            TokenKind::Punct(',' | ')') if depth == 0 => return i,
            TokenKind::Word(word) if depth == 0 && ends_projection(word) => return i,
            _ => {}
        }
    }
    tokens.len()
}

fn ends_projection(word: &str) -> bool {
    ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "UNION", "INTERSECT", "EXCEPT"]
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

fn is_word(token: &Token, keyword: &str) -> bool {
    matches!(&token.kind, TokenKind::Word(word) if word.eq_ignore_ascii_case(keyword))
}
