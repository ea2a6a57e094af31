//! The subqueries in expressions that Dremio is known to run, as Calcite takes the correlation
//! out of them; it can't run one in which some is left.

use crate::emit::{Clause, Correlation, Dialect, Position, Subquery, SubqueryKind};
use crate::tree::{Body, ExprKind, Query};

/// Why a subquery can't be run, if it can't.
pub(super) fn refuses(_: &Dialect, subquery: &Subquery<'_>) -> Option<&'static str> {
    let filters = matches!(subquery.clause, Clause::Where | Clause::Having);
    match subquery.kind {
        SubqueryKind::Lateral { .. } => return Some("Dremio does not have LATERAL"),
        SubqueryKind::Scalar => {
            if !filters && subquery.clause != Clause::Select {
                return Some("Dremio is not known to run it there; name it in a subquery of FROM");
            }
        }
        SubqueryKind::In { .. } | SubqueryKind::Exists
            if !filters || subquery.position == Position::Inside =>
        {
            return Some("Dremio is known to run it as a condition of WHERE or HAVING only");
        }
        SubqueryKind::In { .. } | SubqueryKind::Exists => {}
    }
    refuses_correlated(subquery, subquery.correlation.as_ref()?)
}

fn refuses_correlated(subquery: &Subquery<'_>, correlation: &Correlation) -> Option<&'static str> {
    const EQUATIONS: &str =
        "Dremio finds columns of the query around it only in its WHERE, in equations";
    if !uses_only_conditions(correlation) {
        return Some(EQUATIONS);
    }
    let is_scalar = matches!(subquery.kind, SubqueryKind::Scalar);
    let is_condition = is_scalar || subquery.position == Position::Conjunct;
    if subquery.clause != Clause::Where || !is_condition {
        return Some("Dremio is known to run it as a condition of WHERE only");
    }
    let mut equalities = correlation.conjuncts.iter().map(|part| part.is_equality);
    match subquery.kind {
        SubqueryKind::Exists => (!equalities.any(|is| is)).then_some(EQUATIONS),
        SubqueryKind::Scalar if counts(subquery.query) => {
            Some("Dremio may give NULL there where it counts no rows")
        }
        SubqueryKind::In { operand, negated: true, .. }
            if operand.nullable || subquery.query.columns.iter().any(|c| c.nullable) =>
        {
            Some("Dremio is not known to tell NULL from false there; write NOT EXISTS")
        }
        _ => (!equalities.all(|is| is)).then_some(EQUATIONS),
    }
}

/// Whether outer columns are used in conditions of WHERE, and nowhere else.
fn uses_only_conditions(correlation: &Correlation) -> bool {
    !(correlation.is_elsewhere()
        || correlation.in_projection
        || correlation.in_unnest
        || correlation.in_lateral
        || correlation.in_outer_join
        || correlation.beneath_outer_join
        || correlation.in_any_order
        || correlation.beside_one_row
        || correlation.in_aggregate
        || correlation.is_skipped)
}

/// Whether a query counts, or sorts and cuts its rows.
fn counts(query: &Query) -> bool {
    let Body::Select(select) = &query.body else { return true };
    query.limit.is_some()
        || select.projection.iter().any(|item| {
            item.expr.any(&|part| match &part.kind {
                ExprKind::Call(call) => {
                    matches!(call.function.name, "count" | "count_if" | "approx_distinct")
                }
                _ => false,
            })
        })
}
