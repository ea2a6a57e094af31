//! What an author says of an output column behind its alias:
//! `AS key: OrderKey`, `AS total!` (never NULL), `AS name?` (may be NULL),
//! `AS total!: Money`.

use crate::ast::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};

use super::keyword::Keyword;
use super::parser::Parser;

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

impl Parser<'_> {
    /// The override behind an alias, if there is one.
    pub(super) fn override_after(&mut self, alias: &Name) {
        if self.lost {
            return;
        }
        let nullability = match self.kind(0) {
            Some(TokenKind::Punct('!')) => Some(Nullability::NotNull),
            Some(TokenKind::Punct('?')) => Some(Nullability::Nullable),
            _ => None,
        };
        self.at += usize::from(nullability.is_some());
        let mut rust_type = None;
        if self.is_punct(':') {
            let colon = self.here();
            self.at += 1;
            let start = self.at;
            self.skip_rust_type();
            if self.at == start {
                let diagnostic =
                    Diagnostic::new(Code::Syntax, colon, "expected a Rust type after `:`")
                        .help("an output column's type is written as `AS key: OrderKey`");
                self.report(diagnostic);
            } else {
                rust_type = Some(self.since(start));
            }
        }
        if nullability.is_some() || rust_type.is_some() {
            self.overrides.push(OverrideTokens { alias: alias.span, nullability, rust_type });
        }
    }

    /// A Rust type ends before the comma or clause that is not within its own
    /// brackets, or where the group ends.
    fn skip_rust_type(&mut self) {
        let mut angles = 0_usize;
        while let Some(kind) = self.kind(0) {
            match kind {
                // The `>` of `->` closes nothing.
                TokenKind::Punct('-') if self.is_pair_at(0, '-', '>') => self.at += 1,
                TokenKind::Punct('<') => angles += 1,
                TokenKind::Punct('>') => angles = angles.saturating_sub(1),
                TokenKind::Punct(',') if angles == 0 => return,
                _ if angles == 0
                    && self.starts_clause()
                    && !self.is(Keyword::For)
                    && !self.is(Keyword::Into) =>
                {
                    return;
                }
                _ => {}
            }
            self.skip();
        }
    }
}
