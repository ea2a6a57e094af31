//! Numbers: `7`, `1_000`, `1.5`, `.5`, `1.`, `1e3`, `1.5E-3`, `0x1F`.

use super::TokenKind;
use super::error::TextTokenError;
use super::word::{continues_word, word_end};
use crate::token::radix;

/// The number that starts at `at` with a digit, or a point and a digit.
pub(super) fn read(text: &str, at: usize) -> Result<(TokenKind, usize), TextTokenError> {
    let word = word_end(text, at);
    if let Some(value) = radix::decimal(&text[at..word]) {
        return match value {
            Ok(decimal) => Ok((TokenKind::Number(decimal), word)),
            Err(message) => Err(TextTokenError::new(at..word, message)),
        };
    }
    let mut end = digits(text, at);
    let point = text[end..].starts_with('.');
    if point {
        end = digits(text, end + 1);
    }
    if let Some(after) = exponent(text, end) {
        end = after;
    }
    let rest = &text[end..];
    if rest.chars().next().is_some_and(continues_word) {
        return Err(glued(text, at, end));
    }
    let mut next = rest.chars();
    if point && next.next() == Some('.') && next.next().is_some_and(|c| c.is_ascii_digit()) {
        let end = word_end(text, end + 1);
        let message = format!("`{}` is not a number: it has two points", &text[at..end]);
        return Err(TextTokenError::new(at..end, message));
    }
    Ok((TokenKind::Number(text[at..end].replace('_', "")), end))
}

/// Where the digits at `at` end. A `_` stands between two of them.
fn digits(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = at;
    while is_digit(end) || (end > at && bytes.get(end) == Some(&b'_') && is_digit(end + 1)) {
        end += 1;
    }
    end
}

/// Where the exponent at `at` ends, if a whole one is there.
fn exponent(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].strip_prefix(['e', 'E'])?;
    let from = at + 1 + usize::from(rest.starts_with(['+', '-']));
    let end = digits(text, from);
    (end > from).then_some(end)
}

/// The error for a number that runs into letters.
fn glued(text: &str, at: usize, number_end: usize) -> TextTokenError {
    let end = word_end(text, number_end);
    let whole = &text[at..end];
    let tail = &text[number_end..end];
    let is_grouped = |c: char| c.is_ascii_digit() || c == '_';
    let message = if whole.chars().all(|c| is_grouped(c) || c == '.') {
        format!("`{whole}` is not a number: a `_` stands between two digits")
    } else if matches!(tail, "e" | "E") {
        format!("`{whole}` is not a number: its exponent has no digits")
    } else {
        format!(
            "`{whole}` is neither a number nor a name; \
             a name that starts with a digit needs quotes: `\"{whole}\"`"
        )
    };
    TextTokenError::new(at..end, message)
}
