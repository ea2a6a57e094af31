//! The paths of schemas: a source or a space, folders, and parts that may have points in them.

/// Reads a path: parts with points between them, each of which may be in double quotes.
pub(super) fn parse(text: &str) -> Option<Vec<String>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    loop {
        let (part, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let mut part = String::new();
                let mut chars = quoted.char_indices();
                let end = loop {
                    let (at, c) = chars.next()?;
                    if c != '"' {
                        part.push(c);
                    } else if quoted[at + 1..].starts_with('"') {
                        part.push('"');
                        chars.next();
                    } else {
                        break at + 1;
                    }
                };
                (part, &quoted[end..])
            }
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        if part.is_empty() {
            return None;
        }
        parts.push(part);
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() => return Some(parts),
            None => return None,
        }
    }
}

/// Writes a path for SQL: each part in quotes, for most words are reserved.
pub(super) fn written<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let parts = parts.into_iter().map(|part| format!("\"{}\"", part.replace('"', "\"\"")));
    parts.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_and_written() {
        for (text, sql) in [
            ("a", Some(r#""a""#)),
            ("a.b c.d", Some(r#""a"."b c"."d""#)),
            (r#"Samples."samples.dremio.com""#, Some(r#""Samples"."samples.dremio.com""#)),
            (r#""a"".b".c"#, Some(r#""a"".b"."c""#)),
            ("@me", Some(r#""@me""#)),
            ("", None),
            ("a..b", None),
            ("a.", None),
            (r#""a"#, None),
            (r#""a"b"#, None),
            (r#""""#, None),
        ] {
            let parts = parse(text);
            let shown = parts.as_ref().map(|parts| written(parts.iter().map(String::as_str)));
            assert_eq!(shown.as_deref(), sql, "{text}");
            if let Some(shown) = shown {
                assert_eq!(parse(&shown), parts);
            }
        }
    }
}
