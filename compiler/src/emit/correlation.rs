//! What subqueries use of the queries around them.

use std::collections::HashSet;

use crate::tree::{BinaryOperator, Body, Expr, ExprKind, Query, Relation, Select, SortTarget};

/// Where a subquery uses columns of the query around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Correlation {
    /// In its SELECT list.
    pub(crate) in_projection: bool,
    /// In WITH or FROM, in a query in parentheses, or on a side of a set operation.
    pub(crate) in_source: bool,
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
    /// The inner side is a column.
    pub(crate) inner_is_column: bool,
}

impl Correlation {
    /// Anywhere but in the SELECT list and in the conditions of WHERE.
    pub(crate) const fn is_elsewhere(&self) -> bool {
        self.in_source || self.in_nested || self.in_group_by || self.in_having || self.in_order_by
    }
}

/// Whether a subquery uses something of the query around it.
pub(crate) fn is_correlated(query: &Query) -> bool {
    correlation(query).is_some()
}

/// The relations around a subquery whose columns it uses.
pub(super) fn outer_relations(query: &Query) -> HashSet<usize> {
    let inner = Inner::of(query);
    let mut used = HashSet::new();
    each_expr(query, &mut |expr| used.extend(relation(expr).filter(|id| !inner.0.contains(id))));
    used
}

/// The relations whose columns an expression uses, subqueries included.
pub(super) fn relations(expr: &Expr) -> HashSet<usize> {
    let mut used = HashSet::new();
    each(expr, &mut |part| used.extend(relation(part)));
    used
}

fn relation(expr: &Expr) -> Option<usize> {
    match &expr.kind {
        ExprKind::Column(column) => Some(column.relation),
        _ => None,
    }
}

/// The relations of a subquery, those of its own subqueries included. The others
/// whose columns it uses are of the query around it.
pub(crate) struct Inner(HashSet<usize>);

impl Inner {
    pub(crate) fn of(query: &Query) -> Inner {
        let mut relations = HashSet::new();
        bind(query, &mut relations);
        each_expr(query, &mut |expr| {
            if let Some(query) = expr.subquery() {
                bind(query, &mut relations);
            }
        });
        Inner(relations)
    }

    /// Whose columns an expression uses, at any depth.
    pub(crate) fn uses(&self, expr: &Expr) -> Uses {
        let mut uses = Uses::default();
        each(expr, &mut |expr| uses.add(expr, self));
        uses
    }

    /// The same for a query.
    pub(crate) fn used_by(&self, query: &Query) -> Uses {
        let mut uses = Uses::default();
        each_expr(query, &mut |expr| uses.add(expr, self));
        uses
    }

    /// The two sides of `=` where one is of inner columns alone, and one of outer ones:
    /// the inner one, the outer one.
    pub(crate) fn equality<'e>(&self, condition: &'e Expr) -> Option<(&'e Expr, &'e Expr)> {
        let ExprKind::Binary { operator: BinaryOperator::Eq, left, right } = &condition.kind else {
            return None;
        };
        let (inner, outer) = if self.uses(left).outer { (right, left) } else { (left, right) };
        (!self.uses(inner).outer && !self.uses(outer).inner).then_some((inner, outer))
    }
}

/// What a subquery uses of the query around it.
pub(super) fn correlation(query: &Query) -> Option<Correlation> {
    let inner = Inner::of(query);
    if !inner.used_by(query).outer {
        return None;
    }
    let mut correlation = anywhere(query, &inner);
    let Body::Select(select) = &query.body else {
        return Some(Correlation { in_source: true, ..correlation });
    };
    let outer = |expr: &Expr| inner.uses(expr).outer;
    correlation.in_source = sources_use_outer(query, select, &inner);
    correlation.in_projection = select.projection.iter().any(|item| outer(&item.expr));
    correlation.in_group_by = select.group_by.iter().flatten().any(|key| outer(&key.expr));
    correlation.in_having = select.having.iter().any(outer);
    correlation.in_order_by = query.order_by.iter().any(|key| match &key.target {
        SortTarget::Expr(expr) => outer(expr),
        SortTarget::Output(_) => false,
    });
    for condition in select.filter.iter().flat_map(conjuncts) {
        if !outer(condition) {
            continue;
        }
        if condition.any(&|expr| expr.subquery().is_some()) {
            correlation.in_nested = true;
        } else {
            correlation.conjuncts.push(conjunct(condition, &inner));
        }
    }
    Some(correlation)
}

/// How outer columns are used at any depth of a query.
fn anywhere(query: &Query, inner: &Inner) -> Correlation {
    let mut correlation = Correlation::default();
    each_expr(query, &mut |expr| {
        correlation.in_aggregate |= expr.is_aggregate() && inner.uses(expr).outer;
        correlation.is_skipped |= expr.subquery().is_some_and(|query| inner.used_by(query).outer);
    });
    each_query(query, &mut |query| {
        correlation.beside_one_row |= combines_one_row(&query.body);
        correlation.in_any_order |= query.order_by.iter().any(|key| match &key.target {
            SortTarget::Expr(expr) => inner.uses(expr).outer,
            SortTarget::Output(_) => false,
        });
    });
    each_outer_join(query, &mut |left, right, on| {
        correlation.in_outer_join |= on.is_some_and(|on| inner.uses(on).outer);
        for side in [left, right] {
            each_in_relation(side, &mut |expr| {
                correlation.beneath_outer_join |= inner.uses(expr).outer;
            });
        }
    });
    correlation
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
        Relation::Table { .. } | Relation::Cte { .. } => {}
        Relation::Derived { query, .. } => each_query(query, f),
        Relation::Join { left, right, .. } => {
            each_query_of_relation(left, f);
            each_query_of_relation(right, f);
        }
    }
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

