//! Lake SQL from a text: a string in the program, or a `.sql` file.
//!
//! Spelled as analysts spell it: `'…'` is a string in which only the quote
//! itself is doubled, `"…"` and `` `…` `` are names, `--` and `/* … */` are
//! comments. `{…}` is a Rust expression, as in the bare-token form.

use std::ops::Range;

use super::{Expression, Token, TokenKind};

mod error;
mod expression;
mod number;
#[cfg(test)]
mod tests;
mod unicode;
mod word;

pub use error::TextTokenError;

use word::{starts_word, word_end};

/// A token of a text, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextToken {
    /// The token.
    pub token: Token,
    /// Its bytes in the text. For a parameter, the braces included.
    pub bytes: Range<usize>,
}

/// Cuts a text into tokens.
///
/// # Errors
///
/// At the first thing that is no token: an unterminated string, name, comment
/// or parameter, or a character that SQL does not have.
pub fn tokenize(text: &str) -> Result<Vec<TextToken>, TextTokenError> {
    let mut tokens = Vec::new();
    // An editor's byte order mark is not part of the query.
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while let Some(c) = text[at..].chars().next() {
        let end = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if let Some(end) = comment(text, at)? {
            at = end;
            continue;
        } else {
            let (kind, end) = token(text, at, c, &tokens)?;
            tokens.push(TextToken { token: Token { kind, joint: false }, bytes: at..end });
            end
        };
        join(&mut tokens);
        at = end;
    }
    Ok(tokens)
}

/// The token that starts at `at` with `c`, and where it ends.
fn token(
    text: &str,
    at: usize,
    c: char,
    before: &[TextToken],
) -> Result<(TokenKind, usize), TextTokenError> {
    let next = text[at + c.len_utf8()..].chars().next();
    match c {
        '\'' => quoted(text, at, "string").map(|(text, end)| (TokenKind::Text(text), end)),
        '"' | '`' => match quoted(text, at, "name")? {
            (name, end) if name.is_empty() => {
                Err(TextTokenError::new(at..end, "a quoted name needs at least one character"))
            }
            (name, end) => Ok((TokenKind::Quoted(name), end)),
        },
        'x' | 'X' if next == Some('\'') => binary(text, at),
        'u' | 'U' if text[at + 1..].starts_with("&'") => unicode::read(text, at),
        '{' => {
            let end = expression::end(text, at)?;
            Ok((TokenKind::Parameter(Expression::new(&text[at + 1..end - 1])), end))
        }
        '}' => Err(TextTokenError::new(at..at + 1, "this `}` closes no parameter")),
        _ if c.is_ascii_digit() => number::read(text, at),
        // `.5` is a number, but `t.5` is a table and something that is no column.
        '.' if next.is_some_and(|c| c.is_ascii_digit()) && !follows_name(before, at) => {
            number::read(text, at)
        }
        _ if starts_word(c) => {
            let end = word_end(text, at);
            Ok((TokenKind::Word(text[at..end].to_owned()), end))
        }
        _ if is_punctuation(c) => Ok((TokenKind::Punct(c), at + 1)),
        _ => Err(TextTokenError::new(at..at + c.len_utf8(), stray(c))),
    }
}

/// Marks the last but one token as joint where the last two may form one operator.
fn join(tokens: &mut [TextToken]) {
    if let [.., first, second] = tokens
        && let (TokenKind::Punct(a), TokenKind::Punct(b)) = (&first.token.kind, &second.token.kind)
        && first.bytes.end == second.bytes.start
        && !is_delimiter(*a)
        && !is_delimiter(*b)
    {
        first.token.joint = true;
    }
}

fn follows_name(before: &[TextToken], at: usize) -> bool {
    before.last().is_some_and(|last| {
        last.bytes.end == at && matches!(last.token.kind, TokenKind::Word(_) | TokenKind::Quoted(_))
    })
}

fn is_delimiter(c: char) -> bool {
    matches!(c, '(' | ')' | '[' | ']')
}

/// The punctuation that Rust tokens have too; what of it is SQL, the parser says.
fn is_punctuation(c: char) -> bool {
    is_delimiter(c) || ",.;:+-*/%=<>!|&^~?@#$".contains(c)
}

/// Where the comment that starts at `at` ends, if one does.
fn comment(text: &str, at: usize) -> Result<Option<usize>, TextTokenError> {
    let rest = &text[at..];
    if rest.starts_with("--") {
        return Ok(Some(rest.find(['\n', '\r']).map_or(text.len(), |length| at + length)));
    }
    if let Some(content) = rest.strip_prefix("/*") {
        return match content.find("*/") {
            Some(length) => Ok(Some(at + 2 + length + 2)),
            None => Err(TextTokenError::new(at..at + 2, "this comment has no closing `*/`")),
        };
    }
    Ok(None)
}

/// What stands between the quote at `at` and the next one of its kind, doubled
/// quotes made single, and where it ends.
fn quoted(text: &str, at: usize, what: &str) -> Result<(String, usize), TextTokenError> {
    let quote = &text[at..at + 1];
    let mut content = String::new();
    let mut from = at + 1;
    while let Some(length) = text[from..].find(quote) {
        content.push_str(&text[from..from + length]);
        from += length + 1;
        if !text[from..].starts_with(quote) {
            return Ok((content, from));
        }
        content.push_str(quote);
        from += 1;
    }
    let quote = if quote == "`" { "backtick".to_owned() } else { format!("`{quote}`") };
    Err(TextTokenError::new(at..at + 1, format!("this {what} has no closing {quote}")))
}

/// `X'00 ff'`: pairs of hexadecimal digits, space between them ignored.
fn binary(text: &str, at: usize) -> Result<(TokenKind, usize), TextTokenError> {
    let (content, end) = quoted(text, at + 1, "binary string")?;
    let mut bytes = Vec::with_capacity(content.len() / 2);
    let mut high = None;
    for c in content.chars().filter(|c| !c.is_ascii_whitespace()) {
        let Some(digit) = c.to_digit(16) else {
            let message = format!("{} is not a hexadecimal digit", show(c));
            return Err(TextTokenError::new(at..end, message));
        };
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push((high * 16 + digit) as u8),
        }
    }
    if high.is_some() {
        let message = "a binary string needs two hexadecimal digits for each byte";
        return Err(TextTokenError::new(at..end, message));
    }
    Ok((TokenKind::Binary(bytes), end))
}

/// The message for a character that is no part of SQL.
fn stray(c: char) -> String {
    match c {
        '‘' | '’' | '“' | '”' | '„' | '«' | '»' => {
            format!("`{c}` is a typographic quote; SQL has `'` for strings and `\"` for names")
        }
        '–' | '—' | '−' => format!("`{c}` is not a minus sign; SQL's is `-`"),
        '\\' => "`\\` has no meaning in SQL outside a string".to_owned(),
        _ => format!("{} has no meaning in SQL outside quotes", show(c)),
    }
}

/// A character as a message shows it, also one that can't be seen.
fn show(c: char) -> String {
    let invisible = c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}');
    if invisible {
        format!("the invisible character U+{:04X}", u32::from(c))
    } else {
        format!("`{c}`")
    }
}
