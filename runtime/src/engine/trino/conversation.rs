//! [`Conversation`]: the protocol of one statement, from the first request to
//! the last page. It makes requests and reads answers, and has no socket.

use std::sync::Arc;

use lakequery_types::json::Malformed;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, StatusCode, Url};

use super::page::{Data, Failure, Page, Unreadable};
use super::rows::Columns;
use super::text::Text;
use super::wire::Wire;
use super::{Connection, session::Session};
use crate::budget::{Budget, TooLarge};
use crate::error::{Error, Kind, Result};
use crate::transport::http::{Request, Response, place};
use crate::transport::retry::Repeat;
use crate::transport::secrets::Secrets;

/// What a conversation needs to know of its connection.
#[derive(Debug)]
pub(super) struct Party {
    pub(super) wire: &'static Wire,
    /// Scheme, host and port of the coordinator.
    pub(super) base: Url,
    /// The headers of every request, and those of statements.
    pub(super) headers: HeaderMap,
    pub(super) statement: HeaderMap,
    pub(super) session: Session,
    /// Whether to ask for binary pages; `None`: when it is known what is in them.
    pub(super) binary: Option<bool>,
    /// Whether the zone of the session is UTC, as its URL says.
    pub(super) utc: bool,
    pub(super) secrets: Secrets,
}

/// What an answer says.
pub(super) struct Said {
    pub(super) page: Page,
    /// The columns, where they were not known before.
    pub(super) columns: Option<Result<Columns>>,
    /// What may still be made of it.
    pub(super) budget: Budget,
}

impl Said {
    /// Reads an answer; its columns only where they are not `known`.
    pub(super) fn read(answer: &[u8], known: bool) -> Result<Said, Unreadable> {
        let mut budget = Budget::of(answer.len());
        let page = Page::parse(answer, &mut budget)?;
        let columns = page.columns.as_ref().filter(|_| !known);
        let columns = columns.map(|columns| Columns::new(columns, &mut budget));
        Ok(Said { page, columns, budget })
    }
}

/// Asks for binary pages.
const BINARY: (&str, &str) = ("binaryResults", "true");

/// One statement on its way.
pub(super) struct Conversation {
    connection: Arc<Connection>,
    next: Option<Url>,
    id: String,
    shift: u32,
    /// Whether the statement certainly only reads.
    reads: bool,
    /// Whether the session's zone is UTC.
    utc: bool,
    /// Whether binary pages are asked for; `None` before that is decided.
    binary: Option<bool>,
    secrets: Secrets,
}

