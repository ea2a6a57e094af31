//! Apache DataFusion taught lake SQL: a session in which SQL has the meaning, and gives the
//! types, that it has on Trino.

#[cfg(test)]
mod needed;
mod physical;
mod semantics;
mod session;

pub use semantics::rewrite;
pub use session::{session_context, session_state};
