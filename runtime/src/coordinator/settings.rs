//! [`Settings`]: what a URL says of a connection, with SQLAlchemy's parameters.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lakequery_types::names_secret;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::protocol::Protocol;
use super::session::State;
use crate::error::{Error, Kind, Result};
use crate::http::secrets::Secrets;
use crate::http::tls::{Identity, Trust};
use crate::http::url::{self, Address, boolean, list, pairs, plaintext, unfit};

/// How long a request may take, repetitions included, unless the URL says so.
/// The engines' own Java clients take this long, too.
const TIMEOUT: Duration = Duration::from_secs(120);

/// What a URL says.
pub(crate) struct Settings {
    /// Scheme, host and port.
    pub(crate) base: Url,
    pub(crate) trust: Trust,
    pub(crate) identity: Option<Identity>,
    pub(crate) timeout: Duration,
    /// The headers of every request to the coordinator.
    pub(crate) headers: HeaderMap,
    /// The headers of every statement.
    pub(crate) statement: HeaderMap,
    pub(crate) session: State,
    /// Whether to prepare statements in a header where the engine has `EXECUTE IMMEDIATE`.
    pub(crate) legacy_prepared: bool,
    /// Whether to ask for rows in binary pages; where it is not said, for those
    /// behind the first page, when it is known what is in them.
    pub(crate) binary: Option<bool>,
    /// Whether the zone of the session is UTC.
    pub(crate) utc: bool,
    pub(crate) secrets: Secrets,
}

