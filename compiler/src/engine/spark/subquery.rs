//! The subqueries in expressions that Spark can't run, or runs otherwise.

use crate::emit::{Clause, Position, Subquery, SubqueryKind};

/// Why a subquery can't be run, if it can't.
pub(super) fn refuses(subquery: &Subquery<'_>) -> Option<&'static str> {
    let is_join = matches!(subquery.clause, Clause::On | Clause::OuterOn);
    if let Some(correlation) = &subquery.correlation {
        if correlation.is_skipped {
            return Some("Spark finds columns of the query right around a subquery, not beyond it");
        }
        if correlation.in_aggregate {
            return Some("an aggregate in it can't use columns of the query around it");
        }
        let scalar = matches!(subquery.kind, SubqueryKind::Scalar);
        if scalar && is_join {
            return Some("Spark does not take it in ON; write it in WHERE");
        }
        if scalar && subquery.clause == Clause::GroupBy {
            return Some("Spark does not group by it; name it in a subquery of FROM");
        }
        if scalar && subquery.beside_groups {
            return Some("Spark does not take it beside GROUP BY; write it around the query");
        }
    }
    let SubqueryKind::In { operand, .. } = subquery.kind else { return None };
    // Elsewhere Spark asks only whether there is such a row.
    let filters = (is_join || matches!(subquery.clause, Clause::Where | Clause::Having))
        && subquery.position != Position::Inside;
    let nullable = operand.nullable || subquery.query.columns.iter().any(|c| c.nullable);
    (!filters && nullable).then_some("Spark takes NULL for false there; write EXISTS or NOT EXISTS")
}
