//! The subqueries that Presto can't run, beyond those that Trino can't.

use crate::emit::{Clause, Dialect, Subquery, SubqueryKind};
use crate::engine::trino::TRINO;
use crate::tree::{Body, Expr, ExprKind};

/// Why a subquery can't be run, if it can't.
pub(super) fn refuses(dialect: &Dialect, subquery: &Subquery<'_>) -> Option<&'static str> {
    let scalar = matches!(subquery.kind, SubqueryKind::Scalar);
    let is_in = matches!(subquery.kind, SubqueryKind::In { .. });
    if matches!(subquery.clause, Clause::On | Clause::OuterOn)
        && (is_in || subquery.correlation.is_some())
    {
        return Some("Presto does not take it in every ON; write it in WHERE");
    }
    if subquery.clause == Clause::Window {
        return Some("Presto does not take it in a window; name it in a subquery of FROM");
    }
    if subquery.correlation.is_some() {
        let Body::Select(select) = &subquery.query.body else {
            return Some("Presto can't join with a set operation");
        };
        if scalar && subquery.query.limit.is_some() {
            return Some("it can't have LIMIT and use columns of the query around it");
        }
        if scalar && select.having.is_some() {
            return Some("it can't have HAVING and use columns of the query around it");
        }
        let aggregated = select.projection.iter().any(|item| item.expr.has_aggregate());
        if is_in && (aggregated || select.group_by.is_some()) {
            return Some("it can't aggregate and use columns of the query around it");
        }
        if scalar && select.projection.iter().any(|item| counts(&item.expr)) {
            return Some("Presto can't compute with `count(…)` in it; do so outside of it");
        }
    }
    (TRINO.refuses_subquery)(dialect, subquery)
}

/// Whether this is an expression over a count, rather than the count itself.
fn counts(expr: &Expr) -> bool {
    let is_count =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Call(call) if call.function.name == "count");
    !is_count(expr) && expr.any(&is_count)
}
