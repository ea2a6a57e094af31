//! A statement that the server works on, from its text to its last row.
//! Dropping it before its end cancels it there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle as Runtime;
use tokio::time::{sleep, timeout};

use super::error;
use super::position::Position;
use super::session::Session;
use crate::error::{Error, Kind, Result};
use crate::hive::connection::Connection;
use crate::hive::error::{late, malformed};
use crate::hive::message::{self, Column, Fetched, Operation, Stage};
use crate::hive::thrift::Read;
use crate::rendered::Rendered;
use crate::statement_kind;
use crate::task::aside;

/// How long to wait between two questions how far it is, at most. Spark itself
/// waits up to 5 s before it answers that it still runs.
const MAX_PAUSE: Duration = Duration::from_millis(500);

/// How long the server may take to answer that a statement still runs.
const LONG_POLL: Duration = Duration::from_secs(5);

/// Why a statement did not start.
pub(super) enum Refusal {
    /// The server does not know the session any more, so it did nothing.
    SessionLost,
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal::Failed(error)
    }
}

/// A statement on its way.
pub(super) struct Running {
    session: Arc<Session>,
    connection: Option<Connection>,
    operation: Option<Operation>,
    position: Position,
    sql: Rendered,
    runtime: Runtime,
}

impl Running {
    /// Sends a statement, once. `sql` is what was written of it, for errors.
    pub(super) async fn start(
        session: &Arc<Session>,
        sent: &str,
        sql: &Rendered,
    ) -> Result<Running, Refusal> {
        let mut running = Running {
            session: Arc::clone(session),
            connection: Some(session.server.connection().await?),
            operation: None,
            position: Position::default(),
            sql: sql.clone(),
            runtime: crate::task::runtime()?,
        };
        let reads = statement_kind::only_reads(sent);
        let call = message::execute(&session.handle, sent, reads);
        let limit = session.server.timeout();
        let unsure = |error: Error| if reads { error } else { error.unsure() };
        let reply = running.connection()?.call(call, limit).await.map_err(unsure)?;
        match message::executed(&reply).map_err(|reason| unsure(malformed(reason)))? {
            Ok(operation) => running.operation = Some(operation),
            Err(fault) if error::session_lost(&fault) => {
                return Err(Refusal::SessionLost);
            }
            Err(fault) => return Err(session.server.fault(&fault, &running.sql).into()),
        }
        Ok(running)
    }

    fn connection(&mut self) -> Result<&mut Connection> {
        self.connection.as_mut().ok_or_else(gone)
    }

    fn operation(&self) -> Result<&Operation> {
        self.operation.as_ref().ok_or_else(gone)
    }

    /// The server's name for it.
    pub(super) fn id(&self) -> String {
        self.operation.as_ref().map(|operation| operation.handle.id()).unwrap_or_default()
    }

    /// Waits until there are results, or the statement failed.
    pub(super) async fn wait(&mut self, mut stage: impl FnMut(Stage)) -> Result<()> {
        let mut pause = Duration::from_millis(2);
        let limit = self.session.server.timeout() + LONG_POLL;
        loop {
            let asked = Instant::now();
            let call = message::operation_status(self.operation()?);
            let reply = self.connection()?.call(call, limit).await?;
            match self.read(message::stage(&reply))? {
                Stage::Finished => return Ok(()),
                Stage::Cancelled => {
                    return Err(Error::new(Kind::Query, "the query was cancelled on the server"));
                }
                Stage::TimedOut => {
                    return Err(Error::new(
                        Kind::Timeout,
                        "the query exceeded the server's limit of time",
                    ));
                }
                now => stage(now),
            }
            if asked.elapsed() < LONG_POLL / 2 {
                sleep(pause).await;
                pause = (pause * 2).min(MAX_PAUSE);
            }
        }
    }

