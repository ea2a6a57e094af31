//! The parts of URLs, and percent-encoding.

use arrow_array::ArrayRef;
use arrow_array::types::Int64Type;
use arrow_schema::DataType;
use datafusion::common::Result;

use super::function::{Call, Function, Gives, Param, Takes, refuse};

/// The functions on URLs.
pub(super) fn functions() -> Vec<Function> {
    const ONE: Takes = Takes::Lists(&[&[Param::Text]]);
    const TEXT: Gives = Gives::Fixed(&DataType::Utf8);
    macro_rules! part {
        ($name:literal, $part:expr) => {
            Function::new($name, ONE, TEXT, |call| part(call, $part))
        };
    }
    vec![
        part!("url_extract_protocol", |url: &Url<'_>| url.scheme.map(str::to_owned)),
        part!("url_extract_host", |url: &Url<'_>| url.host.map(str::to_owned)),
        part!("url_extract_path", |url: &Url<'_>| decode(url.path, false)),
        part!("url_extract_query", |url: &Url<'_>| url.query.and_then(|q| decode(q, false))),
        part!("url_extract_fragment", |url: &Url<'_>| url.fragment.and_then(|f| decode(f, false))),
        Function::new("url_extract_port", ONE, Gives::Fixed(&DataType::Int64), |call| {
            let texts = call.texts(0)?;
            call.make_numbers::<Int64Type>(|row| {
                Ok(texts.get(row).and_then(Url::parse).and_then(|url| url.port))
            })
        }),
        Function::new(
            "url_extract_parameter",
            Takes::Lists(&[&[Param::Text, Param::Text]]),
            TEXT,
            parameter,
        ),
        Function::new("url_encode", ONE, TEXT, |call| {
            let texts = call.texts(0)?;
            call.make_texts(|row, out| Ok(texts.get(row).map(|text| encode(text, out))))
        }),
        Function::new("url_decode", ONE, TEXT, |call| {
            let texts = call.texts(0)?;
            call.make_texts(|row, out| {
                let Some(text) = texts.get(row) else { return Ok(None) };
                match decode(text, true) {
                    Some(decoded) => out.push_str(&decoded),
                    None => return refuse(format!("'{text}' is not URL-encoded")),
                }
                Ok(Some(()))
            })
        }),
    ]
}

/// A URL in its parts, as RFC 2396 has them.
#[derive(Debug, PartialEq, Eq)]
struct Url<'a> {
    scheme: Option<&'a str>,
    host: Option<&'a str>,
    port: Option<i64>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Url<'a> {
    /// `None` where a text is no URL.
    fn parse(text: &'a str) -> Option<Url<'a>> {
        if !is_clean(text) {
            return None;
        }
        let (rest, fragment) = cut(text, '#');
        let (rest, query) = cut(rest, '?');
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            // A colon before any slash ends a scheme, and this is none.
            Some((before, _)) if !before.contains('/') => return None,
            _ => (None, rest),
        };
        // `mailto:x@y` has no parts but its scheme.
        if scheme.is_some() && !rest.starts_with('/') {
            let opaque = Url { scheme, host: None, port: None, path: "", query: None, fragment };
            return (!rest.is_empty()).then_some(opaque);
        }
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                (Some(&rest[..end]), &rest[end..])
            }
            None => (None, rest),
        };
        let (host, port) = authority.map_or((None, None), host_and_port);
        Some(Url { scheme, host, port, path, query, fragment })
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Whether a text has only what a URL may have.
fn is_clean(text: &str) -> bool {
    let escapes = text.split('%').skip(1);
    let bare = |c: char| c.is_control() || c.is_whitespace() || "\"<>\\^`{|}".contains(c);
    !text.contains(bare)
        && escapes.into_iter().all(|rest| {
            rest.get(..2).is_some_and(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()))
        })
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Host and port of `user@host:port`; none where the host is not a name.
fn host_and_port(authority: &str) -> (Option<&str>, Option<i64>) {
    let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (address, ""),
    };
    let named = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let known = (host.starts_with('[') && host.ends_with(']')) || host.chars().all(named);
    if host.is_empty() || !known || !port.bytes().all(|digit| digit.is_ascii_digit()) {
        return (None, None);
    }
    (Some(host), port.parse().ok())
}

/// A part of a URL: empty where it has none, NULL where the text is no URL.
fn part(call: &Call<'_>, part: fn(&Url<'_>) -> Option<String>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_texts(|row, out| {
        Ok(texts.get(row).and_then(Url::parse).map(|url| out.extend(part(&url))))
    })
}

fn parameter(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, names) = (call.texts(0)?, call.texts(1)?);
    call.make_texts(|row, out| {
        let (Some(text), Some(name)) = (texts.get(row), names.get(row)) else { return Ok(None) };
        let Some(query) = Url::parse(text).and_then(|url| url.query) else { return Ok(None) };
        let mut values = query.split('&').map(|parameter| cut(parameter, '='));
        match values.find(|(key, _)| *key == name) {
            Some((_, value)) => {
                let value = value.unwrap_or_default();
                match decode(value, true) {
                    Some(decoded) => out.push_str(&decoded),
                    None => return refuse(format!("'{value}' is not URL-encoded")),
                }
                Ok(Some(()))
            }
            None => Ok(None),
        }
    })
}

/// Appends a text as a parameter of a URL.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                out.push(byte.into());
            }
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// A text without percent-encoding; a plus is a space in parameters.
fn decode(text: &str, plus: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'%' => {
                let (hex, after) = after.split_at_checked(2)?;
                let digit = |digit: u8| char::from(digit).to_digit(16);
                let value = digit(hex[0])? * 16 + digit(hex[1])?;
                bytes.push(u8::try_from(value).ok()?);
                rest = after;
            }
            b'+' if plus => bytes.push(b' '),
            other => bytes.push(*other),
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        // Trino's answers, and RFC 2396.
        let url = Url::parse("https://u@example.com:80/p/a?q=1&r=2#f").unwrap();
        let expected = Url {
            scheme: Some("https"),
            host: Some("example.com"),
            port: Some(80),
            path: "/p/a",
            query: Some("q=1&r=2"),
            fragment: Some("f"),
        };
        assert_eq!(url, expected);
        let plain = Url::parse("/a/b").unwrap();
        assert_eq!((plain.scheme, plain.host, plain.path), (None, None, "/a/b"));
        assert_eq!(Url::parse("http://[::1]:8080/").unwrap().port, Some(8080));
        for (opaque, scheme) in [("mailto:x@y?z", Some("mailto")), ("", None)] {
            let url = Url::parse(opaque).unwrap();
            assert_eq!((url.scheme, url.host, url.path, url.query), (scheme, None, "", None));
        }
        for wrong in ["not a url", "a:", "1a:b", "http://a/%zz"] {
            assert_eq!(Url::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn encoding() {
        let mut out = String::new();
        encode("a b&c=é*", &mut out);
        assert_eq!(out, "a+b%26c%3D%C3%A9*");
        assert_eq!(decode("a%20b+c", true).as_deref(), Some("a b c"));
        assert_eq!(decode("a%2", true), None);
    }
}
