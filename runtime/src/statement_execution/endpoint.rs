//! [`Endpoint`]: where a warehouse is, the requests that it is sent, and what an answer means
//! that is none of a statement.

use lakequery_types::json::Malformed;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};

use super::message::{Failure, Object};
use crate::error::{Error, Kind};
use crate::http::client::{Request, Response, place};
use crate::http::retry::Repeat;
use crate::http::secrets::Secrets;

/// How long a warehouse may take before it answers that a statement still runs: the least that
/// it offers.
const WAIT: &str = "5s";

/// Settings of the session that the SQL counts on.
const SETTINGS: [(&str, &str); 2] = [("ANSI_MODE", "true"), ("TIMEZONE", "UTC")];

/// Where a warehouse is.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// Scheme, host and port of the workspace.
    pub(crate) base: Url,
    /// The id of the warehouse.
    pub(crate) warehouse: String,
    /// What the session begins with.
    pub(crate) catalog: Option<String>,
    pub(crate) schema: Option<String>,
    pub(crate) secrets: Secrets,
}

impl Endpoint {
    /// Opens a session.
    pub(super) fn open_session(&self) -> Request {
        let mut body = Object::default().text("warehouse_id", &self.warehouse);
        for (name, value) in [("catalog", &self.catalog), ("schema", &self.schema)] {
            if let Some(value) = value {
                body = body.text(name, value);
            }
        }
        let settings = SETTINGS.into_iter();
        let settings = settings.fold(Object::default(), |all, (name, value)| all.text(name, value));
        // One too many ends by itself.
        self.post("sessions", body.object("session_confs", settings), Repeat::Always)
    }

    /// Closes a session.
    pub(super) fn close_session(&self, session: &str) -> Request {
        let mut url = self.url(&["sessions", session]);
        url.query_pairs_mut().append_pair("warehouse_id", &self.warehouse);
        Request::bare(Method::DELETE, url, HeaderMap::new())
    }

    /// Runs a statement.
    pub(super) fn execute(&self, session: &str, sql: &str) -> Request {
        let body = Object::default()
            .text("statement", sql)
            .text("warehouse_id", &self.warehouse)
            .text("session_id", session)
            .text("disposition", "EXTERNAL_LINKS")
            .text("format", "ARROW_STREAM")
            .text("result_compression", "LZ4_FRAME")
            .text("wait_timeout", WAIT)
            .text("on_wait_timeout", "CONTINUE");
        self.post("statements", body, Repeat::IfNotTaken)
    }

    /// Asks how far a statement is.
    pub(super) fn poll(&self, statement: &str) -> Request {
        Request::bare(Method::GET, self.url(&["statements", statement]), HeaderMap::new())
    }

    /// Asks where a chunk of a result is.
    pub(super) fn chunk(&self, statement: &str, index: u64) -> Request {
        let index = index.to_string();
        let url = self.url(&["statements", statement, "result", "chunks", &index]);
        Request::bare(Method::GET, url, HeaderMap::new())
    }

    /// Cancels a statement.
    pub(super) fn cancel(&self, statement: &str) -> Request {
        let url = self.url(&["statements", statement, "cancel"]);
        Request { body: b"{}".to_vec(), ..Request::bare(Method::POST, url, json()) }
    }

    /// Says that nothing more is asked of a statement.
    pub(super) fn close(&self, statement: &str) -> Request {
        Request::bare(Method::DELETE, self.url(&["statements", statement]), HeaderMap::new())
    }

    fn post(&self, path: &str, body: Object, repeat: Repeat) -> Request {
        let body = body.end().into_bytes();
        Request { method: Method::POST, url: self.url(&[path]), headers: json(), body, repeat }
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(["api", "2.0", "sql"]).extend(path);
        }
        url
    }

    /// The error of an answer that is none of a statement.
    pub(super) fn refused(&self, response: &Response) -> Error {
        let server = place(&self.base);
        let status = response.status;
        let failure = failure(response);
        let said = failure.message.or_else(|| {
            let told = response.headers.get("x-databricks-reason-phrase")?;
            told.to_str().ok().map(str::to_owned)
        });
        let said = said.map(|said| self.secrets.scrub(said.trim()));
        let said = said.filter(|said| !said.is_empty()).map_or_else(String::new, |said| {
            format!(": {}", said.chars().take(2_000).collect::<String>())
        });
        let error = |kind, message: String| Error::new(kind, message);
        match (status.as_u16(), failure.code.as_deref()) {
            (401, _) => error(Kind::SignIn, format!("{server} refused to sign the user in{said}"))
                .help("check the token or the client's secret, which may have expired"),
            (403, _) => {
                error(Kind::SignIn, format!("{server} does not let the user do that{said}")).help(
                    "check the token, which may be another workspace's, and the right to use the \
                     warehouse",
                )
            }
            (300..=399, _) => {
                error(Kind::Connection, format!("{server} redirects the client ({status})"))
                    .help("no credentials are sent there: check that the URL's host is a workspace")
            }
            (404, Some("ENDPOINT_NOT_FOUND")) | (405, _) => self.is_none(),
            (404, None) => self.is_none(),
            (404, _) => error(Kind::NotFound, format!("{server} does not find it{said}")).help(
                "check the id of the warehouse in the URL's `http_path`: it may have been deleted",
            ),
            (429 | 502 | 503 | 504, _) => error(
                Kind::Connection,
                format!("{server} is not able to answer at the moment ({status}){said}"),
            )
            .help("try again later"),
            (400, Some(_)) => error(Kind::Query, format!("{server} refused the request{said}")),
            _ => error(Kind::Connection, format!("{server} refused the request ({status}){said}")),
        }
    }

    fn is_none(&self) -> Error {
        let message =
            format!("what answers at {} is not a Databricks workspace", place(&self.base));
        Error::new(Kind::Connection, message).help("check the URL's host")
    }

    /// The error of an answer that is not what the protocol has.
    pub(super) fn unreadable(&self, response: &Response, reason: Malformed) -> Error {
        let ty = response.headers.get(CONTENT_TYPE).and_then(|ty| ty.to_str().ok());
        if !ty.is_some_and(|ty| ty.starts_with("application/json")) {
            return self.is_none();
        }
        let Malformed { at, expected } = reason;
        let place = place(&self.base);
        Error::new(
            Kind::BrokenData,
            format!(
                "the answer of {place} is broken or cut short: expected {expected} at byte {at}"
            ),
        )
    }
}

/// What an answer says that refuses something.
pub(super) fn failure(response: &Response) -> Failure {
    let text = std::str::from_utf8(&response.body).ok();
    text.and_then(|text| Failure::parse(text).ok()).unwrap_or_default()
}

fn json() -> HeaderMap {
    HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}
