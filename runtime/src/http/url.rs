//! The URLs of servers: `//user:password@host:port/path?name=value`. Nothing of
//! a URL but the names of its parameters gets into an error.

use std::net::IpAddr;

use lakequery_types::json::{Next, Reader};
use lakequery_types::nearest;
use reqwest::Url;

use super::proxy;
use crate::error::{Error, Kind, Result};

/// What a URL says, without its scheme.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    /// As it stands in URLs: IPv6 in brackets.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    /// The parts of the path.
    pub(crate) path: Vec<String>,
    pub(crate) parameters: Parameters,
}

/// The parameters that are not yet taken.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

fn wrong(message: impl Into<String>) -> Error {
    Error::new(Kind::Url, message)
}

impl Address {
    /// Reads a URL without its scheme; `example` is a good one, for errors.
    pub(crate) fn parse(rest: &str, example: &str) -> Result<Address> {
        let example = || format!("write it as in `{example}`");
        let Some(rest) = rest.strip_prefix("//") else {
            return Err(wrong("the URL has no `//` after its scheme").help(example()));
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (sign_in, place) = match authority.rsplit_once('@') {
            Some((sign_in, place)) => (Some(sign_in), place),
            None => (None, authority),
        };
        let decode = |text: &str| {
            decode(text).ok_or_else(|| {
                wrong("the URL has a `%` that is not followed by two hexadecimal digits")
                    .help("write a `%` itself as `%25`")
            })
        };
        let (user, password) =
            match sign_in.map(|s| s.split_once(':').map_or((s, None), |(u, p)| (u, Some(p)))) {
                Some((user, password)) => (
                    Some(decode(user)?).filter(|user| !user.is_empty()),
                    password.map(decode).transpose()?,
                ),
                None => (None, None),
            };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => {
                let port = port.parse().ok().filter(|port| *port > 0).ok_or_else(|| {
                    wrong("the URL's port is not a number from 1 to 65535").help(example())
                })?;
                (host, Some(port))
            }
            _ => (place, None),
        };
        // Let the one that will connect read it, so that both see the same host.
        let sound = !host.is_empty()
            && Url::parse(&format!("http://{host}/")).is_ok_and(|url| {
                url.path() == "/" && url.username().is_empty() && url.port().is_none()
            });
        if !sound {
            return Err(wrong("the URL has no host, or one that can't be").help(example()));
        }
        let path = path.split('/').filter(|part| !part.is_empty()).map(decode);
        let path = path.collect::<Result<_>>()?;
        let mut parameters: Vec<(String, String)> = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let Some((name, value)) = parameter.split_once('=') else {
                // Not repeated: without a value there is no telling what it is.
                return Err(wrong("the URL has a parameter without `=` and a value"));
            };
            let name = decode(name)?;
            if parameters.iter().any(|(other, _)| *other == name) {
                return Err(match is_name(&name) {
                    true => wrong(format!("the URL has the parameter `{name}` twice")),
                    false => wrong("the URL has a parameter twice"),
                });
            }
            parameters.push((name, decode(&value.replace('+', "%20"))?));
        }
        let host = host.to_owned();
        Ok(Address { user, password, host, port, path, parameters: Parameters(parameters) })
    }
}

impl Address {
    /// Whether what is sent there without TLS stays on this machine; over HTTP, a
    /// proxy may take it elsewhere.
    pub(crate) fn is_here(&self, http: bool) -> bool {
        self.is_loopback() && !(http && self.has_proxy())
    }

    fn is_loopback(&self) -> bool {
        let host = self.host.trim_matches(['[', ']']);
        host.eq_ignore_ascii_case("localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    fn has_proxy(&self) -> bool {
        let url = Url::parse(&format!("http://{}/", self.host));
        let variable = |name: &str| std::env::var(name).ok();
        url.is_ok_and(|url| proxy::variable_for(&url, variable).is_some())
    }
}

/// Whether the URL lets secrets go over a connection without TLS.
pub(crate) fn plaintext(parameters: &mut Parameters) -> Result<bool> {
    Ok(parameters.read("plaintext", "`true` or `false`", boolean)?.unwrap_or(false))
}

/// The error of a secret that would go over a network in clear; `tls` says how to
/// get a connection with TLS.
#[cold]
pub(crate) fn in_clear(secret: &str, tls: &str) -> Error {
    wrong(format!("the URL has {secret}, and no TLS that would keep it secret"))
        .help(format!("{tls}, or let it be sent in clear with `plaintext=true`"))
}

impl Parameters {
    /// Takes the value of a parameter.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.swap_remove(at).1)
    }

