//! JSON as Trino writes it: without spaces, numbers in their shortest form.

use std::collections::BTreeMap;
use std::fmt::Write;

use lakequery_types::json::{Malformed, Next, Reader};

use super::super::floats::shown;

/// What is read, or where the text is not JSON.
pub(in super::super) type Parsed<T> = std::result::Result<T, Malformed>;

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 500;

/// Writes the next value with its members in the order they have.
pub(super) fn as_it_is(reader: &mut Reader<'_>, out: &mut String) -> Parsed<()> {
    value(reader, out, false, 0)
}

/// Writes the next value with its members in the order of their names. Of those of one name
/// it has the last.
pub(in super::super) fn sorted(reader: &mut Reader<'_>, out: &mut String) -> Parsed<()> {
    value(reader, out, true, 0)
}

fn value(reader: &mut Reader<'_>, out: &mut String, sorts: bool, depth: usize) -> Parsed<()> {
    if depth > MAX_DEPTH {
        return Err(reader.malformed("fewer arrays and objects in each other"));
    }
    let mut first = true;
    match reader.next()? {
        Next::Null => {
            reader.null()?;
            out.push_str("null");
        }
        Next::Boolean => out.push_str(if reader.boolean()? { "true" } else { "false" }),
        Next::Number => number(checked_number(reader)?, out),
        Next::String => string(&reader.string()?, out),
        Next::Array => {
            reader.array()?;
            out.push('[');
            let mut follows = "";
            while reader.element(&mut first)? {
                out.push_str(std::mem::replace(&mut follows, ","));
                value(reader, out, sorts, depth + 1)?;
            }
            out.push(']');
        }
        Next::Object if sorts => {
            reader.object()?;
            let mut members = BTreeMap::new();
            while let Some(key) = reader.key(&mut first)? {
                let mut member = String::new();
                value(reader, &mut member, sorts, depth + 1)?;
                members.insert(key, member);
            }
            out.push('{');
            for (index, (key, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(key, out);
                out.push(':');
                out.push_str(member);
            }
            out.push('}');
        }
        Next::Object => {
            reader.object()?;
            out.push('{');
            let mut follows = "";
            while let Some(key) = reader.key(&mut first)? {
                out.push_str(std::mem::replace(&mut follows, ","));
                string(&key, out);
                out.push(':');
                value(reader, out, sorts, depth + 1)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// The text of a number, which the reader takes for one by its characters.
pub(super) fn checked_number<'a>(reader: &mut Reader<'a>) -> Parsed<&'a str> {
    let start = reader.clone();
    let text = reader.number()?;
    let whole = text.strip_prefix('-').unwrap_or(text);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let count = digits(whole);
    let mut rest = &whole[count..];
    let mut is_number = count > 0 && (count == 1 || !whole.starts_with('0'));
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = digits(fraction);
        is_number &= count > 0;
        rest = &fraction[count..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits(exponent);
        is_number &= count > 0;
        rest = &exponent[count..];
    }
    if is_number && rest.is_empty() { Ok(text) } else { Err(start.malformed("a number")) }
}

/// A whole number with all its digits, any other as a double.
fn number(text: &str, out: &mut String) {
    if !text.contains(['.', 'e', 'E']) {
        return out.push_str(if text == "-0" { "0" } else { text });
    }
    let value: f64 = text.parse().unwrap_or(f64::NAN);
    let text = shown(value);
    if value.is_finite() {
        out.push_str(&text);
    } else {
        string(&text, out);
    }
}

/// Appends a text in quotes.
pub(in super::super) fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                // Writing into a String does not fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
