//! The subqueries in expressions that Spark can't run.

use crate::emit::Subquery;

/// Why a subquery can't be run, if it can't.
pub(super) const fn refuses(_: &Subquery<'_>) -> Option<&'static str> {
    None
}
