//! The subqueries in expressions that Spark can't run, or runs otherwise.

use crate::emit::{Clause, Position, Subquery, SubqueryKind};

/// Why a subquery can't be run, if it can't.
pub(super) fn refuses(subquery: &Subquery<'_>) -> Option<&'static str> {
    let SubqueryKind::In { operand, .. } = subquery.kind else { return None };
    // Elsewhere Spark asks only whether there is such a row.
    let filters = matches!(subquery.clause, Clause::Where | Clause::Having | Clause::On)
        && subquery.position != Position::Inside;
    let nullable = operand.nullable || subquery.query.columns.iter().any(|c| c.nullable);
    (!filters && nullable).then_some("Spark takes NULL for false there; write EXISTS or NOT EXISTS")
}
