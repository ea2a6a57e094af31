//! [`Endpoint`]: where a coordinator is, and what is said to it with every statement.

use lakequery_types::json::Malformed;
use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};

use super::page::Unreadable;
use super::protocol::Protocol;
use super::session::Session;
use crate::budget::TooLarge;
use crate::error::{Error, Kind, Result};
use crate::http::client::{Response, place};
use crate::http::secrets::Secrets;

/// Where a coordinator is, and what is said to it with every statement.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) protocol: &'static Protocol,
    /// Scheme, host and port of the coordinator.
    pub(crate) base: Url,
    /// The headers of every request, and those of statements.
    pub(crate) headers: HeaderMap,
    pub(crate) statement: HeaderMap,
    pub(crate) session: Session,
    /// Whether to ask for binary pages; `None`: when it is known what is in them.
    pub(crate) binary: Option<bool>,
    /// Whether the zone of the session is UTC, as its URL says.
    pub(crate) utc: bool,
    pub(crate) secrets: Secrets,
}

impl Endpoint {
    /// The same with a session of its own.
    pub(crate) fn anew(&self) -> Endpoint {
        Endpoint {
            protocol: self.protocol,
            base: self.base.clone(),
            headers: self.headers.clone(),
            statement: self.statement.clone(),
            session: self.session.anew(),
            binary: self.binary,
            utc: self.utc,
            secrets: self.secrets.clone(),
        }
    }

    /// A place that the server names, which has to be its own.
    pub(crate) fn own(&self, next: &str) -> Result<Url> {
        let url = Url::parse(next).map_err(|_| {
            Error::new(Kind::BrokenData, "the server names a next page that is not a URL")
        })?;
        if url.origin() == self.base.origin() {
            return Ok(url);
        }
        Err(Error::new(
            Kind::Connection,
            format!(
                "the server sends the client to another place, {}://{}",
                url.scheme(),
                place(&url)
            ),
        )
        .help(
            "no credentials are sent there: name that place in the URL, or have the proxy forward \
             the host and the server take it (http-server.process-forwarded=true)",
        ))
    }

    /// The error of an answer that is none of a query.
    pub(crate) fn refused(&self, response: &Response, secrets: &Secrets) -> Error {
        let server = place(&self.base);
        let status = response.status;
        let said = said(response).map(|said| secrets.scrub(&said));
        let said = said.map_or_else(String::new, |said| format!(": {said}"));
        let error = |kind, message: String| Error::new(kind, message);
        match status.as_u16() {
            401 => error(Kind::SignIn, format!("{server} refused to sign the user in{said}"))
                .help("check the URL's user, and its password or access_token"),
            403 => error(Kind::SignIn, format!("{server} does not let the user do that{said}")),
            300..=399 => {
                let to = response.headers.get(LOCATION).and_then(|to| to.to_str().ok());
                let to = to
                    .and_then(|to| self.base.join(to).ok())
                    .map(|url| format!(", to {}://{}", url.scheme(), place(&url)));
                let to = to.unwrap_or_default();
                error(Kind::Connection, format!("{server} redirects the client{to} ({status})"))
                    .help("no credentials are sent there: name that place in the URL")
            }
            404 | 405 => error(
                Kind::Connection,
                format!(
                    "the server at {server} does not know the protocol of {}",
                    self.protocol.name
                ),
            )
            .help("check the URL's host and port"),
            410 => error(Kind::Query, format!("{server} has forgotten the query ({status}){said}"))
                .help("it was not asked for the next page in time, or has been restarted"),
            429 | 502 | 503 | 504 => error(
                Kind::Connection,
                format!("{server} is not able to answer at the moment ({status}){said}"),
            )
            .help("try again later"),
            _ => error(Kind::Connection, format!("{server} refused the request ({status}){said}")),
        }
    }

    /// The error of an answer that is not what the protocol has.
    pub(crate) fn unreadable(&self, response: &Response, reason: Unreadable) -> Error {
        let reason = match reason {
            Unreadable::TooLarge => return TooLarge.into(),
            Unreadable::NotUtf8 => "it is not UTF-8".to_owned(),
            Unreadable::Malformed(Malformed { at, expected }) => {
                format!("expected {expected} at byte {at}")
            }
        };
        let place = place(&self.base);
        let ty = response.headers.get(CONTENT_TYPE).and_then(|ty| ty.to_str().ok());
        if ty.is_some_and(|ty| ty.starts_with("application/json")) {
            return Error::new(
                Kind::BrokenData,
                format!("the answer of {place} is broken or cut short: {reason}"),
            );
        }
        Error::new(
            Kind::Connection,
            format!("what answers at {place} is not a {} server", self.protocol.name),
        )
        .help("check the URL's host and port")
    }
}

/// The first line of an answer in plain text.
fn said(response: &Response) -> Option<String> {
    let ty = response.headers.get(CONTENT_TYPE).and_then(|ty| ty.to_str().ok());
    if ty.is_some_and(|ty| !ty.starts_with("text/plain")) {
        return None;
    }
    let text = std::str::from_utf8(&response.body).ok()?;
    let line: String = text.lines().next()?.chars().take(200).collect();
    (!line.trim().is_empty()).then_some(line)
}
