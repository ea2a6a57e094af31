//! What a Rust literal says: its value, and where in the source each part stands.
//!
//! Works on the literal as it is written (`Literal::to_string`), because
//! proc_macro has no stable way to ask for the value.

use std::ops::Range;

use lakequery_compiler::token::radix;

/// The value of a literal that SQL has a use for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// A number without `_` and suffix.
    Number(String),
    /// A string.
    Text(Text),
    /// A byte string.
    Binary(Vec<u8>),
}

/// A string, and where its characters stand in the literal as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    /// The string.
    pub(crate) value: String,
    /// What stands between the quotes.
    pub(crate) source: String,
    /// How many bytes of the literal precede `source`: the prefix and the quote.
    pub(crate) opening: usize,
    /// For each escape: the offset in `value` after it, and how far `source` is
    /// ahead from there on.
    shifts: Vec<(usize, usize)>,
}

impl Text {
    /// A text that is written as it is: a file.
    pub(crate) fn plain(value: String) -> Text {
        Text { source: value.clone(), value, opening: 0, shifts: Vec::new() }
    }

    /// Where bytes of the value stand in `source`.
    pub(crate) fn range(&self, value: Range<usize>) -> Range<usize> {
        let start = value.start + self.shift(value.start);
        // The end belongs to the character before it: an escape is underlined whole.
        let end = value.end + self.shift(value.end);
        start..end.max(start)
    }

    fn shift(&self, offset: usize) -> usize {
        self.shifts.iter().rev().find(|(at, _)| *at <= offset).map_or(0, |(_, shift)| *shift)
    }
}

/// Reads a literal as written.
///
/// # Errors
///
/// One sentence for the user, where SQL has no use for such a literal.
pub(crate) fn read(literal: &str) -> Result<Value, String> {
    match literal.as_bytes() {
        [b'"', ..] => text(literal, 0).map(Value::Text),
        [b'r', b'"' | b'#', ..] => text(literal, 1).map(Value::Text),
        [b'b', b'"', ..] => unescape_bytes(quoted(&literal[1..])?.0).map(Value::Binary),
        [b'b', b'r', ..] => Ok(Value::Binary(raw(&literal[2..])?.0.as_bytes().to_vec())),
        [b'\'', ..] => {
            let inner = literal.split('\'').nth(1).unwrap_or_default().replace('"', "\\\"");
            Err(format!("a string takes double quotes here: \"{inner}\""))
        }
        [b'b', b'\'', ..] => Err("lake SQL has no byte literals; write a number".into()),
        [b'c', ..] => Err("lake SQL has no C strings; leave out the `c`".into()),
        _ => number(literal).map(Value::Number),
    }
}

fn number(literal: &str) -> Result<String, String> {
    if let Some(decimal) = radix::decimal(literal) {
        return decimal;
    }
    let plain: String = literal.chars().filter(|c| *c != '_').collect();
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(&plain);
    if plain[end..].starts_with('.') {
        end += 1 + digits(&plain[end + 1..]);
    }
    if let Some(exponent) = plain[end..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let count = digits(&exponent[sign..]);
        if count > 0 {
            end += 1 + sign + count;
        }
    }
    match &plain[end..] {
        "" => Ok(plain),
        suffix => Err(format!(
            "`{literal}` is not a number of lake SQL: leave out `{suffix}`, or put a space before it"
        )),
    }
}

/// The string of `"…"`, or of `r#"…"#` where `prefix` is 1.
fn text(literal: &str, prefix: usize) -> Result<Text, String> {
    if prefix > 0 {
        let (source, opening) = raw(&literal[prefix..])?;
        return Ok(Text { opening: prefix + opening, ..Text::plain(source.to_owned()) });
    }
    let (source, opening) = quoted(literal)?;
    let mut value = String::with_capacity(source.len());
    let mut shifts = Vec::new();
    for part in Parts::new(source) {
        let (range, c) = part?;
        value.extend(c);
        if range.len() != c.map_or(0, char::len_utf8) {
            shifts.push((value.len(), range.end - value.len()));
        }
    }
    Ok(Text { value, source: source.to_owned(), opening, shifts })
}

fn unescape_bytes(source: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(source.len());
    for part in Parts::new(source) {
        // In a byte string rustc lets through ASCII and `\xNN` only, so that every
        // character is one byte.
        if let Some(c) = part?.1 {
            bytes.push(u8::try_from(u32::from(c)).map_err(|_| "a byte is at most 255".to_owned())?);
        }
    }
    Ok(bytes)
}

/// What stands between plain quotes, and the length of the opening one.
fn quoted(literal: &str) -> Result<(&str, usize), String> {
    let inner = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map(|inner| (inner, 1)).ok_or_else(|| suffix(literal))
}

/// What stands between the quotes of `#"…"#`, and the length of what opens it.
fn raw(literal: &str) -> Result<(&str, usize), String> {
    let inner = literal.trim_start_matches('#');
    let hashes = literal.len() - inner.len();
    let closing = format!("\"{}", &literal[..hashes]);
    let inner = inner.strip_prefix('"').and_then(|rest| rest.strip_suffix(closing.as_str()));
    inner.map(|inner| (inner, hashes + 1)).ok_or_else(|| suffix(literal))
}

