//! How a client signs in: with a token that it has, or with one that it gets for its own id and
//! secret (OAuth's client credentials), which is got anew before it expires.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use tokio::sync::Mutex;

use super::message::{Failure, member};
use crate::error::{Error, Kind, Result};
use crate::http::client::{Http, Request, Response, place};
use crate::http::secrets::Secrets;
use crate::http::url::encode;

/// How long before its end a token is got anew.
const BEFORE_END: Duration = Duration::from_secs(60);

/// How long a token lives that does not say so.
const LIFE: Duration = Duration::from_secs(600);

/// Who the client is.
#[derive(Clone)]
pub(crate) enum Credentials {
    /// A token, such as a personal access token.
    Token(String),
    /// An id and a secret, for which there are tokens.
    Client(Client),
}

/// A client that gets tokens for its id and secret.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) issuer: Issuer,
}

/// Who gives tokens.
#[derive(Clone)]
pub(crate) enum Issuer {
    /// The workspace itself.
    Workspace(Url),
    /// Entra ID, at the URL of a tenant.
    Entra(Url),
}

/// The resource that Databricks is in Entra ID.
const RESOURCE: &str = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";

impl Client {
    /// Whether the workspace itself gives the tokens.
    pub(super) fn is_of_workspace(&self) -> bool {
        matches!(self.issuer, Issuer::Workspace(_))
    }

    /// The request for a token.
    fn request(&self) -> Request {
        let mut headers = HeaderMap::new();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
        let (url, body) = match &self.issuer {
            Issuer::Workspace(base) => {
                let pair = STANDARD.encode(format!("{}:{}", self.id, self.secret));
                headers.insert(AUTHORIZATION, secret_header(&format!("Basic {pair}")));
                let mut url = base.clone();
                url.set_path("/oidc/v1/token");
                (url, "grant_type=client_credentials&scope=all-apis".to_owned())
            }
            Issuer::Entra(url) => (
                url.clone(),
                format!(
                    "grant_type=client_credentials&client_id={}&client_secret={}&resource={RESOURCE}",
                    encode(&self.id),
                    encode(&self.secret)
                ),
            ),
        };
        Request { body: body.into_bytes(), ..Request::bare(Method::POST, url, headers) }
    }

    /// Reads the answer: the token, and how long it lives.
    fn read(&self, response: &Response, secrets: &Secrets) -> Result<(String, Duration)> {
        let at = match &self.issuer {
            Issuer::Workspace(url) | Issuer::Entra(url) => place(url),
        };
        let text = std::str::from_utf8(&response.body).unwrap_or_default();
        if !response.status.is_success() {
            let said = Failure::parse(text).ok().and_then(|failure| failure.message);
            let said = said.map_or_else(String::new, |said| format!(": {}", secrets.scrub(&said)));
            let kind = match response.status.as_u16() {
                400 | 401 | 403 => Kind::SignIn,
                _ => Kind::Connection,
            };
            let status = response.status;
            return Err(Error::new(kind, format!("{at} gave no token ({status}){said}"))
                .help("check the client's id and secret"));
        }
        let broken =
            || Error::new(Kind::BrokenData, format!("{at} sent no token that can be read"));
        let token = member(text, "access_token").ok().flatten().ok_or_else(broken)?;
        let seconds = member(text, "expires_in").ok().flatten().and_then(|text| text.parse().ok());
        Ok((token, seconds.map_or(LIFE, Duration::from_secs)))
    }
}

/// A value that is neither shown nor logged. One that can't be in a header is empty.
fn secret_header(text: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// A token with its end.
struct Token {
    header: HeaderValue,
    until: Instant,
}

/// Gives the header that signs requests in.
pub(super) struct SignIn {
    credentials: Credentials,
    /// To who gives tokens.
    http: Http,
    token: Mutex<Option<Token>>,
}

impl SignIn {
    pub(super) fn new(credentials: Credentials, http: Http) -> SignIn {
        SignIn { credentials, http, token: Mutex::default() }
    }

    /// The header `Authorization`. All wait for one token.
    pub(super) async fn header(&self, secrets: &Secrets) -> Result<HeaderValue> {
        let client = match &self.credentials {
            Credentials::Token(token) => return Ok(secret_header(&format!("Bearer {token}"))),
            Credentials::Client(client) => client,
        };
        let mut slot = self.token.lock().await;
        if let Some(token) = slot.as_ref().filter(|token| token.until > Instant::now()) {
            return Ok(token.header.clone());
        }
        let response = self.http.send(&client.request()).await?;
        let (token, life) = client.read(&response, secrets)?;
        let header = secret_header(&format!("Bearer {token}"));
        let until = Instant::now() + life.saturating_sub(BEFORE_END).max(life / 2);
        *slot = Some(Token { header: header.clone(), until });
        Ok(header)
    }

    /// Forgets a token that the server refused; says whether there can be another one.
    pub(super) async fn refused(&self, header: &HeaderValue) -> bool {
        let mut slot = self.token.lock().await;
        if slot.as_ref().is_some_and(|token| token.header == *header) {
            *slot = None;
        }
        matches!(self.credentials, Credentials::Client(_))
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn")
    }
}
