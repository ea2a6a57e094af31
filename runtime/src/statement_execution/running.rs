//! [`Running`]: a statement that a warehouse works on. Dropping it ends it there.

use std::sync::Arc;
use std::time::Duration;

use lakequery_types::json::Malformed;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::connection::{Connection, Session};
use super::message::Answer;
use super::statement::{Outcome, Refusal, Statement, Step};
use crate::error::{Error, Kind, Result};
use crate::http::client::{Request, Response};
use crate::rendered::Rendered;
use crate::task::{aside, ended, failed};

/// How often a statement is cancelled that goes on, and the pause between.
const CANCELS: usize = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// A statement on its way, and the session that it runs in.
pub(super) struct Running {
    connection: Arc<Connection>,
    statement: Option<Statement>,
    /// What the server said last.
    step: Option<Step>,
    _session: Arc<Session>,
    runtime: Handle,
}

impl Running {
    /// Runs a statement; `sql` is what was written of it. It is sent again only where the
    /// server says that it did nothing, for it does not know the session.
    pub(super) async fn start(
        connection: &Arc<Connection>,
        sent: &str,
        sql: &Rendered,
    ) -> Result<Running> {
        for _ in 0..2 {
            let session = connection.session().await?;
            match submit(connection, &session, sent, sql).await {
                Ok(running) => return Ok(running),
                Err(Refusal::Failed(error)) => return Err(error),
                Err(Refusal::SessionLost) => connection.lost(&session).await,
            }
        }
        Err(Error::new(Kind::Connection, "the server forgets its sessions at once"))
    }

    /// The server's name for it.
    pub(super) fn id(&self) -> String {
        self.statement.as_ref().map(|statement| statement.id().to_owned()).unwrap_or_default()
    }

    /// Waits for its result. `each` hears whether it waits for its turn.
    pub(super) async fn result(&mut self, mut each: impl FnMut(bool)) -> Result<Outcome> {
        loop {
            let statement = self.statement.as_mut().ok_or_else(ended)?;
            match self.step.take().ok_or_else(ended)? {
                Step::Result(outcome) => return Ok(outcome),
                Step::Ask(request, pause) => {
                    each(statement.is_queued());
                    sleep(pause).await;
                    let (response, answer) = asked(&self.connection, request).await?;
                    self.step = Some(statement.receive(&response, answer)?);
                }
            }
        }
    }
}

/// Sends a statement. It is not given up in the middle, when it would be unknown whether the
/// server has taken it: where nobody waits any more for the answer, it is ended when that comes.
async fn submit(
    connection: &Arc<Connection>,
    session: &Arc<Session>,
    sent: &str,
    sql: &Rendered,
) -> Result<Running, Refusal> {
    let runtime = crate::task::runtime()?;
    let (sender, answer) = oneshot::channel();
    let (statement, request) =
        Statement::start(&connection.endpoint, &session.id, sent.to_owned(), sql.clone());
    let (connection, session) = (Arc::clone(connection), Arc::clone(session));
    let (_reader, held) = connection.endings.watch();
    let (statement, step) = (Some(statement), None);
    let mut running =
        Running { connection, statement, step, _session: session, runtime: runtime.clone() };
    let task = runtime.spawn(async move {
        let _held = held;
        let result = async {
            let (response, answer) = asked(&running.connection, request).await?;
            let statement = running.statement.as_mut().ok_or_else(ended)?;
            running.step = Some(statement.started(&response, answer)?);
            Ok(running)
        };
        // What nobody takes ends its statement when it is dropped.
        let _ = sender.send(result.await);
    });
    match answer.await {
        Ok(result) => result,
        Err(_) => Err(task.await.err().map_or_else(ended, failed).into()),
    }
}

/// Sends a request about a statement, and reads the answer.
async fn asked(
    connection: &Connection,
    request: Request,
) -> Result<(Arc<Response>, Result<Answer, Malformed>)> {
    let response = Arc::new(connection.send(request).await?);
    let read = Arc::clone(&response);
    let answer = aside(response.body.len(), move || Ok(Answer::parse(&read.body))).await?;
    Ok((response, answer))
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(statement) = self.statement.take() else { return };
        let Some(request) = statement.end() else { return };
        let (connection, ending) = (Arc::clone(&self.connection), self.connection.endings.begin());
        drop(self.runtime.spawn(async move {
            let _ending = ending;
            // Nobody is left to hear of an error.
            let _ = end(&connection, statement, request).await;
        }));
    }
}

/// Ends a statement. The server may take a cancellation and do nothing, so it is asked.
async fn end(connection: &Connection, mut statement: Statement, request: Request) -> Result<()> {
    let mut next = Some(request);
    for _ in 0..CANCELS {
        let Some(request) = next else { return Ok(()) };
        connection.send(request).await?;
        let Some(poll) = statement.poll() else { return Ok(()) };
        let (response, answer) = asked(connection, poll).await?;
        statement.receive(&response, answer)?;
        if statement.poll().is_some() {
            sleep(PAUSE).await;
        }
        next = statement.end();
    }
    Ok(())
}