fn suffix(literal: &str) -> String {
    let suffix = literal.rsplit(['"', '#']).next().unwrap_or_default();
    format!("leave out the `{suffix}` after the string, or put a space before it")
}

/// The characters of a string as written, escapes resolved; `None` for a line
/// break that a `\` takes away.
struct Parts<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Parts<'a> {
    fn new(source: &'a str) -> Parts<'a> {
        Parts { source, at: 0 }
    }

    fn escape(&mut self) -> Option<Option<char>> {
        let rest = &self.source[self.at + 1..];
        let c = rest.chars().next()?;
        self.at += 1 + c.len_utf8();
        Some(Some(match c {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => '\0',
            '\\' | '\'' | '"' => c,
            'x' => {
                self.at += 2;
                char::from(u8::from_str_radix(rest.get(1..3)?, 16).ok()?)
            }
            'u' => {
                let (digits, _) = rest.strip_prefix("u{")?.split_once('}')?;
                self.at += digits.len() + 2;
                char::from_u32(u32::from_str_radix(&digits.replace('_', ""), 16).ok()?)?
            }
            '\n' => {
                let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
                self.at += rest[1..].len() - rest[1..].trim_start_matches(blank).len();
                return Some(None);
            }
            _ => return None,
        }))
    }
}

impl Iterator for Parts<'_> {
    type Item = Result<(Range<usize>, Option<char>), String>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let c = self.source[start..].chars().next()?;
        let c = if c == '\\' {
            let Some(c) = self.escape() else {
                // rustc would have refused such a literal.
                self.at = self.source.len();
                return Some(Err("this string has an escape that Rust does not know".into()));
            };
            c
        } else {
            self.at += c.len_utf8();
            Some(c)
        };
        Some(Ok((start..self.at, c)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_rusts() {
        for (literal, expected) in [
            (r#""a b""#, "a b"),
            (r#""\"\\\n\t\r\0\'""#, "\"\\\n\t\r\0'"),
            (r#""\x41\u{e4}\u{1F_600}""#, "A\u{e4}\u{1F600}"),
            ("\"a \\\n   b\"", "a b"),
            (r#"r"\n""#, r"\n"),
            (r###"r##"a"#b"##"###, r##"a"#b"##),
            ("\"\"", ""),
        ] {
            match read(literal) {
                Ok(Value::Text(text)) => assert_eq!(text.value, expected, "{literal}"),
                other => panic!("{literal}: {other:?}"),
            }
        }
        assert_eq!(read(r#"b"\x00\xfFa\n""#), Ok(Value::Binary(vec![0, 255, b'a', b'\n'])));
        assert_eq!(read(r##"br#"\x"#"##), Ok(Value::Binary(b"\\x".to_vec())));
    }

    #[test]
    fn numbers_lose_underscores_and_keep_the_rest() {
        for (literal, expected) in [
            ("7", "7"),
            ("1_000", "1000"),
            ("0.05", "0.05"),
            ("1.", "1."),
            ("1e3", "1e3"),
            ("1.5E-3", "1.5E-3"),
            ("007", "007"),
            ("0xff", "255"),
            ("0b1_0", "2"),
            ("0o17", "15"),
        ] {
            assert_eq!(read(literal), Ok(Value::Number(expected.into())));
        }
    }

    #[test]
    fn what_sql_has_no_use_for_is_refused() {
        for (literal, message) in [
            ("1u8", "`1u8` is not a number of lake SQL: leave out `u8`, or put a space before it"),
            ("2S", "`2S` is not a number of lake SQL: leave out `S`, or put a space before it"),
            (
                "1.0f64",
                "`1.0f64` is not a number of lake SQL: leave out `f64`, or put a space before it",
            ),
            ("0xffu8", "`0xffu8` is not a number: `u` is not a hexadecimal digit"),
            ("'a'", "a string takes double quotes here: \"a\""),
            ("'\"'", "a string takes double quotes here: \"\\\"\""),
            ("b'a'", "lake SQL has no byte literals; write a number"),
            ("c\"a\"", "lake SQL has no C strings; leave out the `c`"),
            ("\"a\"b", "leave out the `b` after the string, or put a space before it"),
        ] {
            assert_eq!(read(literal), Err(message.to_owned()), "{literal}");
        }
    }

    #[test]
    fn ranges_lead_back_to_the_source() {
        let Ok(Value::Text(text)) = read("\"a\\tb\\u{e4}c \\\n  d\"") else { panic!() };
        assert_eq!(text.value, "a\tb\u{e4}c d");
        let at = |part: &str| {
            let start = text.value.find(part).unwrap();
            &text.source[text.range(start..start + part.len())]
        };
        for (part, expected) in [("a", "a"), ("b", "b"), ("c", "c"), ("d", "d"), ("a\tb", "a\\tb")]
        {
            assert_eq!(at(part), expected);
        }
    }
}