impl Settings {
    /// Reads a URL without its scheme.
    pub(crate) fn parse(rest: &str, protocol: &Protocol, tls: bool) -> Result<Settings> {
        let address = Address::parse(rest, protocol.example)?;
        let here = address.is_here(true);
        let Address { user, password, host, port, path, mut parameters } = address;
        let wrong = |message: String| Error::new(Kind::Url, message);
        let mut secrets = Secrets::default();
        let mut headers = HeaderMap::new();
        let mut statement = HeaderMap::new();

        let token = parameters.take("access_token");
        let files = (parameters.take("cert"), parameters.take("key"));
        if !tls && (password.is_some() || token.is_some() || files.0.is_some()) {
            let secret = if password.is_some() {
                "a password"
            } else if token.is_some() {
                "an access token"
            } else {
                "a certificate"
            };
            return Err(wrong(format!(
                "the URL has {secret}, and no TLS that would keep it secret"
            ))
            .help(format!("write `{}s://` for a connection with TLS", protocol.engine)));
        }
        let identity = match files {
            (Some(certificate), Some(key)) => {
                Some(Identity { certificate: certificate.into(), key: key.into() })
            }
            (None, None) => None,
            (certificate, _) => {
                let (has, lacks) =
                    if certificate.is_some() { ("cert", "key") } else { ("key", "cert") };
                return Err(wrong(format!("the URL has the parameter `{has}` without `{lacks}`"))
                    .help("a client certificate needs both, the paths of two PEM files"));
            }
        };
        let authorization = match (&user, &password, &token) {
            (_, Some(_), Some(_)) => {
                return Err(wrong("the URL has both a password and `access_token`".to_owned())
                    .help("leave one of them away"));
            }
            (Some(user), Some(password), None) => {
                secrets.add(password);
                Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
            }
            (None, Some(_), None) => {
                return Err(wrong("the URL has a password without a user".to_owned()));
            }
            (_, None, Some(token)) => {
                secrets.add(token);
                Some(format!("Bearer {token}"))
            }
            (None, None, None) if identity.is_none() => {
                return Err(wrong(format!("the URL has no user, and {} wants one", protocol.name))
                    .help(format!("write it as in `{}`", protocol.example)));
            }
            _ => None,
        };
        let add = |to: &mut HeaderMap, name: HeaderName, text: &str, what: &str| {
            let mut value = HeaderValue::from_bytes(text.as_bytes())
                .map_err(|_| unfit(what, "without control characters"))?;
            value.set_sensitive(true);
            to.append(name, value);
            Ok::<(), Error>(())
        };
        if let Some(text) = authorization {
            secrets.add(&text);
            add(&mut headers, reqwest::header::AUTHORIZATION, &text, "access_token")?;
        }
        if let Some(user) = &user {
            add(&mut headers, protocol.header("user"), user, "user")?;
        }
        if let Some(capabilities) = protocol.capabilities {
            add(&mut headers, protocol.header("client-capabilities"), capabilities, "")?;
        }
        let source = parameters.take("source");
        add(
            &mut statement,
            protocol.header("source"),
            source.as_deref().unwrap_or("lakequery"),
            "source",
        )?;
        let zone = parameters.take("timezone");
        let zone = zone.as_deref().unwrap_or("UTC");
        add(&mut statement, protocol.header("time-zone"), zone, "timezone")?;
        let utc = zone == "UTC";

        // What would go in clear to another machine.
        let in_clear = !plaintext(&mut parameters)? && !tls && !here;
        let guard = |name: &str, option: &str| match in_clear && names_secret(name) {
            true => Err(url::in_clear(
                &format!("a secret in `{option}`"),
                &format!("write `{}s://` for a connection with TLS", protocol.engine),
            )),
            false => Ok(()),
        };

        const OBJECT: &str = "a JSON object of texts, such as {\"name\":\"value\"}";
        let mut session = State { path: parameters.take("path"), ..State::default() };
        let own =
            protocol.session.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        session.properties.extend(own);
        if let Some(all) = parameters.read("session_properties", OBJECT, pairs)? {
            all.iter().try_for_each(|(name, _)| guard(name, "session_properties"))?;
            session.properties.extend(all);
        }
        for (name, value) in parameters.read("http_headers", OBJECT, pairs)?.unwrap_or_default() {
            let name = HeaderName::try_from(name).map_err(|_| unfit("http_headers", OBJECT))?;
            secrets.add(&value);
            add(&mut headers, name.clone(), &value, "http_headers")?;
            guard(name.as_str(), "http_headers")?;
        }
        const PAIRS: &str = "a JSON list of pairs, such as [[\"name\",\"value\"]]";
        let credentials = parameters.read("extra_credential", PAIRS, pairs)?.unwrap_or_default();
        for (name, value) in credentials {
            secrets.add(&value);
            guard("extra_credential", "extra_credential")?;
            let text = format!("{name}={}", crate::http::url::encode(&value));
            add(&mut statement, protocol.header("extra-credential"), &text, "extra_credential")?;
        }
        const LIST: &str = "a JSON list of texts, such as [\"a\",\"b\"]";
        if let Some(tags) = parameters.read("client_tags", LIST, list)? {
            add(&mut statement, protocol.header("client-tags"), &tags.join(","), "client_tags")?;
        }
        let roles = "a role, or a JSON object of roles by catalog, such as {\"hive\":\"admin\"}";
        if let Some(all) = parameters.read("roles", roles, read_roles)? {
            session.roles.extend(all);
        }
        let encodings = match parameters.take("encoding") {
            Some(text) if protocol.encodings.is_some() => Some(encodings(&text)?),
            Some(_) => return Err(parameters_end("encoding", protocol)),
            None => protocol.encodings.map(str::to_owned),
        };
        if let Some(encodings) = encodings.filter(|encodings| !encodings.is_empty()) {
            add(&mut statement, protocol.header("query-data-encoding"), &encodings, "encoding")?;
        }
        const BOOLEAN: &str = "`true` or `false`";
        let legacy_prepared = parameters
            .read("legacy_prepared_statements", BOOLEAN, boolean)?
            .unwrap_or(!protocol.immediate);
        let binary = match protocol.binary {
            Some(_) => parameters.read("binary_results", BOOLEAN, boolean)?,
            None => None,
        };
        let trust = parameters.read("verify", Trust::EXPECTED, Trust::read)?.unwrap_or_default();
        let timeout = parameters
            .read("request_timeout", "a number of seconds above 0", |text| {
                let seconds: f64 = text.parse().ok().filter(|seconds| *seconds > 0.0)?;
                Duration::try_from_secs_f64(seconds).ok()
            })?
            .unwrap_or(TIMEOUT);
        if parameters.take("externalAuthentication").is_some() {
            return Err(Error::new(
                Kind::Unsupported,
                "signing in with a browser (`externalAuthentication`) is not supported",
            )
            .help("give a token with `access_token`"));
        }
        parameters.end(protocol.name, protocol.parameters)?;

        let mut path = path.into_iter();
        session.catalog = path.next();
        session.schema = path.next();
        if path.next().is_some() {
            return Err(wrong("the URL's path has more than a catalog and a schema".to_owned())
                .help(format!("write it as in `{}`", protocol.example)));
        }
        match session.unfit() {
            Some("path") => return Err(unfit("path", "without control characters")),
            Some(name) => {
                return Err(wrong(format!("the URL's {name} has control characters"))
                    .help(format!("write it as in `{}`", protocol.example)));
            }
            None => {}
        }
        let scheme = if tls { "https" } else { "http" };
        let port = port.unwrap_or(if tls { 443 } else { 8080 });
        let base = Url::parse(&format!("{scheme}://{host}:{port}/"))
            .map_err(|_| wrong("the URL has no host, or one that can't be".to_owned()))?;
        Ok(Settings {
            base,
            trust,
            identity,
            timeout,
            headers,
            statement,
            session,
            legacy_prepared,
            binary,
            utc,
            secrets,
        })
    }
}

/// The error of a parameter that only the other engine has.
fn parameters_end(name: &str, protocol: &Protocol) -> Error {
    Error::new(
        Kind::Url,
        format!("the URL has the parameter `{name}`, which {} does not have", protocol.name),
    )
    .help(format!("the parameters are {}", protocol.parameters.join(", ")))
}

/// Roles by catalog; a single one is the system's.
fn read_roles(text: &str) -> Option<Vec<(String, String)>> {
    let all = if text.starts_with('{') {
        pairs(text)?
    } else {
        vec![("system".to_owned(), text.trim_matches('"').to_owned())]
    };
    let role = |role: String| match role.as_str() {
        "ALL" | "NONE" => role,
        other if other.starts_with("ROLE{") => role,
        other => format!("ROLE{{{other}}}"),
    };
    Some(all.into_iter().map(|(catalog, name)| (catalog, role(name))).collect())
}

/// The encodings to ask for, the best first; none for rows in the answers.
fn encodings(text: &str) -> Result<String> {
    let expected = "`none`, or some of `json+zstd`, `json+lz4` and `json` with commas between";
    // In a URL, a `+` reads as a space.
    let text = text.replace(' ', "+");
    if text == "none" {
        return Ok(String::new());
    }
    let known = |part: &str| matches!(part, "json" | "json+lz4" | "json+zstd");
    if text.split(',').all(known) { Ok(text) } else { Err(unfit("encoding", expected)) }
}
