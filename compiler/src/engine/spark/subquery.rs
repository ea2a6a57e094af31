//! The subqueries in expressions that Spark can't run, or runs otherwise.

use crate::emit::{Clause, Correlation, Dialect, Position, Subquery, SubqueryKind};
use crate::function::FunctionKind;
use crate::tree::{Body, Expr, ExprKind, Query};

/// Why no subquery is in an argument of a function that calls a lambda, be it its own.
pub(super) const BESIDE_LAMBDA: &str =
    "Spark takes no subquery in what calls a lambda there; name its value in a subquery of FROM";

/// Why a subquery can't be run, if it can't.
pub(super) fn refuses(_: &Dialect, subquery: &Subquery<'_>) -> Option<&'static str> {
    let is_join = matches!(subquery.clause, Clause::On | Clause::OuterOn);
    if subquery.spans_join {
        return Some("Spark does not take it in an ON with columns of both sides");
    }
    if subquery.beside_lambda {
        return Some(BESIDE_LAMBDA);
    }
    if let Some(correlation) = &subquery.correlation {
        if correlation.is_skipped || correlation.in_lateral {
            return Some("Spark finds columns of the query right around a subquery, not beyond it");
        }
        let is_lateral = matches!(subquery.kind, SubqueryKind::Lateral { .. });
        if correlation.in_unnest && !is_lateral {
            return Some("Spark unnests no arrays of the query around a subquery");
        }
        if correlation.beneath_outer_join {
            return Some("what an outer join in it joins can't use columns of the query around it");
        }
        if correlation.beside_one_row {
            return Some("Spark can't join with a set operation one side of which has no FROM");
        }
        if correlation.in_aggregate {
            return Some("an aggregate in it can't use columns of the query around it");
        }
        if correlation.in_any_order || uses_outer_beyond_conditions(subquery.query, correlation) {
            return Some(
                "Spark finds columns of the query around it only in its WHERE, its HAVING and a \
                 SELECT list that neither aggregates nor has windows",
            );
        }
        if is_lateral && groups_into_sets(subquery.query) {
            return Some("Spark finds columns of the query around it beside no grouping sets");
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

/// Whether outer columns are used where rows are grouped, sorted or numbered.
fn uses_outer_beyond_conditions(query: &Query, correlation: &Correlation) -> bool {
    let Body::Select(select) = &query.body else { return false };
    let is_plain = |expr: &Expr| {
        !expr.any(&|part| {
            let ExprKind::Call(call) = &part.kind else { return false };
            call.function.kind != FunctionKind::Scalar
        })
    };
    let plain =
        select.group_by.is_none() && select.projection.iter().all(|item| is_plain(&item.expr));
    correlation.in_group_by || (correlation.in_projection && !plain)
}

fn groups_into_sets(query: &Query) -> bool {
    let Body::Select(select) = &query.body else { return false };
    select.group_by.as_ref().is_some_and(|groups| groups.sets.is_some())
}
