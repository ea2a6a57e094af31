//! Strings with code points in hexadecimal: `U&'\00e4 \+01F600'`, `U&'$00e4' UESCAPE '$'`.

use super::TokenKind;
use super::error::TextTokenError;
use super::quoted;
use super::word::word_end;

/// The string whose `U` is at `at`, and where it ends.
pub(super) fn read(text: &str, at: usize) -> Result<(TokenKind, usize), TextTokenError> {
    let (content, mut end) = quoted(text, at + 2, "string")?;
    let mut escape = '\\';
    if let Some(quote) = uescape(text, end) {
        let (chosen, after) = quoted(text, quote, "string")?;
        escape = match single(&chosen) {
            Some(c) => c,
            None => {
                let message = "UESCAPE takes one character that is neither a hexadecimal digit, \
                     a sign, a quote nor a space";
                return Err(TextTokenError::new(quote..after, message));
            }
        };
        end = after;
    }
    match decoded(&content, escape) {
        Ok(value) => Ok((TokenKind::Text(value), end)),
        Err(message) => Err(TextTokenError::new(at..end, message)),
    }
}

/// The only character of a text, if it can begin an escape.
fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let c = chars.next()?;
    let reserved = c.is_ascii_hexdigit() || c.is_whitespace() || matches!(c, '+' | '\'' | '"');
    (chars.next().is_none() && !reserved).then_some(c)
}

/// Where the quote behind `UESCAPE` is, if that word comes next.
fn uescape(text: &str, at: usize) -> Option<usize> {
    let skip = |from: usize| from + text[from..].len() - text[from..].trim_start().len();
    let word = skip(at);
    let end = word_end(text, word);
    let quote = skip(end);
    (text[word..end].eq_ignore_ascii_case("uescape") && text[quote..].starts_with('\''))
        .then_some(quote)
}

/// The text with its escapes resolved.
fn decoded(content: &str, escape: char) -> Result<String, String> {
    let mut value = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find(escape) {
        value.push_str(&rest[..at]);
        rest = &rest[at + escape.len_utf8()..];
        if let Some(after) = rest.strip_prefix(escape) {
            value.push(escape);
            rest = after;
            continue;
        }
        let (digits, length) = match rest.strip_prefix('+') {
            Some(digits) => (digits, 6),
            None => (rest, 4),
        };
        let point = digits.get(..length).filter(|digits| {
            // `from_str_radix` would take a sign.
            digits.bytes().all(|b| b.is_ascii_hexdigit())
        });
        let Some(point) = point else {
            return Err(format!(
                "`{escape}` begins a code point of four hexadecimal digits, or of six after \
                 `{escape}+`; write `{escape}{escape}` for the character itself"
            ));
        };
        let number = u32::from_str_radix(point, 16).unwrap_or(u32::MAX);
        let Some(c) = char::from_u32(number) else {
            return Err(format!("U+{point} is not a character of Unicode"));
        };
        value.push(c);
        rest = &digits[length..];
    }
    value.push_str(rest);
    Ok(value)
}
