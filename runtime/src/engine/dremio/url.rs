//! Reading the URLs `dremio+flight://user:password@host:32010/schema?…`, with the parameters of
//! the SQLAlchemy dialect, whose names it takes in any capitals. No error repeats what may be
//! secret.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};

use super::path;
use crate::error::{Error, Kind, Result};
use crate::flight_sql::connection::Settings;
use crate::flight_sql::connector::{Hints, Target};
use crate::flight_sql::session::{Credentials, Setting};
use crate::http::client::Http;
use crate::http::secrets::Secrets;
use crate::http::tls::{self, Trust};
use crate::http::url::{self, Address, Parameters, boolean, encode, plaintext, unfit};

pub(super) const EXAMPLE: &str = "dremio+flight://user:password@host:32010/schema";

const PARAMETERS: [&str; 14] = [
    "UseEncryption",
    "DisableCertificateVerification",
    "TrustedCerts",
    "Token",
    "client_id",
    "client_secret",
    "token_url",
    "schema",
    "catalog",
    "routing_queue",
    "routing_tag",
    "routing_engine",
    "quoting",
    "plaintext",
];

/// What other engines' URLs and other drivers of Dremio call something, and what to write.
const ELSEWHERE: [(&str, &str); 17] = [
    ("ssl", "TLS is on, and `UseEncryption=false` switches it off"),
    ("use_ssl", "TLS is on, and `UseEncryption=false` switches it off"),
    ("verify", "name the authority's PEM file with `TrustedCerts`"),
    ("tlsRootCerts", "name the authority's PEM file with `TrustedCerts`"),
    ("trustStore", "name the authority's PEM file with `TrustedCerts`"),
    ("useSystemTrustStore", "what the system trusts is trusted without it"),
    ("access_token", "write `Token`"),
    ("pat", "write `Token`"),
    ("user", "write the user before the `@`"),
    ("password", "write the password before the `@`"),
    ("project_id", "write `catalog`"),
    ("auth", "it is of the URLs of Hive and Spark: leave it out"),
    ("transport", "it is of the URLs of Hive and Spark: leave it out"),
    ("transportMode", "it is of the URLs of Hive and Spark: leave it out"),
    ("httpPath", "it is of the URLs of Hive and Spark: leave it out"),
    ("http_path", "it is of the URLs of Hive, Spark and Databricks: leave it out"),
    ("session_properties", "set options of the session with `ALTER SESSION SET`"),
];

/// The one setting that Dremio looks for in each call.
const ENGINE: &str = "routing_engine";

/// Dremio's port for Arrow Flight, and that for its pages and REST.
const FLIGHT: u16 = 32010;
const REST: u16 = 9047;

/// Where Dremio Cloud is; its port is that of HTTPS.
const CLOUD: &str = "dremio.cloud";

/// How long a request for a token may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What to do where the server turns out to be another one than the URL says.
const HINTS: Hints = Hints {
    no_tls: "a Dremio of one's own has no TLS for Arrow Flight unless it is switched on: write \
             `UseEncryption=false` if this one has none, and check that the URL's port is that for \
             Arrow Flight, 32010",
    wants_tls: "the server may want TLS: leave `UseEncryption=false` out; or the URL's port is not \
                that for Arrow Flight, 32010",
    other: "check the URL's port: that for Arrow Flight is 32010, and 9047 is for pages and REST",
    distrust: "for an authority of your own, name its PEM file: `TrustedCerts=/path/to/ca.pem`",
};

/// What a URL says.
pub(super) struct Parsed {
    pub(super) target: Target,
    /// Whose certificates to trust; without, there is no TLS.
    trust: Option<Trust>,
    credentials: Credentials,
    session: Vec<Setting>,
    secrets: Secrets,
    /// The schema of the session.
    pub(super) schema: Option<Vec<String>>,
}

