//! A session whose operators and functions have lake SQL's meaning.

use datafusion::execution::context::SessionContext;

/// A session with no tables.
pub(super) fn session_context() -> SessionContext {
    SessionContext::new()
}
