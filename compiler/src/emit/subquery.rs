//! Subqueries in expressions. Engines can't run all of them: where they stand counts, and
//! what they use of the query around them.

use lakequery_types::Type;

use crate::function::FunctionKind;
use crate::token::Span;
use crate::tree::{Body, Expr, ExprKind, Literal, Projection, Query, Select};

use super::common_condition::with_common_conditions;
use super::correlation::{correlation, outer_relations, relations};
use super::place::{Clause, Place};
use super::select::is_column;
use super::{Subquery, SubqueryKind, Writer};

impl Writer<'_> {
    /// Writes a subquery that gives one value.
    pub(super) fn scalar_subquery(&mut self, query: &Query, span: Span) {
        let common = with_common_conditions(query);
        let query = common.as_ref().unwrap_or(query);
        self.check_subquery(SubqueryKind::Scalar, query, span);
        self.operand(query);
    }

    /// Writes EXISTS.
    pub(super) fn exists(&mut self, query: &Query, negated: bool, span: Span) {
        let rows = rows_only(query);
        let query = rows.as_ref().unwrap_or(query);
        let undoubled = with_duplicates(query);
        let query = undoubled.as_ref().unwrap_or(query);
        let common = with_common_conditions(query);
        let query = common.as_ref().unwrap_or(query);
        self.check_subquery(SubqueryKind::Exists, query, span);
        self.push(if negated { "NOT EXISTS " } else { "EXISTS " });
        self.operand(query);
    }

    /// Writes a query in parentheses where an expression can be.
    fn operand(&mut self, query: &Query) {
        let dialect = self.dialect;
        let is_called = (dialect.values_need_select && self.starts_with_values(query))
            || (!dialect.subquery_may_begin_with_parenthesis && begins_with_parenthesis(query));
        if !is_called {
            return self.subquery(query);
        }
        self.within_parentheses(|writer| {
            writer.push("SELECT * FROM ");
            writer.subquery(query);
            writer.push(" AS ");
            writer.ident("rows");
        });
    }

    /// Refuses a subquery that the engine can't run.
    pub(super) fn check_subquery(&mut self, kind: SubqueryKind<'_>, query: &Query, span: Span) {
        let Place { clause, position, negated: _, grouped, in_multiset: _, beside_lambda } =
            self.place;
        let correlation = correlation(query);
        let beside_groups = grouped && clause == Clause::Select;
        let spans_join = matches!(clause, Clause::On | Clause::OuterOn) && {
            let mut used = outer_relations(query);
            if let SubqueryKind::In { operand, .. } = kind {
                used.extend(relations(operand));
            }
            let left = used.iter().filter(|relation| self.left_of_join.contains(relation)).count();
            left > 0 && left < used.len()
        };
        let subquery = Subquery {
            kind,
            query,
            clause,
            position,
            beside_groups,
            beside_lambda,
            correlation,
            spans_join,
        };
        let Some(reason) = self.dialect.refuses_subquery(&subquery) else { return };
        let what = match (kind, subquery.correlation.is_some()) {
            (SubqueryKind::In { quantified: Some(true), .. }, _) => "ALL with this subquery",
            (SubqueryKind::In { quantified: Some(false), .. }, _) => "ANY with this subquery",
            (SubqueryKind::Scalar, false) => "this subquery",
            (SubqueryKind::Scalar, true) => "this correlated subquery",
            (SubqueryKind::In { negated: false, .. }, false) => "IN with this subquery",
            (SubqueryKind::In { negated: true, .. }, false) => "NOT IN with this subquery",
            (SubqueryKind::In { negated: false, .. }, true) => "IN with this correlated subquery",
            (SubqueryKind::In { negated: true, .. }, true) => {
                "NOT IN with this correlated subquery"
            }
            (SubqueryKind::Exists, false) => "EXISTS with this subquery",
            (SubqueryKind::Exists, true) => "EXISTS with this correlated subquery",
            (SubqueryKind::Lateral { .. }, _) => "LATERAL with this subquery",
        };
        self.refuse(span, what, reason);
    }
}