impl Parsed {
    /// What a connection needs, with the certificates that the URL names.
    ///
    /// # Errors
    ///
    /// Where they can't be read.
    pub(super) fn settings(self) -> Result<Settings> {
        let Parsed { target, trust, credentials, session, secrets, schema: _ } = self;
        let config = |trust: &Trust| tls::config(trust, None);
        let tls = trust.as_ref().map(config).transpose()?;
        // What the user accepts of the server holds for its own place for tokens.
        let tokens = match (&credentials, trust) {
            (Credentials::Client { url, .. }, Some(trust)) => {
                match url.host_str() == Some(target.host.as_str()) {
                    true => tls.clone(),
                    false => Some(tls::elsewhere(&trust)?),
                }
            }
            (Credentials::Client { url, .. }, None) if url.scheme() == "https" => {
                Some(config(&Trust::System)?)
            }
            _ => None,
        };
        let http = Http::new(tokens, TIMEOUT)?;
        Ok(Settings { target, tls, credentials, http, session, secrets })
    }
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(Kind::Url, message)
}

/// Reads a URL without its scheme.
pub(super) fn parse(rest: &str) -> Result<Parsed> {
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let address = Address::parse(rest, EXAMPLE)?;
    let here = address.is_here(false);
    let Address { user, password, host, port, path, mut parameters } = address;
    parameters.ignore_capitals(&PARAMETERS)?;
    let elsewhere = ELSEWHERE.iter().find(|(name, _)| parameters.has(name));
    if let Some((name, instead)) = elsewhere {
        let message = format!("the URL has the parameter `{name}`, which Dremio does not have");
        return Err(wrong(message).help(*instead));
    }
    let flag = "`true` or `false`";
    let encrypted = parameters.read("UseEncryption", flag, boolean)?.unwrap_or(true);
    let unverified = parameters.read("DisableCertificateVerification", flag, boolean)?;
    let trust = match (parameters.take("TrustedCerts"), unverified.unwrap_or(false)) {
        (Some(path), _) if path.is_empty() => return Err(unfit("TrustedCerts", "a path")),
        (Some(_), true) => {
            return Err(wrong(
                "the URL has both `TrustedCerts` and `DisableCertificateVerification`",
            )
            .help("leave one of them away"));
        }
        (Some(path), false) => Trust::Authority(path.into(), "TrustedCerts"),
        (None, true) => Trust::Anyone,
        (None, false) => Trust::System,
    };
    let cloud = host.to_ascii_lowercase().ends_with(CLOUD);
    let port = port.unwrap_or(if cloud { 443 } else { FLIGHT });
    if port == REST {
        return Err(wrong(format!("the URL's port, {REST}, is that of Dremio's pages and REST"))
            .help(format!("write the one for Arrow Flight, {FLIGHT}, or leave it out")));
    }
    let mut secrets = Secrets::default();
    let base = (encrypted, host.as_str());
    let credentials = credentials(user, password, &mut parameters, base, &mut secrets)?;
    let (session, schema) = session(path, &mut parameters)?;
    let in_clear = !plaintext(&mut parameters)? && !encrypted && !here;
    parameters.end("Dremio", &PARAMETERS)?;
    if in_clear {
        return Err(url::in_clear("a secret", "leave `UseEncryption=false` out"));
    }
    let (target, trust) = (Target { host, port, hints: HINTS }, encrypted.then_some(trust));
    Ok(Parsed { target, trust, credentials, session, secrets, schema })
}

