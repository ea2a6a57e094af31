//! The subqueries in expressions that DataFusion's optimizer turns into joins,
//! and the others, which it can't run.

use crate::emit::{
    Clause, Correlation, Dialect, Position, Subquery, SubqueryKind, conjuncts, equality,
};
use crate::tree::{Body, Expr, ExprKind, Projection, Query, Select};

use super::cast::is_plain;

/// Why a subquery can't be run, if it can't.
pub(super) fn refuses(_: &Dialect, subquery: &Subquery<'_>) -> Option<&'static str> {
    let reason = match subquery.kind {
        SubqueryKind::Scalar | SubqueryKind::Lateral { .. } => None,
        SubqueryKind::Exists => refuses_place(subquery),
        SubqueryKind::In { operand, negated, .. } => {
            refuses_place(subquery).or_else(|| refuses_in(subquery, operand, negated))
        }
    };
    reason.or_else(|| {
        let correlation = subquery.correlation.as_ref()?;
        refuses_correlation(subquery, correlation)
    })
}

/// IN and EXISTS become joins where they filter.
fn refuses_place(subquery: &Subquery<'_>) -> Option<&'static str> {
    (!matches!(subquery.clause, Clause::Where | Clause::Having))
        .then_some("the embedded engine has it only in WHERE and HAVING")
}

/// Only as a condition of its own is IN told to be NULL rather than false.
fn refuses_in(subquery: &Subquery<'_>, operand: &Expr, negated: bool) -> Option<&'static str> {
    if operand.any(&|part| part.subquery().is_some_and(Query::is_correlated)) {
        return Some("the embedded engine has no other correlated subquery before IN");
    }
    if operand.ty.has_nulls_inside()
        || subquery.query.columns.iter().any(|column| column.ty.has_nulls_inside())
    {
        return Some(
            "the embedded engine takes a NULL in an array, a map or a row for a value there; write \
             EXISTS",
        );
    }
    let nullable = operand.nullable || subquery.query.columns.iter().any(|c| c.nullable);
    match (subquery.position, negated) {
        (Position::Conjunct, true) if subquery.correlation.is_some() => {
            Some("the embedded engine can't look for a NULL in it; write NOT EXISTS")
        }
        (Position::Conjunct, true) if !operand.any(&|e| matches!(e.kind, ExprKind::Column(_))) => {
            Some("the embedded engine needs a column before NOT IN")
        }
        (Position::Conjunct, _) | (Position::Disjunct, false) => None,
        _ if nullable => {
            Some("the embedded engine takes NULL for false there; write EXISTS or NOT EXISTS")
        }
        _ => None,
    }
}

/// A correlated subquery becomes a join on its conditions, which have to be
/// moved out of it for that.
fn refuses_correlation(subquery: &Subquery<'_>, correlation: &Correlation) -> Option<&'static str> {
    let Query { ctes: _, body, order_by, limit, offset, columns: _ } = subquery.query;
    let Body::Select(select) = body else {
        return Some("the embedded engine can't join with a set operation");
    };
    if correlation.in_projection || correlation.is_elsewhere() {
        return Some(
            "the embedded engine takes columns of the query around it only in its own WHERE",
        );
    }
    if select.projection.iter().any(|item| item.expr.any(&|part| part.subquery().is_some())) {
        return Some(
            "the embedded engine finds no subquery in its SELECT list while it uses columns of \
             the query around it",
        );
    }
    if select.group_by.as_ref().is_some_and(|groups| groups.sets.is_some()) {
        return Some("the embedded engine can't group into sets for each row around it");
    }
    let exists = matches!(subquery.kind, SubqueryKind::Exists);
    if !order_by.is_empty() || offset.is_some() || (limit.is_some() && !exists) {
        return Some("the embedded engine can't count off its rows for each row around it");
    }
    if has_window(select) {
        return Some("the embedded engine can't compute windows for each row around it");
    }
    let grouped = select.group_by.is_some();
    let aggregated = select.projection.iter().any(|item| item.expr.has_aggregate())
        || select.having.as_ref().is_some_and(Expr::has_aggregate);
    if matches!(subquery.kind, SubqueryKind::Scalar) {
        if !matches!(subquery.clause, Clause::Select | Clause::Where | Clause::Having) {
            return Some("the embedded engine has it only in SELECT, WHERE and HAVING");
        }
        if !aggregated || grouped || select.distinct {
            return Some(
                "the embedded engine wants an aggregate, without GROUP BY, to be sure of one row; \
                 take one value (`any_value(…)`) or write a join",
            );
        }
    } else if aggregated && !grouped {
        return Some("the embedded engine can't aggregate all its rows for each row around it");
    }
    if let SubqueryKind::In { operand, .. } = subquery.kind
        && (grouped || select.distinct)
        && subquery.query.columns.first().is_some_and(|column| column.ty != operand.ty)
    {
        return Some(
            "the embedded engine can't convert what it groups for each row around it; write a CAST \
             before IN, so that both sides have one type",
        );
    }
    let is_other =
        |item: &Projection| item.alias.is_some() || !matches!(item.expr.kind, ExprKind::Column(_));
    if matches!(subquery.kind, SubqueryKind::In { .. })
        && subquery.position != Position::Conjunct
        && (grouped || select.distinct)
        && select.projection.iter().any(is_other)
    {
        return Some(
            "the embedded engine computes a column of groups for each row around it only where IN \
             is a condition of its own; write EXISTS",
        );
    }
    let conditions = select.filter.iter().flat_map(conjuncts);
    let mut conditions = conditions.filter(|condition| condition.uses(0).outer);
    let equalities =
        conditions.all(|condition| equality(condition).is_some_and(|(inner, _)| is_column(inner)));
    if (aggregated || grouped) && !equalities {
        return Some(
            "the embedded engine aggregates for each row around it only where a column of the \
             subquery `=` something of that row",
        );
    }
    None
}

/// Whether it is a column for DataFusion's join, which looks into its own CAST and not into
/// functions.
fn is_column(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Column(_) => true,
        ExprKind::Coerce(inner) => is_plain(&inner.ty, &expr.ty) && is_column(inner),
        _ => false,
    }
}

fn has_window(select: &Select) -> bool {
    let is_window = |expr: &Expr| matches!(&expr.kind, ExprKind::Call(call) if call.over.is_some());
    select.projection.iter().any(|item| item.expr.any(&is_window))
}