    /// Takes names for the same that differ in capitals only: they are known by these from now on.
    #[cfg(feature = "dremio")]
    pub(crate) fn ignore_capitals(&mut self, known: &[&'static str]) -> Result<()> {
        for at in 0..self.0.len() {
            let same = known.iter().find(|known| known.eq_ignore_ascii_case(&self.0[at].0));
            let Some(name) = same else { continue };
            if self.0[..at].iter().any(|(other, _)| other == name) {
                return Err(wrong(format!("the URL has the parameter `{name}` twice")));
            }
            self.0[at].0 = (*name).to_owned();
        }
        Ok(())
    }

    /// Whether it has a parameter of this name.
    #[cfg(feature = "dremio")]
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    /// Takes all parameters whose names are such.
    #[cfg(feature = "spark")]
    pub(crate) fn take_all(&mut self, such: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        self.0.extract_if(.., |(name, _)| such(name)).collect()
    }

    /// Reads the value of a parameter.
    pub(crate) fn read<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        self.take(name).map(|value| read(&value).ok_or_else(|| unfit(name, expected))).transpose()
    }

    /// Makes sure that nothing is left; `known` are the names that there are.
    pub(crate) fn end(self, engine: &str, known: &[&str]) -> Result<()> {
        let Some((name, _)) = self.0.first() else { return Ok(()) };
        if !is_name(name) {
            return Err(wrong(format!("the URL has a parameter that {engine} does not have"))
                .help(format!("the parameters are {}", known.join(", "))));
        }
        let error =
            wrong(format!("the URL has the parameter `{name}`, which {engine} does not have"));
        Err(match nearest(name, known.iter().copied()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(format!("the parameters are {}", known.join(", "))),
        })
    }
}

/// The error of a parameter whose value is not what it should be.
#[cold]
pub(crate) fn unfit(name: &str, expected: &str) -> Error {
    wrong(format!("the URL's parameter `{name}` has a value that can't be"))
        .help(format!("it has to be {expected}"))
}

/// Whether it reads as a name, so that repeating it betrays nothing.
fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
}

/// Undoes percent-encoding; `None` where that is not UTF-8 or broken.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Percent-encodes all but letters, digits and `-._~`.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Undoes the encoding of the values in a protocol's headers, where a `+` is a space.
pub(crate) fn decode_form(text: &str) -> Option<String> {
    decode(&text.replace('+', "%20"))
}

/// Reads `true` and `false`, also as Python writes them.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// Reads a JSON object of strings, or a list of pairs of them.
pub(crate) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let mut json = Reader::new(text);
    let (mut first, mut all) = (true, Vec::new());
    if json.next().ok()? == Next::Array {
        json.array().ok()?;
        while json.element(&mut first).ok()? {
            let [name, value] = <[String; 2]>::try_from(strings(&mut json)?).ok()?;
            all.push((name, value));
        }
    } else {
        json.object().ok()?;
        while let Some(name) = json.key(&mut first).ok()? {
            all.push((name.into_owned(), scalar(&mut json)?));
        }
    }
    json.end().ok().map(|()| all)
}

/// Reads a JSON list of strings.
pub(crate) fn list(text: &str) -> Option<Vec<String>> {
    let mut json = Reader::new(text);
    let all = strings(&mut json)?;
    json.end().ok().map(|()| all)
}

fn strings(json: &mut Reader<'_>) -> Option<Vec<String>> {
    let (mut first, mut all) = (true, Vec::new());
    json.array().ok()?;
    while json.element(&mut first).ok()? {
        all.push(scalar(json)?);
    }
    Some(all)
}

