//! What a mistake probably is: words that are misspelled, reserved or from
//! other languages.

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::token::{Span, TokenKind};

use super::keyword::Keyword;

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
