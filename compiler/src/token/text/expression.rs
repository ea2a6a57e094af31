//! Where the Rust expression of a parameter ends.
//!
//! Braces within it nest, except those in its strings, characters and comments.
//! Whether it is Rust at all is for rustc to say.

use super::error::TextTokenError;
use super::word::word_end;

/// Where the parameter whose `{` is at `open` ends, its `}` included.
pub(super) fn end(text: &str, open: usize) -> Result<usize, TextTokenError> {
    let unclosed = |at: usize, length: usize, what: &str| {
        TextTokenError::new(at..at + length, format!("this {what}"))
    };
    let mut depth = 0_usize;
    let mut empty = true;
    let mut at = open;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        if rest.starts_with("/*") {
            at = comment_end(text, at)
                .ok_or_else(|| unclosed(at, 2, "comment inside a parameter has no closing `*/`"))?;
            continue;
        }
        empty &= at == open || c == '}' || c.is_whitespace();
        at = match c {
            '{' => {
                depth += 1;
                at + 1
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return if empty {
                        let message = "a parameter needs a Rust expression between its braces";
                        Err(TextTokenError::new(open..at + 1, message))
                    } else {
                        Ok(at + 1)
                    };
                }
                at + 1
            }
            '"' => string_end(text, at).ok_or_else(|| {
                unclosed(at, 1, "Rust string inside a parameter has no closing `\"`")
            })?,
            '\'' => character_end(text, at),
            _ if c.is_alphabetic() || c == '_' => {
                let end = word_end(text, at);
                match raw_string_quotes(&text[at..end], &text[end..]) {
                    Some(hashes) => raw_string_end(text, end, hashes).ok_or_else(|| {
                        unclosed(at, end - at, "raw Rust string inside a parameter is never closed")
                    })?,
                    None => end,
                }
            }
            _ => at + c.len_utf8(),
        };
    }
    Err(unclosed(open, 1, "parameter has no closing `}`"))
}

/// Where the comment at `at` ends; in Rust they nest.
fn comment_end(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut from = at;
    loop {
        let next = from + text[from..].find(['/', '*'])?;
        let rest = &text[next..];
        if rest.starts_with("/*") {
            depth += 1;
            from = next + 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            from = next + 2;
            if depth == 0 {
                return Some(from);
            }
        } else {
            from = next + 1;
        }
    }
}

/// Where the string whose quote is at `at` ends.
fn string_end(text: &str, at: usize) -> Option<usize> {
    let mut chars = text[at + 1..].char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            '"' => return Some(at + 1 + offset + 1),
            '\\' => {
                chars.next();
            }
            _ => {}
        }
    }
    None
}

/// Where the character at `at` ends; after the quote if it is that of a lifetime.
fn character_end(text: &str, at: usize) -> usize {
    let from = at + 1;
    let mut chars = text[from..].chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), Some(escaped)) => {
            let from = from + 1 + escaped.len_utf8();
            text[from..].find('\'').map_or(from, |length| from + length + 1)
        }
        (Some(c), Some('\'')) => from + c.len_utf8() + 1,
        _ => from,
    }
}

/// The number of `#` of the raw string that starts with `word` and goes on with `rest`.
fn raw_string_quotes(word: &str, rest: &str) -> Option<usize> {
    if !matches!(word, "r" | "br" | "cr") {
        return None;
    }
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// Where the raw string whose first `#` or quote is at `at` ends.
fn raw_string_end(text: &str, at: usize, hashes: usize) -> Option<usize> {
    let from = at + hashes + 1;
    let closing = format!("\"{}", "#".repeat(hashes));
    text[from..].find(&closing).map(|length| from + length + closing.len())
}
