//! Paths into JSON: `$.a.b`, `$["a b"]`, `$[0]`.

use lakequery_types::json::{Next, Reader};

use super::write::Parsed;

/// A path: the names of members, or numbers of elements, one after another.
pub(super) struct Path(Vec<String>);

impl Path {
    /// Reads a path; `None` where the text is none.
    pub(super) fn parse(text: &str) -> Option<Path> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = if let Some(name) = rest.strip_prefix('.') {
                unquoted(name, true)?
            } else {
                let inner = rest.strip_prefix('[')?;
                let (step, after) = match inner.strip_prefix('"') {
                    Some(quoted) => self::quoted(quoted)?,
                    None => unquoted(inner, false)?,
                };
                (step, after.strip_prefix(']')?)
            };
            steps.push(step);
            rest = after;
        }
        Some(Path(steps))
    }

    /// Goes to the value that the path leads to; whether there is one.
    pub(super) fn follow(&self, reader: &mut Reader<'_>) -> Parsed<bool> {
        for step in &self.0 {
            let mut first = true;
            let is_there = match reader.next()? {
                Next::Object => {
                    reader.object()?;
                    loop {
                        match reader.key(&mut first)? {
                            Some(key) if key == step.as_str() => break true,
                            Some(_) => reader.skip()?,
                            None => break false,
                        };
                    }
                }
                Next::Array => {
                    reader.array()?;
                    let Ok(mut index) = step.parse::<u32>() else { return Ok(false) };
                    loop {
                        if !reader.element(&mut first)? {
                            break false;
                        }
                        if index == 0 {
                            break true;
                        }
                        reader.skip()?;
                        index -= 1;
                    }
                }
                _ => false,
            };
            if !is_there {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A name of letters, digits and underscores, and what follows it.
fn unquoted(text: &str, takes_colons: bool) -> Option<(String, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || takes_colons && c == ':';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    (end > 0).then(|| (text[..end].to_owned(), &text[end..]))
}

/// A name up to its closing quote, and what follows that.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((name, &text[at + 1..])),
            '\\' => match chars.next() {
                Some((_, escaped @ ('"' | '\\'))) => name.push(escaped),
                _ => return None,
            },
            c => name.push(c),
        }
    }
    None
}
