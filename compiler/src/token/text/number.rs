//! Numbers: `7`, `1.5`, `.5`, `1.`, `1e3`, `1.5E-3`.

use super::TokenKind;
use super::error::TextTokenError;
use super::word::{continues_word, word_end};

/// The number that starts at `at` with a digit, or a point and a digit.
pub(super) fn read(text: &str, at: usize) -> Result<(TokenKind, usize), TextTokenError> {
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
    Ok((TokenKind::Number(text[at..end].to_owned()), end))
}

fn digits(text: &str, at: usize) -> usize {
    text[at..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |length| at + length)
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
        format!("`{whole}` is not a number: SQL has no `_` between digits")
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