/// What is called with the sides and the condition of a join.
type EachJoin<'q, 'f> = dyn FnMut(&'q Relation, &'q Relation, Option<&'q Expr>) + 'f;

/// Calls `f` with all outer joins of a query, at any depth.
fn each_outer_join<'q>(query: &'q Query, f: &mut EachJoin<'q, '_>) {
    let mut each = |query: &'q Query| {
        each_query(query, &mut |query| outer_joins_of_body(&query.body, f));
    };
    each(query);
    each_expr(query, &mut |expr| expr.subquery().into_iter().for_each(&mut each));
}

/// Calls `f` with the outer joins of a body, without those of the queries in it.
fn outer_joins_of_body<'q>(body: &'q Body, f: &mut EachJoin<'q, '_>) {
    match body {
        Body::Select(select) => {
            select.from.iter().for_each(|relation| outer_joins_of_relation(relation, f));
        }
        Body::SetOperation { left, right, .. } => {
            outer_joins_of_body(left, f);
            outer_joins_of_body(right, f);
        }
        Body::Query(_) | Body::Values(_) => {}
    }
}

fn outer_joins_of_relation<'q>(relation: &'q Relation, f: &mut EachJoin<'q, '_>) {
    if let Relation::Join { left, right, kind, on } = relation {
        outer_joins_of_relation(left, f);
        outer_joins_of_relation(right, f);
        if kind.is_outer() {
            f(left, right, on.as_ref());
        }
    }
}

/// Whether WITH or FROM uses outer columns.
fn sources_use_outer(query: &Query, select: &Select, inner: &Inner) -> bool {
    let mut uses = Uses::default();
    for relation in &select.from {
        each_in_relation(relation, &mut |expr| uses.add(expr, inner));
    }
    for cte in &query.ctes {
        each_expr(&cte.query, &mut |expr| uses.add(expr, inner));
    }
    uses.outer
}

/// The conditions that AND joins.
pub(crate) fn conjuncts(condition: &Expr) -> &[Expr] {
    match &condition.kind {
        ExprKind::And(operands) => operands,
        _ => std::slice::from_ref(condition),
    }
}

fn conjunct(condition: &Expr, inner: &Inner) -> Conjunct {
    let equality = inner.equality(condition);
    Conjunct {
        is_equality: equality.is_some(),
        inner_is_column: equality.is_some_and(|(inner, _)| is_column(inner)),
    }
}

fn is_column(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Column(_) => true,
        ExprKind::Coerce(inner) => is_column(inner),
        _ => false,
    }
}

/// Whose columns are used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Uses {
    /// Those of the subquery.
    pub(crate) inner: bool,
    /// Those of the query around it.
    pub(crate) outer: bool,
}

impl Uses {
    fn add(&mut self, expr: &Expr, inner: &Inner) {
        if let Some(relation) = relation(expr) {
            let is_inner = inner.0.contains(&relation);
            self.inner |= is_inner;
            self.outer |= !is_inner;
        }
    }
}

/// Calls `f` with an expression and with all in it, subqueries included.
pub(crate) fn each<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    f(expr);
    expr.for_each_operand(&mut |operand| each(operand, f));
    if let Some(query) = expr.subquery() {
        each_expr(query, f);
    }
}

/// Calls `f` with all expressions of a query and all in them.
fn each_expr<'q>(query: &'q Query, f: &mut dyn FnMut(&'q Expr)) {
    query.for_each_expr(&mut |expr| each(expr, f));
}

/// Calls `f` with all expressions in a relation.
pub(crate) fn each_in_relation<'r>(relation: &'r Relation, f: &mut dyn FnMut(&'r Expr)) {
    match relation {
        Relation::Table { .. } | Relation::Cte { .. } => {}
        Relation::Derived { query, .. } => each_expr(query, f),
        Relation::Join { left, right, on, .. } => {
            each_in_relation(left, f);
            each_in_relation(right, f);
            on.iter().for_each(|on| each(on, f));
        }
    }
}

/// Collects the relations of a query, without those of subqueries in expressions.
fn bind(query: &Query, own: &mut HashSet<usize>) {
    for cte in &query.ctes {
        bind(&cte.query, own);
    }
    bind_body(&query.body, own);
}

fn bind_body(body: &Body, own: &mut HashSet<usize>) {
    match body {
        Body::Select(select) => {
            select.from.iter().for_each(|relation| bind_relation(relation, own));
        }
        Body::Query(query) => bind(query, own),
        Body::SetOperation { left, right, .. } => {
            bind_body(left, own);
            bind_body(right, own);
        }
        Body::Values(_) => {}
    }
}

pub(super) fn bind_relation(relation: &Relation, own: &mut HashSet<usize>) {
    match relation {
        Relation::Table { id, .. } | Relation::Cte { id, .. } => {
            own.insert(*id);
        }
        Relation::Derived { id, query, .. } => {
            own.insert(*id);
            bind(query, own);
        }
        Relation::Join { left, right, .. } => {
            bind_relation(left, own);
            bind_relation(right, own);
        }
    }
}
