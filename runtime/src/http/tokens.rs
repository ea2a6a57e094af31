//! Access tokens that a client gets for its own id and secret (OAuth 2.0's client credentials,
//! RFC 6749, 4.4), each got anew before it expires.

use std::time::{Duration, Instant};

use lakequery_types::json::{Malformed, Next, Reader};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use tokio::sync::Mutex;

use super::client::{Http, Request, Response, place};
use super::secrets::Secrets;
use crate::error::{Error, Kind, Result};

/// How long before its end a token is got anew.
const BEFORE_END: Duration = Duration::from_secs(60);

/// How long a token lives that does not say so.
const LIFE: Duration = Duration::from_secs(600);

/// A request for a token, with this form as its body.
pub(crate) fn token_request(url: Url, form: String) -> Request {
    let ty = HeaderValue::from_static("application/x-www-form-urlencoded");
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, ty)]);
    Request { body: form.into_bytes(), ..Request::bare(Method::POST, url, headers) }
}

/// A token with its end.
struct Token {
    header: HeaderValue,
    until: Instant,
}

/// Who gives tokens, and the last one of them.
pub(crate) struct Tokens {
    request: Request,
    http: Http,
    token: Mutex<Option<Token>>,
}

impl Tokens {
    /// Tokens that this request gets.
    pub(crate) fn new(request: Request, http: Http) -> Tokens {
        Tokens { request, http, token: Mutex::default() }
    }

    /// The value of the header `Authorization`. All wait for one token.
    pub(crate) async fn header(&self, secrets: &Secrets) -> Result<HeaderValue> {
        let mut slot = self.token.lock().await;
        if let Some(token) = slot.as_ref().filter(|token| token.until > Instant::now()) {
            return Ok(token.header.clone());
        }
        let response = self.http.send(&self.request).await?;
        let (token, life) = read(&self.request.url, &response, secrets)?;
        let header = secret_header(&format!("Bearer {token}"));
        let until = Instant::now() + life.saturating_sub(BEFORE_END).max(life / 2);
        *slot = Some(Token { header: header.clone(), until });
        Ok(header)
    }

    /// Forgets a token that was refused.
    pub(crate) async fn refused(&self, header: &HeaderValue) {
        let mut slot = self.token.lock().await;
        if slot.as_ref().is_some_and(|token| token.header == *header) {
            *slot = None;
        }
    }
}

/// A value that is neither shown nor logged. One that can't be in a header is empty.
pub(crate) fn secret_header(text: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// Reads an answer: the token, and how long it lives.
fn read(url: &Url, response: &Response, secrets: &Secrets) -> Result<(String, Duration)> {
    let at = place(url);
    let text = std::str::from_utf8(&response.body).unwrap_or_default();
    if !response.status.is_success() {
        let said = ["error_description", "message", "errorMessage"];
        let said = said.iter().find_map(|name| member(text, name).ok().flatten());
        let said = said.map_or_else(String::new, |said| format!(": {}", secrets.scrub(&said)));
        let kind = match response.status.as_u16() {
            400 | 401 | 403 => Kind::SignIn,
            _ => Kind::Connection,
        };
        let status = response.status;
        return Err(Error::new(kind, format!("{at} gave no token ({status}){said}"))
            .help("check the client's id and secret"));
    }
    let broken = || Error::new(Kind::BrokenData, format!("{at} sent no token that can be read"));
    let token = member(text, "access_token").ok().flatten().ok_or_else(broken)?;
    let seconds = member(text, "expires_in").ok().flatten().and_then(|text| text.parse().ok());
    Ok((token, seconds.map_or(LIFE, Duration::from_secs)))
}

/// A text, number or boolean that is a member of an object.
fn member(text: &str, name: &str) -> Result<Option<String>, Malformed> {
    let mut json = Reader::new(text);
    let (mut first, mut found) = (true, None);
    json.object()?;
    while let Some(key) = json.key(&mut first)? {
        match (key == name, json.next()?) {
            (true, Next::String) => found = Some(json.string()?.into_owned()),
            (true, Next::Number | Next::Boolean) => found = Some(json.skip()?.to_owned()),
            _ => drop(json.skip()?),
        }
    }
    json.end().map(|()| found)
}
