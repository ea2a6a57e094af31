//! What a mistake probably is: words that are misspelled, reserved or from
//! other languages.

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::token::{Span, TokenKind};

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

/// Whether a word that is not a keyword was probably meant as this one.
pub(super) fn is_misspelling(word: &str, keyword: Keyword) -> bool {
    let is_free = Keyword::of(word).is_none_or(|keyword| !keyword.is_reserved());
    is_free && word.len() > 2 && nearest(word, [keyword.text()]).is_some()
}

/// A keyword is misspelled.
pub(super) fn misspelled(word: &str, span: Span, keyword: Keyword) -> Diagnostic {
    let keyword = keyword.text();
    let message = format!("expected {keyword}, found `{word}`");
    Diagnostic::new(Code::Syntax, span, message).help(format!("did you mean `{keyword}`?"))
}

/// How a reserved word is written where it should be a name.
pub(super) fn reserved(found: &TokenKind) -> Option<String> {
    let TokenKind::Word(word) = found else { return None };
    let (upper, lower) = (word.to_uppercase(), word.to_lowercase());
    Some(format!(
        "`{upper}` is a reserved word; as a name it is written `r#{lower}` in tokens and \
         `\"{lower}\"` in text"
    ))
}

/// What a punctuation mark of another language is in lake SQL.
pub(super) fn stray(found: &TokenKind, joint: bool, next: Option<&TokenKind>) -> Option<String> {
    let TokenKind::Punct(c) = found else { return None };
    let next = match next {
        Some(TokenKind::Punct(next)) if joint => Some(*next),
        _ => None,
    };
    Some(match (c, next) {
        ('!', _) => "negation is `NOT`, inequality `<>`".into(),
        ('?' | '$' | '@', _) => "a parameter is bound as `{expression}`".into(),
        ('|', _) => "strings are joined with `||`, bits with `bitwise_or(a, b)`".into(),
        ('&', _) => "conditions are joined with `AND`, bits with `bitwise_and(a, b)`".into(),
        ('^', _) => "powers are written as `power(x, n)`".into(),
        ('~', _) => "patterns are matched with `regexp_like(x, pattern)`".into(),
        ('#', _) => "bits are combined with `bitwise_xor(a, b)`".into(),
        (';', _) => "a query is one statement: remove what follows the `;`".into(),
        _ => return None,
    })
}

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
