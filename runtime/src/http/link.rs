//! Links to results outside of the server: the headers that go with one.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// The headers that a server says go with a link; `None` where one of them can't be a header.
/// They may be keys, so that they are neither shown nor logged.
pub(crate) fn headers(told: Vec<(String, String)>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in told {
        let name = HeaderName::try_from(name).ok()?;
        let mut value = HeaderValue::try_from(value).ok()?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_secret_and_none_can_break_out() {
        let told = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        let headers_of = headers(told("x-key", "secret")).expect("a header");
        assert_eq!(headers_of["x-key"], "secret");
        assert!(!format!("{headers_of:?}").contains("secret"));
        assert_eq!(headers(told("x-key", "a\r\nhost: b")), None);
        assert_eq!(headers(told("x key", "a")), None);
    }
}
