//! The session that all queries of a lake share, so that `USE`, `SET` and
//! temporary views hold for the queries after them; and the connections that
//! carry its calls.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle as Runtime;

use super::error;
use crate::endings::Endings;
use crate::error::{Error, Kind, Result};
use crate::hive::connection::{Connection, Way};
use crate::hive::error::malformed;
use crate::hive::message::{self, Fault, Handle};
use crate::hive::target::Target;
use crate::http::secrets::Secrets;
use crate::rendered::Rendered;

/// How many idle connections are kept.
const IDLE: usize = 4;

/// A session on the server, and how to reach it.
pub(super) struct Session {
    pub(super) handle: Handle,
    /// Over the binary transport the server ends the session with the connection
    /// that opened it, so that one carries nothing else.
    anchor: Mutex<Option<Connection>>,
    pub(super) server: Arc<Server>,
}

/// The server, and connections to it that nobody uses.
pub(super) struct Server {
    pub(super) target: Target,
    /// What no error may repeat.
    secrets: Secrets,
    way: Way,
    idle: Mutex<Vec<Connection>>,
    pub(super) endings: Endings,
}

/// What the decoding of results, the meaning of queries and the safety of
/// errors need; what the URL says comes after.
const SETTINGS: [(&str, &str); 6] = [
    ("spark.sql.session.timeZone", "UTC"),
    ("spark.sql.ansi.enabled", "true"),
    ("spark.sql.decimalOperations.allowPrecisionLoss", "false"),
    // Results flow instead of being gathered in the server's memory.
    ("spark.sql.thriftServer.incrementalCollect", "true"),
    // `${…}` in a query is what it is.
    ("spark.sql.variable.substitute", "false"),
    ("spark.sql.parser.escapedStringLiterals", "false"),
];

/// What the URL can't change.
const FIXED: [(&str, &str); 2] = [
    ("spark.sql.error.messageFormat", "STANDARD"),
    // `DESCRIBE` names all fields of wide structs.
    ("spark.sql.debug.maxToStringFields", "100000"),
];

fn settings(target: &Target) -> Vec<(String, String)> {
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let mut settings: Vec<_> = SETTINGS.into_iter().map(pair).collect();
    for (name, value) in target.settings.iter().cloned().chain(FIXED.into_iter().map(pair)) {
        settings.retain(|(known, _)| *known != name);
        settings.push((name, value));
    }
    let mut settings: Vec<_> =
        settings.into_iter().map(|(name, value)| (format!("set:hiveconf:{name}"), value)).collect();
    if let Some(database) = &target.database {
        settings.push(("use:database".into(), database.clone()));
    }
    settings
}

impl Server {
    pub(super) fn new(target: Target) -> Result<Arc<Server>> {
        let (way, secrets) = (Way::new(&target)?, target.secrets());
        let (idle, endings) = (Mutex::default(), Endings::default());
        Ok(Arc::new(Server { target, secrets, way, idle, endings }))
    }

    async fn open(&self) -> Result<Connection> {
        self.way.open(self.target.timeout).await
    }

    /// A connection that nobody else uses.
    pub(super) async fn connection(&self) -> Result<Connection> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut connection) = idle else {
                return self.open().await;
            };
            if connection.usable() {
                return Ok(connection);
            }
        }
    }

    /// Takes a connection back, if it is fit for another call.
    pub(super) fn give_back(&self, mut connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE && connection.usable() {
            idle.push(connection);
        }
    }

    /// The error of a fault, which may repeat what signed the user in.
    pub(super) fn fault(&self, fault: &Fault, sql: &Rendered) -> Error {
        error::query(fault, sql, &self.secrets)
    }

    pub(super) fn timeout(&self) -> Duration {
        self.target.timeout
    }
}

impl Session {
    pub(super) async fn open(server: Arc<Server>) -> Result<Session> {
        let target = &server.target;
        let mut anchor = server.open().await?;
        let call = message::open_session(&target.user, &target.password, &settings(target));
        let reply = anchor.call(call, target.timeout).await?;
        let opened = message::opened(&reply).map_err(malformed)?;
        let (protocol, handle) = opened.map_err(|fault| {
            let error = server.fault(&fault, &Rendered::plain(""));
            Error::new(Kind::Connection, format!("the server opens no session: {error}"))
        })?;
        if protocol < message::COLUMNS {
            return Err(Error::new(
                Kind::Unsupported,
                "the server speaks a version of HiveServer2's protocol from before columnar results",
            )
            .help("Hive 0.13 and Spark 2 are the first that can be used"));
        }
        Ok(Session { handle, anchor: Mutex::new(Some(anchor)), server })
    }

    /// Whether the server still has it, as far as can be told.
    pub(super) fn alive(&self) -> bool {
        let mut anchor = self.anchor.lock().unwrap_or_else(PoisonError::into_inner);
        anchor.as_mut().is_some_and(Connection::usable)
    }
}

impl Drop for Session {
    /// Ends it on the server. Where no runtime runs any more, the end of the
    /// connection does.
    fn drop(&mut self) {
        let anchor = self.anchor.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let (Some(mut anchor), Ok(runtime)) = (anchor, Runtime::try_current()) else { return };
        let call = message::close_session(&self.handle);
        let limit = self.server.timeout();
        let ending = self.server.endings.begin();
        runtime.spawn(async move {
            let _ending = ending;
            drop(anchor.call(call, limit).await);
        });
    }
}
