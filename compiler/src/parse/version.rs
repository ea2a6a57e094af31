//! Time travel: `FOR VERSION AS OF …` behind the name of a table.

use crate::ast::{Version, VersionKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, TokenKind};

use super::keyword::Keyword;
use super::parser::Parser;

impl Parser<'_> {
    /// `FOR VERSION AS OF expr` or `FOR TIMESTAMP AS OF expr`, if it comes next.
    pub(super) fn version(&mut self) -> Option<Version> {
        if !self.is(Keyword::For) || self.lost {
            return None;
        }
        let start = self.at;
        let kind = self.version_kind()?;
        self.at += 2;
        if !self.eat_all(&[Keyword::As, Keyword::Of]) {
            self.expected("AS OF and the version");
            return None;
        }
        let at = self.value_after("AS OF");
        Some(Version { kind, at, span: self.since(start) })
    }

    /// What the word behind FOR asks for.
    fn version_kind(&mut self) -> Option<VersionKind> {
        match self.keyword(1) {
            Some(Keyword::Version) => return Some(VersionKind::Version),
            Some(Keyword::Timestamp) => return Some(VersionKind::Timestamp),
            _ => {}
        }
        let Some(TokenKind::Word(word)) = self.kind(1) else { return None };
        let (kind, instead) = match word.to_ascii_uppercase().as_str() {
            "SYSTEM_VERSION" => (VersionKind::Version, "VERSION"),
            "SYSTEM_TIME" => (VersionKind::Timestamp, "TIMESTAMP"),
            _ => return None,
        };
        let span = Span::token(self.at as u32 + 1);
        let message = format!("{} is not a word of lake SQL", word.to_ascii_uppercase());
        let help = format!("write `FOR {instead} AS OF …`");
        self.report(Diagnostic::new(Code::Syntax, span, message).help(help));
        Some(kind)
    }
}
