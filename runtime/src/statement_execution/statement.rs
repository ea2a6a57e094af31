//! [`Statement`]: the states of one statement, from the first request to its result. It makes
//! requests and reads answers, and has no socket.

use std::sync::Arc;
use std::time::Duration;

use lakequery_types::json::Malformed;

use super::endpoint::{Endpoint, failure};
use super::failure;
use super::message::{Answer, Chunks, Manifest, State};
use crate::error::{Error, Kind, Result};
use crate::http::client::{Request, Response};
use crate::rendered::Rendered;

/// How long to wait before the warehouse is asked again: twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A statement on its way.
pub(super) struct Statement {
    endpoint: Arc<Endpoint>,
    /// What was sent, and what was written of it.
    sent: String,
    sql: Rendered,
    id: String,
    state: State,
    pause: Duration,
}

/// What comes next.
pub(super) enum Step {
    /// To ask again, after a pause.
    Ask(Request, Duration),
    /// To read the result.
    Result(Outcome),
}

/// A result, as far as it is known.
pub(super) struct Outcome {
    pub(super) manifest: Manifest,
    /// The chunks that came along.
    pub(super) chunks: Chunks,
    /// Whether nothing more can be asked for.
    pub(super) closed: bool,
}

/// Why a statement did not start.
pub(super) enum Refusal {
    /// The server does not know the session, so it did nothing.
    SessionLost,
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal::Failed(error)
    }
}

impl Statement {
    /// A statement, with the request that runs it.
    pub(super) fn start(
        endpoint: &Endpoint,
        session: &str,
        sent: String,
        sql: Rendered,
    ) -> (Statement, Request) {
        let request = endpoint.execute(session, &sent);
        let endpoint = Arc::new(endpoint.clone());
        let (id, state, pause) = (String::new(), State::Pending, FIRST_PAUSE);
        (Statement { endpoint, sent, sql, id, state, pause }, request)
    }

    /// The server's name for it; empty before there is one.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Whether it waits for its turn.
    pub(super) fn is_queued(&self) -> bool {
        self.state == State::Pending
    }

    /// The request that asks how far it is; none where it has ended or has no id.
    pub(super) fn poll(&self) -> Option<Request> {
        let runs = matches!(self.state, State::Pending | State::Running);
        (runs && !self.id.is_empty()).then(|| self.endpoint.poll(&self.id))
    }

    /// The request that ends it where nothing more is wanted of it: it is cancelled while it
    /// runs, and closed afterwards.
    pub(super) fn end(&self) -> Option<Request> {
        match self.state {
            _ if self.id.is_empty() => None,
            State::Pending | State::Running => Some(self.endpoint.cancel(&self.id)),
            State::Succeeded => Some(self.endpoint.close(&self.id)),
            State::Failed | State::Canceled | State::Closed => None,
        }
    }

    /// Takes in the answer to its first request, and what was read of it.
    pub(super) fn started(
        &mut self,
        response: &Response,
        answer: Result<Answer, Malformed>,
    ) -> Result<Step, Refusal> {
        if matches!(response.status.as_u16(), 400 | 404) {
            let said = failure(response).message.unwrap_or_default().to_ascii_lowercase();
            if said.contains("session") && SESSION_LOST.iter().any(|lost| said.contains(lost)) {
                return Err(Refusal::SessionLost);
            }
        }
        Ok(self.receive(response, answer)?)
    }

    /// Takes in an answer, and what was read of it.
    pub(super) fn receive(
        &mut self,
        response: &Response,
        answer: Result<Answer, Malformed>,
    ) -> Result<Step> {
        if !response.status.is_success() {
            if response.status.as_u16() == 404 && !self.id.is_empty() {
                self.state = State::Closed;
                return Err(forgotten(&self.id));
            }
            let refused = self.endpoint.refused(response);
            // What is wrong with the SQL may be said so, too.
            return Err(match failure(response) {
                said if refused.is_query() => self.failed(&said),
                _ => refused,
            });
        }
        let answer = answer.map_err(|reason| self.endpoint.unreadable(response, reason))?;
        let id = answer.id.unwrap_or_default();
        if !self.id.is_empty() && id != self.id {
            return Err(broken("the server answers for another statement"));
        }
        self.id = id;
        let Some(state) = answer.state else {
            return Err(broken("the server does not say how far the statement is"));
        };
        self.state = state;
        match state {
            State::Pending | State::Running => {
                let request = self.poll().ok_or_else(|| {
                    broken("the server does not say what the statement is called")
                })?;
                let pause = self.pause;
                self.pause = (pause * 2).min(LONGEST_PAUSE);
                Ok(Step::Ask(request, pause))
            }
            State::Failed => Err(self.failed(&answer.failure)),
            State::Canceled => {
                let message = format!("the query was cancelled on the server [query {}]", self.id);
                Err(Error::new(Kind::Query, message))
            }
            State::Succeeded | State::Closed => {
                let closed = state == State::Closed;
                let (manifest, chunks) = (answer.manifest, answer.chunks);
                outcome(manifest, chunks, closed).map(Step::Result)
            }
        }
    }

    fn failed(&self, said: &super::message::Failure) -> Error {
        failure::query(said, &self.sent, &self.sql, &self.id, &self.endpoint.secrets)
    }
}

/// What a server says of a session that has ended.
const SESSION_LOST: [&str; 5] = ["not found", "not exist", "expired", "invalid", "closed"];

fn outcome(manifest: Option<Manifest>, chunks: Chunks, closed: bool) -> Result<Outcome> {
    let Some(manifest) = manifest else {
        return Err(match closed {
            true => {
                broken("the statement has run, and the server closed it before its result came")
            }
            false => broken("the server does not say what the result has"),
        });
    };
    if manifest.truncated {
        return Err(Error::new(
            Kind::Query,
            "the server cut the result short, for it is larger than results may be",
        )
        .help("select less at a time, or write the result to a table"));
    }
    if chunks.has_json_rows {
        return Err(broken("the server sent rows in a form that was not asked for"));
    }
    if manifest.column_count != manifest.columns.len() as u64 {
        return Err(broken("the server names another number of columns than it declares"));
    }
    let came: Vec<u64> = chunks.links.iter().map(|link| link.extent.index).collect();
    if closed && !(0..manifest.chunk_count).all(|index| came.contains(&index)) {
        return Err(broken("the statement has run, and the server closed it before its rows came"));
    }
    Ok(Outcome { manifest, chunks, closed })
}

#[cold]
fn broken(message: &str) -> Error {
    Error::new(Kind::BrokenData, message)
}

/// The error of a statement that the server does not know any more.
pub(super) fn forgotten(id: &str) -> Error {
    Error::new(Kind::Query, format!("the server has forgotten the query [query {id}]"))
        .help("results are kept for an hour; run it again")
}
