//! Where subqueries use columns of the queries around them, as engines ask for it.

use std::collections::HashSet;

use crate::tree::{BinaryOperator, Body, ColumnRef, Expr, ExprKind, Query, Relation, SortTarget};

/// Where a subquery uses columns of the query around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Correlation {
    /// In its SELECT list.
    pub(crate) in_projection: bool,
    /// In WITH or FROM, in a query in parentheses, or on a side of a set operation.
    pub(crate) in_source: bool,
    /// In an UNNEST, at any depth.
    pub(crate) in_unnest: bool,
    /// In a LATERAL of its own, at any depth.
    pub(crate) in_lateral: bool,
    /// In these conditions of WHERE that AND joins.
    pub(crate) conjuncts: Vec<Conjunct>,
    /// In a condition of WHERE that has a subquery of its own.
    pub(crate) in_nested: bool,
    /// In GROUP BY.
    pub(crate) in_group_by: bool,
    /// In HAVING.
    pub(crate) in_having: bool,
    /// In ORDER BY.
    pub(crate) in_order_by: bool,
    /// In the condition of an outer join, at any depth.
    pub(crate) in_outer_join: bool,
    /// In a query that an outer join joins, at any depth.
    pub(crate) beneath_outer_join: bool,
    /// In an ORDER BY, at any depth.
    pub(crate) in_any_order: bool,
    /// It has a set operation, one side of which is a row without FROM.
    pub(crate) beside_one_row: bool,
    /// In an aggregate's arguments.
    pub(crate) in_aggregate: bool,
    /// A subquery in it uses columns from beyond it.
    pub(crate) is_skipped: bool,
}

/// A condition on columns of the query around.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Conjunct {
    /// It is `=`, one side from inside and the other side from outside alone.
    pub(crate) is_equality: bool,
}

impl Correlation {
    /// Anywhere but in the SELECT list and in the conditions of WHERE.
    pub(crate) const fn is_elsewhere(&self) -> bool {
        self.in_source || self.in_nested || self.in_group_by || self.in_having || self.in_order_by
    }
}

/// The relations around a subquery whose columns it uses.
pub(super) fn outer_relations(query: &Query) -> HashSet<usize> {
    let mut used = HashSet::new();
    query.for_each_part(0, &mut |part, level| {
        used.extend(column(part).filter(|column| column.is_beyond(level)).map(|c| c.relation));
    });
    used
}

/// The relations whose columns an expression uses, subqueries included.
pub(super) fn relations(expr: &Expr) -> HashSet<usize> {
    let mut used = HashSet::new();
    expr.for_each_part(0, &mut |part, _| used.extend(column(part).map(|c| c.relation)));
    used
}

const fn column(expr: &Expr) -> Option<&ColumnRef> {
    match &expr.kind {
        ExprKind::Column(column) => Some(column),
        _ => None,
    }
}

/// The two sides of `=` where one is of a subquery's own columns alone, and one of those
/// around it: the inner one, the outer one.
pub(crate) fn equality(condition: &Expr) -> Option<(&Expr, &Expr)> {
    let ExprKind::Binary { operator: BinaryOperator::Eq, left, right } = &condition.kind else {
        return None;
    };
    let (inner, outer) = if left.uses(0).outer { (right, left) } else { (left, right) };
    (!inner.uses(0).outer && !outer.uses(0).inner).then_some((inner, outer))
}

/// What a subquery uses of the query around it.
pub(super) fn correlation(query: &Query) -> Option<Correlation> {
    if !query.is_correlated() {
        return None;
    }
    let mut correlation = anywhere(query);
    let Body::Select(select) = &query.body else {
        return Some(Correlation { in_source: true, ..correlation });
    };
    let outer = |expr: &Expr| expr.uses(0).outer;
    correlation.in_source = select.from.iter().any(|relation| relation.uses(0).outer)
        || query.ctes.iter().any(|cte| cte.query.uses(0).outer);
    correlation.in_projection = select.projection.iter().any(|item| outer(&item.expr));
    correlation.in_group_by = select.group_keys().any(|key| outer(&key.expr));
    correlation.in_having = select.having.iter().any(outer);
    correlation.in_order_by = sorts_by_outer(query);
    for condition in select.filter.iter().flat_map(conjuncts) {
        if !outer(condition) {
            continue;
        }
        if condition.any(&|expr| expr.subquery().is_some()) {
            correlation.in_nested = true;
        } else {
            correlation.conjuncts.push(conjunct(condition));
        }
    }
    Some(correlation)
}

/// How outer columns are used at any depth of a query.
fn anywhere(query: &Query) -> Correlation {
    let mut correlation = Correlation::default();
    query.for_each_part(0, &mut |part, level| {
        correlation.in_aggregate |= part.is_aggregate() && part.uses(level).outer;
        correlation.is_skipped |= part.subquery().is_some_and(|query| query.uses(level + 1).outer);
    });
    each_query(query, &mut |query| {
        correlation.beside_one_row |= combines_one_row(&query.body);
        correlation.in_any_order |= sorts_by_outer(query);
        correlation.in_unnest |=
            has_outer(&query.body, &|relation| matches!(relation, Relation::Unnest { .. }));
        correlation.in_lateral |=
            has_outer(&query.body, &|relation| matches!(relation, Relation::Lateral { .. }));
    });
    each_outer_join(query, &mut |left, right, on, level| {
        correlation.in_outer_join |= on.is_some_and(|on| on.uses(level).outer);
        correlation.beneath_outer_join |= left.uses(level).outer || right.uses(level).outer;
    });
    correlation
}

