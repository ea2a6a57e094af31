//! Regular expressions, with Java's replacement references.
//!
//! The patterns are those of Rust's `regex`, which has no lookaround and no
//! backreferences; such a pattern is refused when the query runs. `\d`, `\s` and
//! `\w` are ASCII's, as in Trino.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{ArrayRef, StringArray};
use arrow_schema::DataType;
use datafusion::common::Result;
use regex::{Captures, Regex};

use super::function::{Call, Column, Function, Gives, Param, Takes, refuse};

/// The functions on regular expressions.
pub(super) fn functions() -> Vec<Function> {
    use Param::{Bigint, Text};
    const TEXT: Gives = Gives::Fixed(&DataType::Utf8);
    vec![
        Function::new(
            "regexp_like",
            Takes::Lists(&[&[Text, Text]]),
            Gives::Fixed(&DataType::Boolean),
            regexp_like,
        ),
        Function::new(
            "regexp_extract",
            Takes::Lists(&[&[Text, Text], &[Text, Text, Bigint]]),
            TEXT,
            regexp_extract,
        ),
        Function::new(
            "regexp_replace",
            Takes::Lists(&[&[Text, Text], &[Text, Text, Text]]),
            TEXT,
            regexp_replace,
        ),
        Function::new(
            "regexp_count",
            Takes::Lists(&[&[Text, Text]]),
            Gives::Fixed(&DataType::Int64),
            regexp_count,
        ),
        Function::new(
            "regexp_position",
            Takes::Lists(&[&[Text, Text], &[Text, Text, Bigint], &[Text, Text, Bigint, Bigint]]),
            Gives::Fixed(&DataType::Int32),
            regexp_position,
        ),
    ]
}

/// The last pattern: compiled once, as long as it stays the same.
#[derive(Default)]
pub(super) struct Pattern {
    last: Option<(String, Regex)>,
}

impl Pattern {
    /// The regular expression that a text is.
    pub(super) fn get(&mut self, text: &str) -> Result<&Regex> {
        let known = self.last.take().filter(|(last, _)| last == text);
        let compiled = match known {
            Some(known) => known,
            None => match Regex::new(&ascii_classes(text)) {
                Ok(regex) => (text.to_owned(), regex),
                Err(error) => {
                    return refuse(format!("'{text}' is not a regular expression: {error}"));
                }
            },
        };
        Ok(&self.last.insert(compiled).1)
    }
}

/// The pattern argument.
pub(super) struct Patterns {
    texts: Column<StringArray>,
    pattern: Pattern,
}

impl Patterns {
    /// The second argument of a call.
    pub(super) fn of(call: &Call<'_>) -> Result<Patterns> {
        Ok(Patterns { texts: call.texts(1)?, pattern: Pattern::default() })
    }

    /// The pattern of a row; `None` for NULL.
    pub(super) fn get(&mut self, row: usize) -> Result<Option<&Regex>> {
        match self.texts.get(row) {
            Some(text) => self.pattern.get(text).map(Some),
            None => Ok(None),
        }
    }
}

/// The pattern with `\w` and its like written out: Rust's have all of Unicode.
fn ascii_classes(pattern: &str) -> Cow<'_, str> {
    if !pattern.contains('\\') {
        return Cow::Borrowed(pattern);
    }
    let mut written = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            written.push(c);
            continue;
        }
        match rest.next() {
            Some('d') => written.push_str("[0-9]"),
            Some('D') => written.push_str("[^0-9]"),
            Some('s') => written.push_str(r"[\t-\r ]"),
            Some('S') => written.push_str(r"[^\t-\r ]"),
            Some('w') => written.push_str("[0-9A-Za-z_]"),
            Some('W') => written.push_str("[^0-9A-Za-z_]"),
            escaped => {
                written.push(c);
                written.extend(escaped);
            }
        }
    }
    Cow::Owned(written)
}