/// The value of `(SELECT x)` where it is one of the query around it: no engine has to
/// find that out.
pub(crate) fn outer_value(query: &Query) -> Option<&Expr> {
    let Body::Select(select) = &query.body else { return None };
    let value = &select.projection.first()?.expr;
    let is_plain = |part: &Expr| match &part.kind {
        ExprKind::Call(call) => call.function.kind == FunctionKind::Scalar,
        _ => part.subquery().is_none(),
    };
    let is_plain = !value.any(&|part| !is_plain(part));
    (is_one_value(query) && is_plain && query.is_correlated()).then_some(value)
}

/// Whether a query is `SELECT x` and no more, as an expression may be: `SELECT -x`
/// could be a subtraction.
pub(super) fn is_one_value(query: &Query) -> bool {
    let Query { ctes, body, order_by, limit, offset, columns: _ } = query;
    let Body::Select(select) = body else { return false };
    let Select { distinct, projection: _, from, filter, group_by, having } = &**select;
    let is_filtered = filter.is_some() || group_by.is_some() || having.is_some();
    let is_counted = !order_by.is_empty() || limit.is_some() || offset.is_some();
    ctes.is_empty() && !distinct && from.is_empty() && !is_filtered && !is_counted
}

/// Whether a query is written with WITH first: its own, or that of the query in
/// parentheses that it is.
pub(super) fn begins_with_with(query: &Query) -> bool {
    let Query { ctes, body, order_by, limit, offset, columns: _ } = query;
    let is_bare = order_by.is_empty() && limit.is_none() && offset.is_none();
    match body {
        Body::Query(inner) => !ctes.is_empty() || is_bare && begins_with_with(inner),
        _ => !ctes.is_empty(),
    }
}

/// Whether a query is written with a parenthesis first.
pub(super) fn begins_with_parenthesis(query: &Query) -> bool {
    let Query { ctes, body, order_by, limit, offset, columns: _ } = query;
    if !ctes.is_empty() {
        return false;
    }
    let is_counted = !order_by.is_empty() || limit.is_some() || offset.is_some();
    match body {
        Body::Query(inner) if begins_with_with(inner) => false,
        Body::Query(inner) => is_counted || begins_with_parenthesis(inner),
        Body::SetOperation { left, .. } => begins_body(left),
        Body::Select(_) | Body::Values(_) => false,
    }
}

/// The same for the left side of a set operation, which may be put in parentheses.
fn begins_body(body: &Body) -> bool {
    match body {
        Body::Select(_) | Body::Values(_) => false,
        Body::Query(query) => !begins_with_with(query),
        Body::SetOperation { .. } => true,
    }
}

/// A correlated query of IN or EXISTS without its DISTINCT, which changes nothing for
/// those: engines have rules for fewer queries with it.
pub(super) fn with_duplicates(query: &Query) -> Option<Query> {
    let Body::Select(select) = &query.body else { return None };
    let is_distinct = select.distinct && query.limit.is_none() && query.offset.is_none();
    if !is_distinct || !query.is_correlated() {
        return None;
    }
    let mut rows = query.clone();
    if let Body::Select(select) = &mut rows.body {
        select.distinct = false;
    }
    Some(rows)
}

/// The query of EXISTS without what does not change whether it has rows: an
/// order, a limit of one or more, the columns of `SELECT *`.
fn rows_only(query: &Query) -> Option<Query> {
    let limited = match query.limit.as_ref().map(|limit| &limit.kind) {
        None => false,
        Some(ExprKind::Literal(Literal::Integer(1..))) if query.offset.is_none() => true,
        Some(_) => return None,
    };
    let ordered = !query.order_by.is_empty();
    let Body::Select(select) = &query.body else { return None };
    let columns_alone = select.projection.iter().all(|item| is_column(&item.expr));
    let starred = select.projection.len() > 1 && columns_alone && !select.distinct;
    if !limited && !ordered && !starred {
        return None;
    }
    let mut rows = query.clone();
    rows.order_by.clear();
    rows.limit = None;
    if let (true, Body::Select(select)) = (starred, &mut rows.body) {
        let one = Expr {
            kind: ExprKind::Literal(Literal::Integer(1)),
            ty: Type::Integer,
            nullable: false,
            span: select.projection[0].expr.span,
        };
        select.projection = vec![Projection { expr: one, alias: None }];
    }
    Some(rows)
}
