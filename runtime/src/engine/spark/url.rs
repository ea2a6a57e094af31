//! Reading the URLs `spark://user:password@host:port/database?…` and `hive://…`,
//! with SQLAlchemy's habits. No error repeats what may be secret.

use std::time::Duration;

use crate::error::{Error, Kind, Result};
use crate::nearest::nearest;

const PORT: u16 = 10_000;
const TIMEOUT: Duration = Duration::from_secs(30);

/// What a URL names.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: String,
    pub(super) password: String,
    /// The schema that needs not be written.
    pub(super) database: Option<String>,
    /// Whether connections begin with SASL.
    pub(super) sasl: bool,
    /// How long to wait for a connection, and for the answer to a call that is
    /// not a query's work.
    pub(super) timeout: Duration,
    /// Settings of the session.
    pub(super) settings: Vec<(String, String)>,
}

const PARAMETERS: [&str; 5] = ["auth", "transport", "http_path", "ssl", "timeout"];

/// Reads a URL without its scheme.
pub(super) fn parse(url: &str) -> Result<Target> {
    let wrong = |message: &str| Error::new(Kind::Url, message).help(EXAMPLE);
    let rest = url.strip_prefix("//").ok_or_else(|| wrong("the URL has no `//` and host"))?;
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = host(place).ok_or_else(|| wrong("the URL's host or port can't be read"))?;
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.contains('/') {
        return Err(wrong("the URL's path has more than the name of a database"));
    }
    let decoded = |text: &str| {
        decode(text).ok_or_else(|| wrong("a percent sign in the URL is not followed by two hexadecimal digits, or they are not UTF-8"))
    };
    let user = Some(decoded(user)?).filter(|user| !user.is_empty());
    let mut target = Target {
        host: host.to_owned(),
        port,
        user: user.unwrap_or_else(|| "anonymous".into()),
        password: decoded(password)?,
        database: Some(decoded(path)?).filter(|database| !database.is_empty()),
        sasl: true,
        timeout: TIMEOUT,
        settings: Vec::new(),
    };
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        target.parameter(&decoded(name)?, decoded(&value.replace('+', "%20"))?)?;
    }
    Ok(target)
}

const EXAMPLE: &str = "write `spark://user:password@host:10000/database`";

impl Target {
    fn parameter(&mut self, name: &str, value: String) -> Result<()> {
        let one_of = |names: &str| {
            Error::new(Kind::Url, format!("the parameter `{name}` of the URL has another value"))
                .help(format!("it is one of {names}"))
        };
        match name {
            "auth" => match value.to_ascii_uppercase().as_str() {
                "NONE" | "LDAP" | "CUSTOM" | "PAM" | "PLAIN" => self.sasl = true,
                "NOSASL" => self.sasl = false,
                "KERBEROS" => {
                    return Err(Error::new(
                        Kind::Unsupported,
                        "signing in to Spark by Kerberos is not supported",
                    )
                    .help("use `auth=LDAP`, `auth=NONE` or `auth=NOSASL`, as the server has it"));
                }
                _ => return Err(one_of("NONE, LDAP, CUSTOM, NOSASL")),
            },
            "transport" => match value.to_ascii_lowercase().as_str() {
                "binary" => {}
                "http" => return Err(no_http()),
                _ => return Err(one_of("binary, http")),
            },
            "http_path" => return Err(no_http()),
            "ssl" => match value.to_ascii_lowercase().as_str() {
                "false" | "0" => {}
                "true" | "1" => {
                    return Err(Error::new(
                        Kind::Unsupported,
                        "TLS to Spark's Thrift Server is not supported yet by this version",
                    ));
                }
                _ => return Err(one_of("true, false")),
            },
            "timeout" => {
                let seconds = value.parse().ok().filter(|seconds| (1..=86_400).contains(seconds));
                self.timeout = Duration::from_secs(
                    seconds.ok_or_else(|| one_of("the whole seconds from 1 to 86400"))?,
                );
            }
            _ if name.starts_with("spark.") || name.starts_with("hive.") => {
                self.settings.push((name.to_owned(), value));
            }
            _ => return Err(unknown(name)),
        }
        Ok(())
    }
}