fn regexp_like(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call)?);
    call.make_booleans(|row| {
        let (Some(text), Some(regex)) = (texts.get(row), patterns.get(row)?) else {
            return Ok(None);
        };
        Ok(Some(regex.is_match(text)))
    })
}

fn regexp_count(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call)?);
    call.make_numbers::<Int64Type>(|row| {
        let (Some(text), Some(regex)) = (texts.get(row), patterns.get(row)?) else {
            return Ok(None);
        };
        Ok(Some(regex.find_iter(text).count() as i64))
    })
}

fn regexp_extract(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call)?);
    let groups = if call.count() == 3 { Some(call.numbers::<Int64Type>(2)?) } else { None };
    let mut builder = StringBuilder::with_capacity(call.rows(), call.rows() * 8);
    for row in 0..call.rows() {
        let group = match &groups {
            Some(groups) => groups.get(row),
            None => Some(0),
        };
        let (Some(text), Some(regex), Some(group)) = (texts.get(row), patterns.get(row)?, group)
        else {
            builder.append_null();
            continue;
        };
        let found = match usize::try_from(group) {
            Ok(0) => regex.find(text),
            Ok(group) if group < regex.captures_len() => {
                regex.captures(text).and_then(|captures| captures.get(group))
            }
            _ => {
                let groups = regex.captures_len() - 1;
                return refuse(format!("the pattern has {groups} groups, and no group {group}"));
            }
        };
        builder.append_option(found.map(|found| found.as_str()));
    }
    Ok(Arc::new(builder.finish()))
}

fn regexp_replace(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call)?);
    let replacements = if call.count() == 3 { Some(call.texts(2)?) } else { None };
    let fixed = patterns.texts.is_constant();
    let mut last: Option<(String, Vec<Part>)> = None;
    call.make_texts(|row, out| {
        let replacement = match &replacements {
            Some(replacements) => replacements.get(row),
            None => Some(""),
        };
        let (Some(text), Some(regex), Some(replacement)) =
            (texts.get(row), patterns.get(row)?, replacement)
        else {
            return Ok(None);
        };
        // Groups are the pattern's, so a literal replacement is read anew only
        // where the pattern is not a literal.
        let known = last.as_ref().is_some_and(|(known, _)| known == replacement);
        let parts = match last.take() {
            Some((_, parts)) if known && fixed => parts,
            _ => parts(replacement, regex).or_else(refuse)?,
        };
        let mut at = 0;
        if parts.is_empty() {
            for found in regex.find_iter(text) {
                out.push_str(&text[at..found.start()]);
                at = found.end();
            }
        } else {
            for captures in regex.captures_iter(text) {
                let whole = captures.get_match();
                out.push_str(&text[at..whole.start()]);
                expand(&parts, &captures, out);
                at = whole.end();
            }
        }
        out.push_str(&text[at..]);
        last = Some((replacement.to_owned(), parts));
        Ok(Some(()))
    })
}

/// A part of a replacement.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Group(usize),
}