/// Whether a query, which is no deeper in subqueries, sorts by outer columns.
fn sorts_by_outer(query: &Query) -> bool {
    query.order_by.iter().any(|key| match &key.target {
        SortTarget::Expr(expr) => expr.uses(0).outer,
        SortTarget::Output(_) => false,
    })
}

/// Calls `f` with a query and the queries in its WITH, its FROM and its set operations.
fn each_query<'q>(query: &'q Query, f: &mut dyn FnMut(&'q Query)) {
    f(query);
    query.ctes.iter().for_each(|cte| each_query(&cte.query, f));
    each_query_of_body(&query.body, f);
}

fn each_query_of_body<'q>(body: &'q Body, f: &mut dyn FnMut(&'q Query)) {
    match body {
        Body::Select(select) => {
            select.from.iter().for_each(|relation| each_query_of_relation(relation, f));
        }
        Body::Query(query) => each_query(query, f),
        Body::SetOperation { left, right, .. } => {
            each_query_of_body(left, f);
            each_query_of_body(right, f);
        }
        Body::Values(_) => {}
    }
}

fn each_query_of_relation<'q>(relation: &'q Relation, f: &mut dyn FnMut(&'q Query)) {
    match relation {
        Relation::Table { .. } | Relation::Cte { .. } | Relation::Unnest { .. } => {}
        Relation::Derived { query, .. } | Relation::Lateral { query, .. } => each_query(query, f),
        Relation::Sample { relation, .. } => each_query_of_relation(relation, f),
        Relation::Join { left, right, .. } => {
            each_query_of_relation(left, f);
            each_query_of_relation(right, f);
        }
    }
}

/// Whether a body has such a relation that uses columns of the query around.
fn has_outer(body: &Body, is_such: &dyn Fn(&Relation) -> bool) -> bool {
    let Body::Select(select) = body else { return false };
    let mut found = false;
    for relation in &select.from {
        relation.for_each_joined(&mut |relation| {
            found |= is_such(relation) && relation.uses(0).outer;
        });
    }
    found
}

/// Whether a body is a set operation with a row without FROM on a side.
fn combines_one_row(body: &Body) -> bool {
    matches!(body, Body::SetOperation { left, right, .. } if is_one_row(left) || is_one_row(right))
}

fn is_one_row(body: &Body) -> bool {
    match body {
        Body::Select(select) => select.from.is_empty(),
        Body::Query(query) => is_one_row(&query.body),
        Body::SetOperation { left, right, .. } => is_one_row(left) || is_one_row(right),
        Body::Values(_) => true,
    }
}

/// What is called with the sides and the condition of a join, and its level.
type EachJoin<'q, 'f> = dyn FnMut(&'q Relation, &'q Relation, Option<&'q Expr>, usize) + 'f;

/// Calls `f` with all outer joins of a query, at any depth.
fn each_outer_join<'q>(query: &'q Query, f: &mut EachJoin<'q, '_>) {
    let mut each = |query: &'q Query, level| {
        each_query(query, &mut |query| outer_joins_of_body(&query.body, level, f));
    };
    each(query, 0);
    query.for_each_part(0, &mut |part, level| {
        part.subquery().into_iter().for_each(|query| each(query, level + 1));
    });
}

/// Calls `f` with the outer joins of a body, without those of the queries in it.
fn outer_joins_of_body<'q>(body: &'q Body, level: usize, f: &mut EachJoin<'q, '_>) {
    match body {
        Body::Select(select) => {
            select.from.iter().for_each(|relation| outer_joins_of_relation(relation, level, f));
        }
        Body::SetOperation { left, right, .. } => {
            outer_joins_of_body(left, level, f);
            outer_joins_of_body(right, level, f);
        }
        Body::Query(_) | Body::Values(_) => {}
    }
}

fn outer_joins_of_relation<'q>(relation: &'q Relation, level: usize, f: &mut EachJoin<'q, '_>) {
    if let Relation::Join { left, right, kind, on, .. } = relation {
        outer_joins_of_relation(left, level, f);
        outer_joins_of_relation(right, level, f);
        if kind.is_outer() {
            f(left, right, on.as_ref(), level);
        }
    }
}

/// The conditions that AND joins.
pub(crate) fn conjuncts(condition: &Expr) -> &[Expr] {
    match &condition.kind {
        ExprKind::And(operands) => operands,
        _ => std::slice::from_ref(condition),
    }
}

fn conjunct(condition: &Expr) -> Conjunct {
    Conjunct { is_equality: equality(condition).is_some() }
}