impl Conversation {
    /// A conversation about a statement, with its first request.
    pub(super) fn start(connection: Arc<Connection>, text: Text) -> (Conversation, Request) {
        let party = &connection.party;
        let mut headers = party.headers.clone();
        headers.extend(party.statement.clone());
        party.session.write(party.wire, &mut headers);
        if let Some(Ok(mut value)) = text.prepared.map(|text| HeaderValue::from_str(&text)) {
            value.set_sensitive(true);
            headers.append(party.wire.header("prepared-statement"), value);
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        let mut url = party.base.clone();
        url.set_path("/v1/statement");
        let binary = if party.wire.binary.is_some() { party.binary } else { Some(false) };
        if binary == Some(true) {
            url.query_pairs_mut().append_pair(BINARY.0, BINARY.1);
        }
        let utc = party.utc && !party.session.state().properties.contains_key("time_zone_id");
        let request = Request {
            method: Method::POST,
            url,
            headers,
            body: text.sql.into_bytes(),
            repeat: if text.reads { Repeat::IfNotTaken } else { Repeat::IfNotSent },
        };
        let mut secrets = party.secrets.clone();
        secrets.merge(text.secrets);
        let (id, shift, reads) = (String::new(), text.shift, text.reads);
        let next = None;
        let conversation =
            Conversation { connection, next, id, shift, reads, utc, binary, secrets };
        (conversation, request)
    }

    /// A conversation that goes on from the server's first answer.
    pub(super) fn resume(connection: Arc<Connection>) -> Conversation {
        let secrets = connection.party.secrets.clone();
        Conversation {
            connection,
            next: None,
            id: String::new(),
            shift: 0,
            reads: true,
            utc: false,
            binary: Some(false),
            secrets,
        }
    }

    /// The server's name for the query; empty before there is one.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The error of a statement that was sent: what it wrote may stand.
    pub(super) fn unsure(&self, error: Error) -> Error {
        if self.reads { error } else { error.unsure() }
    }

    /// The request of the next page; there is none after the last.
    pub(super) fn get(&self) -> Option<Request> {
        let mut request = self.request(Method::GET)?;
        let url = &mut request.url;
        if self.binary == Some(true) && url.query_pairs().all(|(name, _)| name != BINARY.0) {
            url.query_pairs_mut().append_pair(BINARY.0, BINARY.1);
        }
        Some(request)
    }

    /// The request that ends the query; there is none when it has ended.
    pub(super) fn cancel(&self) -> Option<Request> {
        self.request(Method::DELETE)
    }

    /// The request that tells the server that the reader is only slow. Presto
    /// answers it as a GET, and keeps the page for the GET itself.
    pub(super) fn heartbeat(&self) -> Option<Request> {
        self.request(Method::HEAD)
    }

    fn request(&self, method: Method) -> Option<Request> {
        let party = &self.connection.party;
        Some(Request::bare(method, self.next.clone()?, party.headers.clone()))
    }

    /// Takes in an answer, and what was read of it.
    pub(super) fn receive(
        &mut self,
        response: &Response,
        said: Result<Said, Unreadable>,
    ) -> Result<Said> {
        let party = &self.connection.party;
        if response.status != StatusCode::OK {
            // There is nothing to cancel at a place that is not the server's.
            return Err(party.refused(response, &self.secrets));
        }
        let mut said = said.map_err(|reason| party.unreadable(response, reason))?;
        let page = &mut said.page;
        // Before the next place is looked at: of a query that failed or went
        // astray, the last good place is the one to cancel.
        self.id = std::mem::take(&mut page.id);
        party.session.read(party.wire, &response.headers)?;
        if let Some(failure) = page.error.take() {
            self.next = None;
            return Err(self.failed(failure));
        }
        self.next = page.next.as_deref().map(|next| party.own(next)).transpose()?;
        if matches!(page.data, Data::Binary(_)) && self.binary != Some(true) {
            return Err(unasked());
        }
        if let Some(Ok(columns)) = &said.columns {
            self.decide(&said.page, columns)?;
        }
        Ok(said)
    }

    /// Decides whether to ask for binary pages, once the columns are known.
    fn decide(&mut self, page: &Page, columns: &Columns) -> Result<()> {
        let Some(binary) = &self.connection.party.wire.binary else { return Ok(()) };
        let named = page.columns.iter().flatten().zip(&*columns.kinds);
        let unreadable = named.into_iter().find(|(_, kind)| !(binary.reads)(kind, self.utc));
        match (self.binary, unreadable) {
            (None, unreadable) => self.binary = Some(unreadable.is_none()),
            (Some(true), Some(((name, ty), _))) => {
                return Err(Error::new(
                    Kind::Unsupported,
                    format!("column `{name}` ({ty}) can't be read from binary pages"),
                )
                .help("leave `binary_results=true` out of the URL"));
            }
            _ => {}
        }
        Ok(())
    }

    /// The error of a query that failed on the server.
    fn failed(&self, failure: Failure) -> Error {
        let Failure { message, code, name, ty, position } = failure;
        let position = position.map(|(line, column)| {
            let shift = if line == 1 { self.shift } else { 0 };
            (line, column.checked_sub(shift).filter(|column| *column > 0).unwrap_or(column))
        });
        let message = without_position(&message);
        let mut details = name.clone();
        if let Some(code) = code {
            details.push_str(&format!(" {code}"));
        }
        if let Some((line, column)) = position {
            details.push_str(&format!(", line {line}:{column}"));
        }
        let kind = match name.as_str() {
            "TABLE_NOT_FOUND" | "SCHEMA_NOT_FOUND" | "CATALOG_NOT_FOUND" => Kind::NotFound,
            "EXCEEDED_TIME_LIMIT" => Kind::Timeout,
            _ => Kind::Query,
        };
        let told = format!("{message} [{details}, query {}]", self.id);
        let error = Error::new(kind, self.secrets.scrub(&told));
        match ty.as_str() {
            "INSUFFICIENT_RESOURCES" => {
                error.help("the server lacks resources that the query needs")
            }
            _ => error,
        }
    }
}

/// The error of rows in a form that was not asked for.
#[cold]
pub(super) fn unasked() -> Error {
    Error::new(Kind::BrokenData, "the server sent rows in a form that was not asked for")
}

/// The message without the `line 1:8: ` before it, which is told apart.
fn without_position(message: &str) -> &str {
    let position = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b':');
    message
        .strip_prefix("line ")
        .and_then(|rest| rest.split_once(": "))
        .filter(|(place, _)| position(place))
        .map_or(message, |(_, text)| text)
}

impl Party {
    /// The same with a session of its own.
    pub(super) fn anew(&self) -> Party {
        Party {
            wire: self.wire,
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
    fn own(&self, next: &str) -> Result<Url> {
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
    fn refused(&self, response: &Response, secrets: &Secrets) -> Error {
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
                format!("the server at {server} does not know the protocol of {}", self.wire.name),
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
    fn unreadable(&self, response: &Response, reason: Unreadable) -> Error {
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
            format!("what answers at {place} is not a {} server", self.wire.name),
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