fn no_http() -> Error {
    Error::new(Kind::Unsupported, "HTTP transport to Spark is not supported yet by this version")
        .help("connect to the server's binary port")
}

#[cold]
fn unknown(name: &str) -> Error {
    // A name that is near none may be part of a secret with `&` in it.
    match nearest(name, PARAMETERS) {
        Some(known) => Error::new(Kind::Url, format!("there is no parameter `{name}`"))
            .help(format!("did you mean `{known}`?")),
        None if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && name.len() < 32 => {
            Error::new(Kind::Url, format!("there is no parameter `{name}`")).help(format!(
                "the parameters are {} and Spark's settings (`spark.…`)",
                PARAMETERS.join(", ")
            ))
        }
        None => Error::new(Kind::Url, "the URL has a parameter that there is not").help(format!(
            "the parameters are {} and Spark's settings (`spark.…`)",
            PARAMETERS.join(", ")
        )),
    }
}

/// `host`, `host:port`, `[::1]:port`
fn host(place: &str) -> Option<(&str, u16)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (host, port.strip_prefix(':').or(port.is_empty().then_some(""))?)
        }
        None => place.split_once(':').unwrap_or((place, "")),
    };
    let port = if port.is_empty() { PORT } else { port.parse().ok().filter(|port| *port > 0)? };
    (!host.is_empty() && !host.contains(char::is_whitespace)).then_some((host, port))
}

fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let (digits, after) = rest.split_first_chunk::<2>()?;
        rest = after;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let [high, low] = *digits;
        out.push(u8::try_from(digit(high)? * 16 + digit(low)?).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlalchemys_urls_are_read() {
        let target = parse("//me:p%40ss@h:10001/sales?auth=LDAP&spark.sql.session.timeZone=Europe/Berlin&timeout=5").unwrap();
        assert_eq!(
            (target.host.as_str(), target.port, target.user.as_str(), target.password.as_str()),
            ("h", 10_001, "me", "p@ss")
        );
        assert_eq!(target.database.as_deref(), Some("sales"));
        assert_eq!(
            target.settings,
            [("spark.sql.session.timeZone".into(), "Europe/Berlin".into())]
        );
        assert_eq!((target.sasl, target.timeout), (true, Duration::from_secs(5)));
        let target = parse("//[::1]/?auth=nosasl").unwrap();
        assert_eq!((target.host.as_str(), target.port, target.sasl), ("::1", PORT, false));
        assert_eq!((target.user.as_str(), target.database), ("anonymous", None));
    }

    #[test]
    fn errors_name_what_is_wrong_and_no_secret() {
        for (url, text) in [
            ("h/db", "the URL has no `//` and host"),
            ("//me:s3cret@", "the URL's host or port can't be read"),
            ("//me:s3cret@h:99999", "the URL's host or port can't be read"),
            ("//me:s3cret@h:0", "the URL's host or port can't be read"),
            ("//me:s3cret@[::1", "the URL's host or port can't be read"),
            ("//me:s3cret@h/a/b", "the URL's path has more than the name of a database"),
            ("//me:s3cret%4@h", "a percent sign in the URL is not followed"),
            ("//me:s3cret@h?auht=NONE", "there is no parameter `auht`; did you mean `auth`?"),
            ("//me:s3cret@h?colour=s3cret", "there is no parameter `colour`; the parameters are"),
            ("//me@h?x=1&s3cret!", "the URL has a parameter that there is not"),
            (
                "//me:s3cret@h?auth=s3cret",
                "the parameter `auth` of the URL has another value; it is one of NONE",
            ),
            ("//me:s3cret@h?auth=KERBEROS", "signing in to Spark by Kerberos is not supported"),
            ("//me:s3cret@h?timeout=0", "the parameter `timeout` of the URL has another value"),
        ] {
            let error = parse(url).map(|_| ()).unwrap_err().to_string();
            let expected = text.replace("x=1&", "");
            if url.contains("x=1") {
                assert!(error.starts_with("there is no parameter `x`"), "{error}");
            } else {
                assert!(error.starts_with(&expected), "{url}: {error}");
            }
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