/// Reads a replacement: `$1`, `${name}`, and `\` before a literal.
fn parts(replacement: &str, regex: &Regex) -> std::result::Result<Vec<Part>, String> {
    let wrong = || format!("'{replacement}' is not a replacement");
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = replacement;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '\\' {
            let escaped = rest.chars().next().ok_or_else(wrong)?;
            literal.push(escaped);
            rest = &rest[escaped.len_utf8()..];
            continue;
        }
        if c != '$' {
            literal.push(c);
            continue;
        }
        let group = if let Some(named) = rest.strip_prefix('{') {
            let (name, after) = named.split_once('}').ok_or_else(wrong)?;
            rest = after;
            let position = regex.capture_names().position(|known| known == Some(name));
            position.ok_or_else(|| format!("the pattern has no group {name}"))?
        } else {
            // As many digits as name a group that there is.
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (group, length) = (1..=digits)
                .rev()
                .filter_map(|length| Some((rest[..length].parse::<usize>().ok()?, length)))
                .find(|(group, length)| *group < regex.captures_len() || *length == 1)
                .ok_or_else(wrong)?;
            if group >= regex.captures_len() {
                return Err(format!("the pattern has no group {group}"));
            }
            rest = &rest[length..];
            group
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        parts.push(Part::Group(group));
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

fn expand(parts: &[Part], captures: &Captures<'_>, out: &mut String) {
    for part in parts {
        match part {
            Part::Literal(text) => out.push_str(text),
            Part::Group(group) => {
                out.push_str(captures.get(*group).map_or("", |found| found.as_str()));
            }
        }
    }
}

fn regexp_position(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call)?);
    let number = |index: usize| {
        if call.count() > index { call.numbers::<Int64Type>(index).map(Some) } else { Ok(None) }
    };
    let (starts, occurrences) = (number(2)?, number(3)?);
    call.make_numbers::<Int32Type>(|row| {
        let start = starts.as_ref().map_or(Some(1), |starts| starts.get(row));
        let occurrence = occurrences.as_ref().map_or(Some(1), |counts| counts.get(row));
        let (Some(text), Some(regex), Some(start), Some(occurrence)) =
            (texts.get(row), patterns.get(row)?, start, occurrence)
        else {
            return Ok(None);
        };
        let (Some(start), Some(occurrence)) = (positive(start), positive(occurrence)) else {
            return refuse("start and occurrence of regexp_position cannot be smaller than 1");
        };
        // A start beyond the last character finds nothing.
        let Some((from, _)) = text.char_indices().nth(start) else { return Ok(Some(-1)) };
        Ok(Some(
            nth(regex, text, from, occurrence)
                .map_or(-1, |at| i32::try_from(text[..at].chars().count() + 1).unwrap_or(-1)),
        ))
    })
}

/// Where the match of that index starts, looked for from a byte on.
fn nth(regex: &Regex, text: &str, mut from: usize, index: usize) -> Option<usize> {
    for _ in 0..index {
        let found = regex.find_at(text, from)?;
        from = found.end();
        if found.is_empty() {
            // An empty match is found once: go on after the next character.
            from += text[from..].chars().next()?.len_utf8();
        }
    }
    regex.find_at(text, from).map(|found| found.start())
}

/// A number from one as an index from zero.
fn positive(number: i64) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_asciis() {
        // Trino's answers.
        for (pattern, text, matches) in [
            (r"^\w$", "é", false),
            (r"^[\w]$", "é", false),
            (r"^\W$", "é", true),
            (r"^[^\w]$", "é", true),
            (r"^\d$", "٣", false),
            (r"^\s$", "\u{a0}", false),
            (r"^\s$", "\u{b}", true),
            (r"^\\w$", r"\w", true),
            (r"^\p{L}$", "é", true),
        ] {
            let regex = Regex::new(&ascii_classes(pattern)).unwrap();
            assert_eq!(regex.is_match(text), matches, "{pattern}");
        }
    }

    #[test]
    fn replacements_are_javas() {
        let regex = Regex::new("(?P<first>a)(b)").unwrap();
        let replaced = |replacement: &str| {
            let parts = parts(replacement, &regex)?;
            let mut out = String::new();
            expand(&parts, &regex.captures("xab").unwrap(), &mut out);
            Ok::<_, String>(out)
        };
        assert_eq!(replaced("$2$1").unwrap(), "ba");
        assert_eq!(replaced("${first}-$0").unwrap(), "a-ab");
        // Group 2, then a 3: there is no group 23.
        assert_eq!(replaced("$23").unwrap(), "b3");
        assert_eq!(replaced(r"\$1\\n").unwrap(), r"$1\n");
        for wrong in ["$", "$x", "${first", "${none}", "$7", "\\"] {
            assert!(replaced(wrong).is_err(), "{wrong}");
        }
    }
}