/// A string; also a number or a boolean, as text.
fn scalar(json: &mut Reader<'_>) -> Option<String> {
    match json.next().ok()? {
        Next::String => json.string().ok().map(|text| text.into_owned()),
        Next::Number | Next::Boolean => json.skip().ok().map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rest: &str) -> Result<Address> {
        Address::parse(rest, "x://host")
    }

    #[test]
    fn addresses_are_read() {
        let address =
            parse("//a%40b:p%2Fw@example.com:8443/c/s%20x/?k=1&j=%7B%22a%22%3A1%7D&e=").unwrap();
        assert_eq!(address.user.as_deref(), Some("a@b"));
        assert_eq!(address.password.as_deref(), Some("p/w"));
        assert_eq!((address.host.as_str(), address.port), ("example.com", Some(8443)));
        assert_eq!(address.path, ["c", "s x"]);
        let mut parameters = address.parameters;
        assert_eq!(parameters.take("j").as_deref(), Some("{\"a\":1}"));
        assert_eq!(parameters.take("e").as_deref(), Some(""));
        assert_eq!(parameters.take("nope"), None);
        let address = parse("//[::1]").unwrap();
        assert_eq!((address.host.as_str(), address.port, address.user), ("[::1]", None, None));
        assert_eq!(parse("//[::1]:80").unwrap().port, Some(80));
    }

    #[test]
    fn this_machine_is_known() {
        for (host, loopback) in [
            ("localhost", true),
            ("LocalHost", true),
            ("127.0.0.1", true),
            ("127.8.8.8", true),
            ("[::1]", true),
            ("localhost.example.com", false),
            ("10.0.0.1", false),
            ("[::2]", false),
            ("h", false),
        ] {
            assert_eq!(parse(&format!("//{host}")).unwrap().is_loopback(), loopback, "{host}");
        }
    }

    #[test]
    fn errors_name_parameters_and_no_values() {
        for (rest, text) in [
            ("host", "the URL has no `//`"),
            ("//u:s3cret@", "the URL has no host"),
            ("//u:s3cret@a b", "the URL has no host"),
            ("//u:s3cret@h:99999", "the URL's port is not a number"),
            ("//u:s3cret@h:x", "the URL's port is not a number"),
            ("//u:s3cret%@h", "the URL has a `%`"),
            ("//h?s3cret", "the URL has a parameter without `=`"),
            ("//h?source=s3cret&source=s3cret", "the URL has the parameter `source` twice"),
        ] {
            let Err(error) = parse(rest) else { panic!("{rest}") };
            assert!(error.is_url());
            let shown = format!("{error} {error:?}");
            assert!(shown.starts_with(text) && !shown.contains("s3cret"), "{shown}");
        }
        for (rest, text) in [
            ("//h?sorce=s3cret", "`sorce`, which X does not have; did you mean `source`?"),
            ("//h?other=s3cret", "`other`, which X does not have; the parameters are source"),
            ("//h?s3cret=1", "a parameter that X does not have; the parameters are source"),
        ] {
            let error =
                parse(rest).unwrap().parameters.end("X", &["source", "verify"]).unwrap_err();
            let shown = error.to_string();
            assert!(shown.contains(text) && !shown.contains("s3cret"), "{shown}");
        }
    }

    #[test]
    fn texts_are_encoded() {
        assert_eq!(encode("a b=c,é~"), "a%20b%3Dc%2C%C3%A9~");
        assert_eq!(decode_form("a+b%3Dc%2C%C3%A9").as_deref(), Some("a b=c,é"));
        assert_eq!(decode("%ff"), None);
        assert_eq!(
            pairs("{\"a\": \"b\", \"c\": 1}"),
            Some(vec![("a".into(), "b".into()), ("c".into(), "1".into())])
        );
        assert_eq!(pairs("[[\"a\", \"b\"]]"), Some(vec![("a".into(), "b".into())]));
        assert_eq!(pairs("[[\"a\"]]"), None);
        assert_eq!(pairs("{} x"), None);
        assert_eq!(list("[\"a\", true]"), Some(vec!["a".into(), "true".into()]));
    }
}
