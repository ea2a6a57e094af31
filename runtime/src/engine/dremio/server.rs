//! [`Server`]: what all statements of a connection share.

use crate::flight_sql::connection::Connection;

/// A server, and what the URL says of the session.
pub(super) struct Server {
    pub(super) connection: Connection,
    /// The schema of the session, as the URL has it.
    pub(super) schema: Option<Vec<String>>,
}
