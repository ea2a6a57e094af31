//! Keywords that are misspelled, so that the parser took them for something else.

use crate::diagnostic::nearest;
use crate::token::{Span, TokenKind};

use super::hint::misspelled;
use super::keyword::Keyword;
use super::parser::Parser;

/// The words that go on with a query, where they are likely to be misspelled.
const CONTINUATIONS: [Keyword; 24] = [
    Keyword::From,
    Keyword::Where,
    Keyword::Group,
    Keyword::Having,
    Keyword::Order,
    Keyword::Limit,
    Keyword::Offset,
    Keyword::Fetch,
    Keyword::Window,
    Keyword::Union,
    Keyword::Intersect,
    Keyword::Except,
    Keyword::Join,
    Keyword::Inner,
    Keyword::Left,
    Keyword::Right,
    Keyword::Full,
    Keyword::Cross,
    Keyword::Natural,
    Keyword::Using,
    Keyword::Between,
    Keyword::Like,
    Keyword::And,
    Keyword::Select,
];

impl Parser<'_> {
    /// Finds a keyword that is misspelled here, or directly before where it was
    /// taken for an alias, and goes on with what it should be.
    pub(super) fn correct_misspelling(&mut self) -> bool {
        let alias = self.implicit_alias.filter(|&alias| alias + 1 == self.at);
        for index in [Some(self.at), alias].into_iter().flatten() {
            if self.is_replaced(index) {
                continue;
            }
            let Some(TokenKind::Word(word)) = self.tokens.get(index).map(|token| &token.kind)
            else {
                continue;
            };
            let is_free = Keyword::of(word).is_none_or(|keyword| !keyword.is_reserved());
            if !is_free || word.len() < 3 || (index == self.at && self.is_end()) {
                continue;
            }
            let texts = CONTINUATIONS.iter().map(|keyword| keyword.text());
            let Some(keyword) = nearest(word, texts).and_then(Keyword::of) else { continue };
            if Keyword::of(word) == Some(keyword) {
                continue;
            }
            self.report(misspelled(word, Span::token(index as u32), keyword));
            match keyword {
                // An operator: the condition before it has been read already.
                Keyword::Between | Keyword::Like | Keyword::And => {
                    self.at = index + 1;
                    self.skip_clause();
                }
                _ => {
                    self.replace_keyword(index, keyword);
                    self.at = index;
                }
            }
            self.implicit_alias = None;
            return true;
        }
        false
    }
}
