//! The subqueries that Presto can't run, beyond those that Trino can't.

use std::collections::HashSet;

use crate::emit::{Clause, Dialect, Subquery, SubqueryKind, conjuncts, equality};
use crate::engine::trino::TRINO;
use crate::tree::{BinaryOperator, Body, Expr, ExprKind, Query, Relation};

/// Why a subquery can't be run, if it can't.
pub(super) fn refuses(dialect: &Dialect, subquery: &Subquery<'_>) -> Option<&'static str> {
    let is_in = matches!(subquery.kind, SubqueryKind::In { .. });
    if let SubqueryKind::Lateral { unconditional, keeps_rows } = subquery.kind
        && (keeps_rows || !unconditional)
    {
        return Some("Presto has LATERAL in a CROSS JOIN only; filter in WHERE");
    }
    let is_lateral = matches!(subquery.kind, SubqueryKind::Lateral { .. });
    if subquery.correlation.as_ref().is_some_and(|uses| uses.in_lateral) {
        return Some("Presto finds columns of the query right around LATERAL, not beyond it");
    }
    if subquery.correlation.as_ref().is_some_and(|uses| uses.in_unnest) {
        return Some("Presto unnests no array of the query around it; write CROSS JOIN UNNEST");
    }
    if is_lateral && subquery.query.limit.is_some() {
        return Some("it can't have LIMIT and use columns of the query around it");
    }
    if matches!(subquery.clause, Clause::On | Clause::OuterOn)
        && (is_in || subquery.correlation.is_some())
    {
        return Some("Presto does not take it in every ON; write it in WHERE");
    }
    if subquery.clause == Clause::Window {
        return Some("Presto does not take it in a window; name it in a subquery of FROM");
    }
    let correlated = subquery.correlation.as_ref();
    if let Some(reason) = correlated.and_then(|_| refuses_correlated(subquery)) {
        return Some(reason);
    }
    (TRINO.refuses_subquery)(dialect, subquery)
}

fn refuses_correlated(subquery: &Subquery<'_>) -> Option<&'static str> {
    let scalar = matches!(subquery.kind, SubqueryKind::Scalar);
    let is_in = matches!(subquery.kind, SubqueryKind::In { .. });
    let Body::Select(select) = &subquery.query.body else {
        return Some("Presto can join with one SELECT only");
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
    if scalar && select.distinct && aggregated && select.group_by.is_none() {
        return Some("Presto can't unite the one row of its aggregate; remove DISTINCT");
    }
    if scalar && select.projection.iter().any(|item| counts(&item.expr)) {
        return Some("Presto can't compute with `count(…)` in it; do so outside of it");
    }
    let mut conditions = select.filter.iter().flat_map(conjuncts);
    let is_equality = |part: &Expr| !part.uses(0).outer || equality(part).is_some();
    let unites = select.projection.iter().any(|item| item.expr.any(&is_distinct_aggregate));
    if unites && !conditions.clone().all(is_equality) {
        return Some(
            "an aggregate of DISTINCT values in it can use columns of the query around it only with `=`",
        );
    }
    let groups = select.distinct || select.group_by.is_some();
    let is_lateral = matches!(subquery.kind, SubqueryKind::Lateral { .. });
    if is_lateral && groups && !conditions.clone().all(is_equality) {
        return Some(
            "with GROUP BY or DISTINCT it can use columns of the query around it only with `=`",
        );
    }
    if groups && repeats(conditions.by_ref().filter(|part| is_equation(part))) {
        return Some(
            "with GROUP BY or DISTINCT it can compare a column of the query around it only once",
        );
    }
    let is_layered = |relation: &Relation| match relation {
        Relation::Derived { query, .. } => query.uses(0).outer && !is_plain(query),
        _ => false,
    };
    if select.from.iter().any(is_layered) {
        return Some(
            "a query in its FROM that groups, aggregates or counts off can't use columns of the query around it",
        );
    }
    None
}

fn is_distinct_aggregate(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call(call) if call.distinct)
}

/// Whether this is a comparison by `=`, be its sides of one query or of both.
fn is_equation(condition: &Expr) -> bool {
    matches!(&condition.kind, ExprKind::Binary { operator: BinaryOperator::Eq, .. })
}

/// Whether a column of the query around is in two of these.
fn repeats<'e>(conditions: impl Iterator<Item = &'e Expr>) -> bool {
    let mut seen = HashSet::new();
    let mut repeats = false;
    for condition in conditions {
        let mut own = HashSet::new();
        condition.for_each_part(0, &mut |part, level| {
            if let ExprKind::Column(column) = &part.kind
                && column.is_beyond(level)
            {
                own.insert((column.relation, column.index));
            }
        });
        repeats |= own.into_iter().any(|column| !seen.insert(column));
    }
    repeats
}

/// Whether a query only selects and filters.
fn is_plain(query: &Query) -> bool {
    let Query { ctes: _, body, order_by: _, limit, offset, columns: _ } = query;
    let counts = limit.is_some() || offset.is_some();
    match body {
        Body::Select(select) => {
            let aggregates = select.projection.iter().any(|item| item.expr.has_aggregate());
            let groups = select.distinct || select.group_by.is_some() || select.having.is_some();
            let is_plain_source = |relation: &Relation| match relation {
                Relation::Derived { query, .. } => is_plain(query),
                _ => true,
            };
            !counts && !aggregates && !groups && select.from.iter().all(is_plain_source)
        }
        Body::Query(query) => !counts && is_plain(query),
        Body::SetOperation { .. } | Body::Values(_) => false,
    }
}

/// Whether this is an expression over a count, rather than the count itself.
fn counts(expr: &Expr) -> bool {
    let is_count =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Call(call) if call.function.name == "count");
    !is_count(expr) && expr.any(&is_count)
}
