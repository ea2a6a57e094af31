//! [`StatementProtocol`]: the protocol of one statement, from the first request to
//! the last page. It makes requests and reads answers, and has no socket.

use std::sync::Arc;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, StatusCode, Url};

use super::connection::Connection;
use super::page::{Data, Failure, Page, Unreadable};
use super::rows::Columns;
use super::text::Text;
use crate::budget::Budget;
use crate::error::{Error, Kind, Result};
use crate::http::client::{Request, Response};
use crate::http::retry::Repeat;
use crate::http::secrets::Secrets;

/// What an answer says.
pub(crate) struct Said {
    pub(crate) page: Page,
    /// The columns, where they were not known before.
    pub(crate) columns: Option<Result<Columns>>,
    /// What may still be made of it.
    pub(crate) budget: Budget,
}

impl Said {
    /// Reads an answer; its columns only where they are not `known`.
    pub(crate) fn read(answer: &[u8], known: bool) -> Result<Said, Unreadable> {
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
pub(crate) struct StatementProtocol {
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

impl StatementProtocol {
    /// The protocol of a statement, with its first request.
    pub(crate) fn start(connection: Arc<Connection>, text: Text) -> (StatementProtocol, Request) {
        let endpoint = &connection.endpoint;
        let mut headers = endpoint.headers.clone();
        headers.extend(endpoint.statement.clone());
        endpoint.session.write(endpoint.protocol, &mut headers);
        if let Some(Ok(mut value)) = text.prepared.map(|text| HeaderValue::from_str(&text)) {
            value.set_sensitive(true);
            headers.append(endpoint.protocol.header("prepared-statement"), value);
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        let mut url = endpoint.base.clone();
        url.set_path("/v1/statement");
        let binary = if endpoint.protocol.binary.is_some() { endpoint.binary } else { Some(false) };
        if binary == Some(true) {
            url.query_pairs_mut().append_pair(BINARY.0, BINARY.1);
        }
        let utc = endpoint.utc && !endpoint.session.state().properties.contains_key("time_zone_id");
        let request = Request {
            method: Method::POST,
            url,
            headers,
            body: text.sql.into_bytes(),
            repeat: if text.reads { Repeat::IfNotTaken } else { Repeat::IfNotSent },
        };
        let mut secrets = endpoint.secrets.clone();
        secrets.merge(text.secrets);
        let (id, shift, reads) = (String::new(), text.shift, text.reads);
        let next = None;
        let statement =
            StatementProtocol { connection, next, id, shift, reads, utc, binary, secrets };
        (statement, request)
    }

    /// One that goes on from the server's first answer.
    pub(crate) fn resume(connection: Arc<Connection>) -> StatementProtocol {
        let secrets = connection.endpoint.secrets.clone();
        StatementProtocol {
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
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The error of a statement that was sent: what it wrote may stand.
    pub(crate) fn unsure(&self, error: Error) -> Error {
        if self.reads { error } else { error.unsure() }
    }

    /// The request of the next page; there is none after the last.
    pub(crate) fn get(&self) -> Option<Request> {
        let mut request = self.request(Method::GET)?;
        let url = &mut request.url;
        if self.binary == Some(true) && url.query_pairs().all(|(name, _)| name != BINARY.0) {
            url.query_pairs_mut().append_pair(BINARY.0, BINARY.1);
        }
        Some(request)
    }

    /// The request that ends the query; there is none when it has ended.
    pub(crate) fn cancel(&self) -> Option<Request> {
        self.request(Method::DELETE)
    }

    /// The request that tells the server that the reader is only slow. Presto
    /// answers it as a GET, and keeps the page for the GET itself.
    pub(crate) fn heartbeat(&self) -> Option<Request> {
        self.request(Method::HEAD)
    }

    fn request(&self, method: Method) -> Option<Request> {
        let endpoint = &self.connection.endpoint;
        Some(Request::bare(method, self.next.clone()?, endpoint.headers.clone()))
    }

    /// Takes in an answer, and what was read of it.
    pub(crate) fn receive(
        &mut self,
        response: &Response,
        said: Result<Said, Unreadable>,
    ) -> Result<Said> {
        let endpoint = &self.connection.endpoint;
        if response.status != StatusCode::OK {
            // There is nothing to cancel at a place that is not the server's.
            return Err(endpoint.refused(response, &self.secrets));
        }
        let mut said = said.map_err(|reason| endpoint.unreadable(response, reason))?;
        let page = &mut said.page;
        // Before the next place is looked at: of a query that failed or went
        // astray, the last good place is the one to cancel.
        self.id = std::mem::take(&mut page.id);
        endpoint.session.read(endpoint.protocol, &response.headers)?;
        if let Some(failure) = page.error.take() {
            self.next = None;
            return Err(self.failed(failure));
        }
        self.next = page.next.as_deref().map(|next| endpoint.own(next)).transpose()?;
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
        let Some(binary) = &self.connection.endpoint.protocol.binary else { return Ok(()) };
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
pub(crate) fn unasked() -> Error {
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