    /// The columns of the result, where the server has metadata for it.
    pub(super) async fn columns(&mut self) -> Result<Vec<Column>> {
        let call = message::metadata(self.operation()?);
        self.connection()?.send(call).await?;
        let reply = self.receive().await?;
        let read = aside(reply.len(), move || Ok(message::columns(&reply))).await?;
        self.read(read)
    }

    /// Asks for the next rows.
    pub(super) async fn ask(&mut self, rows: i64) -> Result<()> {
        let call = message::fetch(self.operation()?, rows, self.position.repeat());
        self.connection()?.send(call).await
    }

    /// The rows of a reply, which follow on those before.
    pub(super) async fn fetched(&mut self, reply: &Arc<Vec<u8>>) -> Result<Fetched> {
        let read = Arc::clone(reply);
        let read = aside(reply.len(), move || Ok(message::fetched(&read))).await?;
        let fetched = self.read(read)?;
        self.position.advance(fetched.start, fetched.rows())?;
        Ok(fetched)
    }

    /// The reply, however long its work takes the server, as long as that lives.
    pub(super) async fn receive(&mut self) -> Result<Vec<u8>> {
        loop {
            let limit = self.session.server.timeout();
            match timeout(limit, self.connection()?.receive()).await {
                Ok(reply) => return reply,
                Err(_) => self.look().await?,
            }
        }
    }

    /// Asks over another connection whether the server is there.
    async fn look(&self) -> Result<()> {
        let server = &self.session.server;
        let mut connection = server.connection().await?;
        let call = message::operation_status(self.operation()?);
        connection.call(call, server.timeout() + LONG_POLL).await.map_err(|error| {
            late("the server sends nothing, and does not say how far the query is").caused_by(error)
        })?;
        server.give_back(connection);
        Ok(())
    }

    /// A reply's content, with the server's faults as errors.
    pub(super) fn read<T>(&self, reply: Read<Result<T, message::Fault>>) -> Result<T> {
        let server = &self.session.server;
        reply.map_err(malformed)?.map_err(|fault| server.fault(&fault, &self.sql))
    }

    /// Ends it after its last row.
    pub(super) async fn close(mut self) -> Result<()> {
        let call = message::close(self.operation()?);
        let limit = self.session.server.timeout();
        let reply = self.connection()?.call(call, limit).await?;
        self.operation = None;
        // The rows are all there: what the server says to its end is no matter.
        let _ = message::closed(&reply).map_err(malformed)?;
        if let Some(connection) = self.connection.take() {
            self.session.server.give_back(connection);
        }
        Ok(())
    }
}

fn gone() -> Error {
    Error::new(Kind::Internal, "a statement was used after its end")
}

impl Drop for Running {
    fn drop(&mut self) {
        let operation = self.operation.take();
        let Some(connection) = self.connection.take() else { return };
        if operation.is_none() && !connection.waiting() {
            self.session.server.give_back(connection);
            return;
        }
        let (session, ending) = (Arc::clone(&self.session), self.session.server.endings.begin());
        self.runtime.spawn(async move {
            let _ending = ending;
            // Whom to tell of an error: the query's reader is gone.
            let _ = end(&session, connection, operation).await;
        });
    }
}

/// Cancels and closes a statement that nobody waits for.
async fn end(
    session: &Session,
    mut connection: Connection,
    operation: Option<Operation>,
) -> Result<()> {
    let server = &session.server;
    let operation = match operation {
        Some(operation) => operation,
        // It was just sent: the reply says what to cancel.
        None => {
            let reply = timeout(server.timeout(), connection.receive())
                .await
                .map_err(|_| late("the server did not answer"))??;
            match message::executed(&reply).map_err(malformed)? {
                Ok(operation) => operation,
                Err(_) => return Ok(()),
            }
        }
    };
    if !connection.usable() {
        connection = server.connection().await?;
    }
    let reply = connection.call(message::cancel(&operation), server.timeout()).await?;
    let _ = message::cancelled(&reply);
    let reply = connection.call(message::close(&operation), server.timeout()).await?;
    let _ = message::closed(&reply);
    server.give_back(connection);
    Ok(())
}
