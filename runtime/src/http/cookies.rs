//! The cookies that a server sets, which it finds in the requests after that. A
//! server signs users in faster by them.

use std::collections::BTreeMap;

use reqwest::header::HeaderValue;

/// What a `Set-Cookie` says of its cookie (RFC 6265, 5.2).
#[cfg(feature = "dremio")]
const ATTRIBUTES: [&[u8]; 5] = [b"expires", b"max-age", b"domain", b"path", b"samesite"];

/// The most cookies, and the most bytes of one, that are kept.
const COUNT: usize = 20;
const BYTES: usize = 4096;

/// Names and values.
#[derive(Default)]
pub(crate) struct Cookies(BTreeMap<Vec<u8>, Vec<u8>>);

impl Cookies {
    /// Takes a `Set-Cookie`. One that wants TLS is only kept where there is some.
    pub(crate) fn set(&mut self, text: &[u8], secure: bool) {
        let mut parts = text.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        let pair = parts.next().unwrap_or_default();
        let Some(at) = pair.iter().position(|byte| *byte == b'=') else { return };
        let (name, value) = pair.split_at(at);
        let (mut ended, mut wants_tls) = (false, false);
        for part in parts {
            wants_tls |= part.eq_ignore_ascii_case(b"secure");
            ended |= part
                .to_ascii_lowercase()
                .strip_prefix(b"max-age=")
                .is_some_and(|age| age.starts_with(b"-") || age.iter().all(|digit| *digit == b'0'));
        }
        if ended {
            self.0.remove(name);
        } else if !name.is_empty()
            && text.len() <= BYTES
            && (secure || !wants_tls)
            && (self.0.len() < COUNT || self.0.contains_key(name))
        {
            self.0.insert(name.to_owned(), value.get(1..).unwrap_or_default().to_owned());
        }
    }

    /// Takes a `Set-Cookie` of a server that joins cookies into one header, `a=1;b=2`: what
    /// RFC 6265 would take for attributes that nobody knows are cookies, too.
    #[cfg(feature = "dremio")]
    pub(crate) fn set_joined(&mut self, text: &[u8], secure: bool) {
        let is_cookie = |part: &&[u8]| {
            let name = part.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
            part.contains(&b'=') && !ATTRIBUTES.iter().any(|it| it.eq_ignore_ascii_case(name))
        };
        let parts: Vec<&[u8]> = text.split(|byte| *byte == b';').collect();
        let attributes: Vec<&[u8]> =
            parts.iter().copied().filter(|part| !is_cookie(part)).collect();
        for cookie in parts.iter().copied().filter(is_cookie) {
            self.set(&[&[cookie][..], &attributes].concat().join(&b';'), secure);
        }
    }

    /// Forgets all.
    #[cfg(feature = "dremio")]
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The header that sends them back.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let pairs: Vec<_> =
            self.0.iter().map(|(name, value)| [name, &b"="[..], value].concat()).collect();
        let mut header = HeaderValue::from_bytes(&pairs.join(&b"; "[..])).ok()?;
        header.set_sensitive(true);
        (!pairs.is_empty()).then_some(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "dremio")]
    #[test]
    fn cookies_that_are_joined_are_all_kept() {
        let mut cookies = Cookies::default();
        for (set, expected) in [
            ("SESSION_ID=ab-1", "SESSION_ID=ab-1"),
            ("SESSION_ID=2;project=x=y", "SESSION_ID=2; project=x=y"),
            ("b=3; c=4; Path=/; HttpOnly", "SESSION_ID=2; b=3; c=4; project=x=y"),
            ("b=;c=; Max-Age=0", "SESSION_ID=2; project=x=y"),
            ("d=5;Secure", "SESSION_ID=2; project=x=y"),
            (";;=;Path=/", "SESSION_ID=2; project=x=y"),
        ] {
            cookies.set_joined(set.as_bytes(), false);
            assert_eq!(cookies.header().unwrap().to_str().unwrap(), expected, "{set}");
        }
        cookies.clear();
        assert_eq!(cookies.header(), None);
    }

    #[test]
    fn cookies_are_kept_replaced_and_ended() {
        let mut cookies = Cookies::default();
        let header =
            |cookies: &Cookies| cookies.header().map(|header| header.to_str().unwrap().to_owned());
        assert_eq!(header(&cookies), None);
        for (set, secure, expected) in [
            ("a=1; Path=/; HttpOnly", false, Some("a=1")),
            ("b=\"x=y&z\"", false, Some("a=1; b=\"x=y&z\"")),
            ("c=3; Secure", false, Some("a=1; b=\"x=y&z\"")),
            ("c=3; secure", true, Some("a=1; b=\"x=y&z\"; c=3")),
            ("a=2", false, Some("a=2; b=\"x=y&z\"; c=3")),
            ("b=; Max-Age=0", false, Some("a=2; c=3")),
            ("c; Max-Age=0", false, Some("a=2; c=3")),
            ("=5", false, Some("a=2; c=3")),
            ("c=3; max-age=-1", false, Some("a=2")),
            ("a=; max-age=0", false, None),
        ] {
            cookies.set(set.as_bytes(), secure);
            assert_eq!(header(&cookies).as_deref(), expected, "{set}");
        }
        cookies.set(&[b"a=", &[b'x'; BYTES][..]].concat(), false);
        assert_eq!(header(&cookies), None);
    }
}