/// Who the client is.
fn credentials(
    user: Option<String>,
    password: Option<String>,
    parameters: &mut Parameters,
    (encrypted, host): (bool, &str),
    secrets: &mut Secrets,
) -> Result<Credentials> {
    let given = |value: Option<String>| value.filter(|value| !value.is_empty());
    let password = given(password);
    let token = given(parameters.take("Token"));
    let (id, secret) =
        (given(parameters.take("client_id")), given(parameters.take("client_secret")));
    let token_url = given(parameters.take("token_url"));
    let ways = [password.is_some(), token.is_some(), id.is_some() || secret.is_some()];
    if ways.iter().filter(|way| **way).count() > 1 {
        return Err(wrong("the URL has several ways to sign in").help(
            "leave all but one of them away: a password, `Token`, or `client_id` and \
             `client_secret`",
        ));
    }
    for secret in [&password, &token, &secret].into_iter().flatten() {
        secrets.add(secret);
    }
    if let Some(token) = token {
        if !token.chars().all(|c| c.is_ascii_graphic()) {
            return Err(wrong("the URL's `Token` has characters that a token can't have")
                .help("percent-encode it: a `+` is written `%2B`"));
        }
        return Ok(Credentials::Token(token));
    }
    let lacking =
        |has: &str, lacks: &str| Err(wrong(format!("the URL has `{has}` without `{lacks}`")));
    match (id, secret) {
        (Some(id), Some(secret)) => {
            let scheme = if encrypted { "https" } else { "http" };
            let default = format!("{scheme}://{host}:{REST}/oauth/token");
            let url = Url::parse(token_url.as_deref().unwrap_or(&default)).ok();
            let url =
                url.filter(|url| url.scheme() == "https" || url.scheme() == "http" && !encrypted);
            let url = url.ok_or_else(|| unfit("token_url", "a URL that begins with `https:`"))?;
            let [id, secret] = [id, secret].map(|text| encode(&text));
            let form = format!(
                "grant_type=client_credentials&client_id={id}&client_secret={secret}\
                 &scope=dremio.all"
            );
            return Ok(Credentials::Client { url, form });
        }
        (Some(_), None) => return lacking("client_id", "client_secret"),
        (None, Some(_)) => return lacking("client_secret", "client_id"),
        (None, None) if token_url.is_some() => return lacking("token_url", "client_id"),
        (None, None) => {}
    }
    match (user, password) {
        (Some(name), Some(password)) => Ok(Credentials::User { name, password }),
        (user, password) => {
            let message = match (user, password) {
                (Some(_), _) => "the URL has a user without a password",
                (_, Some(_)) => "the URL has a password without a user",
                _ => "the URL has no credentials",
            };
            Err(wrong(message).help(format!(
                "write it as in `{EXAMPLE}`, or `Token=` and a personal access token"
            )))
        }
    }
}

/// What is said of the session, and its schema.
fn session(
    path: Vec<String>,
    parameters: &mut Parameters,
) -> Result<(Vec<Setting>, Option<Vec<String>>)> {
    let quoting = parameters.read("quoting", "`DOUBLE_QUOTE`", |text| {
        text.eq_ignore_ascii_case("double_quote").then_some(())
    });
    quoting.map_err(|error| match error.suggestion() {
        Some(_) => unfit(
            "quoting",
            "`DOUBLE_QUOTE`, as the SQL that is compiled has names in double quotes",
        ),
        None => error,
    })?;
    let named = parameters.take("schema").filter(|schema| !schema.is_empty());
    let path = match (&path[..], named) {
        ([], named) => named,
        ([path], None) => Some(path.clone()),
        ([_], Some(_)) => {
            return Err(wrong("the URL has both a path and `schema`")
                .help("leave one of them away: both name the schema"));
        }
        _ => {
            return Err(wrong("the URL has a path of several parts")
                .help("write the path of a schema with points: `/space.folder`"));
        }
    };
    let schema = path.as_deref().map(|text| {
        path::parse(text).ok_or_else(|| {
            wrong("the URL names a schema that can't be")
                .help("write its parts with points between them, and those that have points in double quotes, percent-encoded: `/Samples.%22samples.dremio.com%22`")
        })
    });
    let schema = schema.transpose()?;
    let written = schema.as_ref().map(|parts| path::written(parts.iter().map(String::as_str)));
    let names = ["catalog", "routing_queue", "routing_tag", ENGINE];
    let others = names.map(|name| (name, parameters.take(name)));
    let all = [("schema", written)].into_iter().chain(others);
    let headers = all.filter_map(|(name, value)| Some((name, value.filter(|it| !it.is_empty())?)));
    let headers = headers.map(|(name, value)| {
        let value = HeaderValue::from_str(&value).ok().filter(|_| value.is_ascii());
        match value {
            Some(value) => {
                Ok(Setting { name: HeaderName::from_static(name), value, always: name == ENGINE })
            }
            None => Err(wrong(format!(
                "the URL's `{name}` has characters that a session's setting can't have"
            ))
            .help("write it with ASCII characters; tables may be named with their schema in SQL")),
        }
    });
    Ok((headers.collect::<Result<_>>()?, schema))
}

#[cfg(test)]
mod tests;
