//! Patterns of LIKE.
//!
//! In lake SQL a pattern has no escape character unless ESCAPE names one; in
//! DataFusion it is always `\`. Patterns are translated from one to the other.

use arrow_array::ArrayRef;
use arrow_schema::DataType;
use datafusion::common::Result;

use super::function::{Call, Function, Gives, Param, Takes, refuse};

/// The function that translates patterns which are not literals.
pub(super) const PATTERN: &str = "lake_like_pattern";

/// The function behind patterns.
pub(super) fn functions() -> Vec<Function> {
    vec![Function::new(
        PATTERN,
        Takes::Lists(&[&[Param::Text], &[Param::Text, Param::Text]]),
        Gives::Fixed(&DataType::Utf8),
        run,
    )]
}

/// Appends a pattern with the given escape character as one with `\`.
pub(super) fn translate(
    pattern: &str,
    escape: Option<&str>,
    out: &mut String,
) -> std::result::Result<(), String> {
    let mut escapes = escape.unwrap_or_default().chars();
    let escape = match (escapes.next(), escapes.next()) {
        (None, _) if escape.is_some() => {
            return Err("the escape string must be one character".into());
        }
        (_, Some(_)) => return Err("the escape string must be one character".into()),
        (escape, None) => escape,
    };
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if Some(c) == escape {
            match chars.next() {
                Some(next) if matches!(next, '%' | '_') => out.extend(['\\', next]),
                Some('\\') if c == '\\' => out.push_str("\\\\"),
                Some(next) if next == c => out.push(next),
                _ => {
                    return Err(format!(
                        "the escape character {c} must be followed by %, _ or itself"
                    ));
                }
            }
        } else if c == '\\' {
            out.push_str("\\\\");
        } else {
            out.push(c);
        }
    }
    Ok(())
}

fn run(call: &Call<'_>) -> Result<ArrayRef> {
    let patterns = call.texts(0)?;
    let escapes = if call.count() == 2 { Some(call.texts(1)?) } else { None };
    call.make_texts(|row, out| {
        let escape = match escapes.as_ref().map(|escapes| escapes.get(row)) {
            Some(None) => return Ok(None),
            Some(escape) => escape,
            None => None,
        };
        let Some(pattern) = patterns.get(row) else { return Ok(None) };
        translate(pattern, escape, out).or_else(refuse)?;
        Ok(Some(()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_translated() {
        for (pattern, escape, expected) in [
            ("a%_", None, Ok("a%_")),
            (r"a\_c", None, Ok(r"a\\_c")),
            (r"a\_c", Some(r"\"), Ok(r"a\_c")),
            ("a#%c", Some("#"), Ok(r"a\%c")),
            ("a##c", Some("#"), Ok("a#c")),
            (r"a\#_", Some("#"), Ok(r"a\\\_")),
            (r"a\\b", Some(r"\"), Ok(r"a\\b")),
            ("a#c", Some("#"), Err("the escape character # must be followed by %, _ or itself")),
            (r"a#\", Some("#"), Err("the escape character # must be followed by %, _ or itself")),
            ("a#", Some("#"), Err("the escape character # must be followed by %, _ or itself")),
            ("a", Some("ab"), Err("the escape string must be one character")),
            ("a", Some(""), Err("the escape string must be one character")),
        ] {
            let mut out = String::new();
            let result = translate(pattern, escape, &mut out);
            let result = result.as_ref().map(|()| out.as_str()).map_err(String::as_str);
            assert_eq!(result, expected, "{pattern} {escape:?}");
        }
    }
}
