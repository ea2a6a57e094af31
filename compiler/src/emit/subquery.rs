//! Subqueries in expressions: where they stand and what they use of the query
//! around them, for engines that can't run all of them.

use std::collections::HashSet;

use crate::token::Span;
use crate::tree::{BinaryOperator, Body, Expr, ExprKind, Query, Relation, Select, SortTarget};

use super::Writer;

/// Where in a query the writing is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) clause: Clause,
    pub(super) position: Position,
    /// Directly under a NOT.
    pub(super) negated: bool,
    /// In a select that groups its rows.
    pub(super) grouped: bool,
}

/// A clause of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Clause {
    /// The SELECT list.
    #[default]
    Select,
    /// The condition of an inner join.
    On,
    /// The condition of an outer join.
    OuterOn,
    /// WHERE
    Where,
    /// GROUP BY
    GroupBy,
    /// HAVING
    Having,
    /// ORDER BY
    OrderBy,
    /// LIMIT or OFFSET
    Limit,
    /// VALUES
    Values,
    /// The arguments or the window of an aggregate or window function.
    Aggregate,
}

/// How an expression takes part in its clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Position {
    /// It is the condition, or one of those that AND joins to it.
    #[default]
    Conjunct,
    /// AND and OR lead to it: a NULL does there what FALSE does.
    Disjunct,
    /// Something else is made of it.
    Inside,
}

/// A subquery in an expression.
pub(crate) struct Subquery<'t> {
    pub(crate) kind: SubqueryKind<'t>,
    pub(crate) query: &'t Query,
    pub(crate) clause: Clause,
    pub(crate) position: Position,
    /// In the SELECT list of a select that groups its rows, besides aggregates.
    pub(crate) beside_groups: bool,
    /// What it uses of the query around it; `None` for nothing.
    pub(crate) correlation: Option<Correlation>,
}

/// What a subquery is there for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SubqueryKind<'t> {
    /// `(SELECT …)`
    Scalar,
    /// `operand IN (SELECT …)`; negated by its own NOT or by one right before it.
    In { operand: &'t Expr, negated: bool },
    /// `EXISTS (SELECT …)`
    Exists,
}

/// Where a subquery uses columns of the query around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Correlation {
    /// In its SELECT list.
    pub(crate) in_projection: bool,
    /// In these conditions of WHERE that AND joins.
    pub(crate) conjuncts: Vec<Conjunct>,
    /// Anywhere else: in FROM, GROUP BY, HAVING, ORDER BY, a subquery of its own.
    pub(crate) elsewhere: bool,
    /// In the condition of an outer join, at any depth.
    pub(crate) in_outer_join: bool,
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
    /// The outer side is a column.
    pub(crate) outer_is_column: bool,
    /// All inner columns in it are keys of GROUP BY.
    pub(crate) is_grouped: bool,
}

impl Writer<'_> {
    /// Writes something of a clause.
    pub(super) fn in_clause(&mut self, clause: Clause, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.place, Place { clause, ..Place::default() });
        write(self);
        self.place = outer;
    }

    /// Refuses a subquery that the engine can't run.
    pub(super) fn check_subquery(&mut self, kind: SubqueryKind<'_>, query: &Query, span: Span) {
        let Place { clause, position, negated: _, grouped } = self.place;
        let correlation = correlation(query);
        let beside_groups = grouped && clause == Clause::Select;
        let subquery = Subquery { kind, query, clause, position, beside_groups, correlation };
        let Some(reason) = (self.dialect.refuses_subquery)(&subquery) else { return };
        let what = match (kind, subquery.correlation.is_some()) {
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
        };
        self.refuse(span, what, reason);
    }
}

/// Whether a subquery uses something of the query around it.
pub(crate) fn is_correlated(query: &Query) -> bool {
    correlation(query).is_some()
}

/// What a subquery uses of the query around it.
fn correlation(query: &Query) -> Option<Correlation> {
    let mut own = HashSet::new();
    bind(query, &mut own);
    each_expr(query, &mut |expr| {
        if let Some(query) = expr.subquery() {
            bind(query, &mut own);
        }
    });
    let mut whole = Uses::default();
    each_expr(query, &mut |expr| whole.add(expr, &own));
    if !whole.outer {
        return None;
    }
    let mut correlation = anywhere(query, &own);
    let Body::Select(select) = &query.body else {
        return Some(Correlation { elsewhere: true, ..correlation });
    };
    correlation.elsewhere = uses_outer_elsewhere(query, select, &own);
    for item in &select.projection {
        correlation.in_projection |= Uses::of(&item.expr, &own).outer;
    }
    for condition in select.filter.iter().flat_map(conjuncts) {
        if !Uses::of(condition, &own).outer {
            continue;
        }
        if condition.any(&|expr| expr.subquery().is_some()) {
            correlation.elsewhere = true;
        } else {
            correlation.conjuncts.push(conjunct(condition, select, &own));
        }
    }
    Some(correlation)
}

/// How outer columns are used at any depth of a query.
fn anywhere(query: &Query, own: &HashSet<usize>) -> Correlation {
    let mut correlation = Correlation::default();
    each_expr(query, &mut |expr| {
        let uses_outer = || Uses::of(expr, own).outer;
        correlation.in_aggregate |= expr.is_aggregate() && uses_outer();
        correlation.is_skipped |= expr.subquery().is_some_and(|query| {
            let mut uses = Uses::default();
            each_expr(query, &mut |expr| uses.add(expr, own));
            uses.outer
        });
    });
    each_outer_join(query, &mut |on| correlation.in_outer_join |= Uses::of(on, own).outer);
    correlation
}

/// Calls `f` with the conditions of all outer joins of a query, at any depth.
fn each_outer_join<'q>(query: &'q Query, f: &mut dyn FnMut(&'q Expr)) {
    for cte in &query.ctes {
        each_outer_join(&cte.query, f);
    }
    outer_joins_of_body(&query.body, f);
    each_expr(query, &mut |expr| {
        if let Some(query) = expr.subquery() {
            outer_joins_of_body(&query.body, f);
        }
    });
}

fn outer_joins_of_body<'q>(body: &'q Body, f: &mut dyn FnMut(&'q Expr)) {
    match body {
        Body::Select(select) => {
            select.from.iter().for_each(|relation| outer_joins_of_relation(relation, f));
        }
        Body::Query(query) => each_outer_join(query, f),
        Body::SetOperation { left, right, .. } => {
            outer_joins_of_body(left, f);
            outer_joins_of_body(right, f);
        }
        Body::Values(_) => {}
    }
}

fn outer_joins_of_relation<'q>(relation: &'q Relation, f: &mut dyn FnMut(&'q Expr)) {
    match relation {
        Relation::Table { .. } | Relation::Cte { .. } => {}
        Relation::Derived { query, .. } => each_outer_join(query, f),
        Relation::Join { left, right, kind, on } => {
            outer_joins_of_relation(left, f);
            outer_joins_of_relation(right, f);
            on.iter().filter(|_| kind.is_outer()).for_each(f);
        }
    }
}

/// Whether something besides the SELECT list and WHERE uses outer columns.
fn uses_outer_elsewhere(query: &Query, select: &Select, own: &HashSet<usize>) -> bool {
    let mut uses = Uses::default();
    let keys = query.order_by.iter().filter_map(|key| match &key.target {
        SortTarget::Expr(expr) => Some(expr),
        SortTarget::Output(_) => None,
    });
    let groups = select.group_by.iter().flatten().map(|key| &key.expr);
    keys.chain(groups).chain(&select.having).for_each(|expr| {
        each(expr, &mut |expr| uses.add(expr, own));
    });
    for relation in &select.from {
        each_in_relation(relation, &mut |expr| uses.add(expr, own));
    }
    for cte in &query.ctes {
        each_expr(&cte.query, &mut |expr| uses.add(expr, own));
    }
    uses.outer
}

fn conjuncts(condition: &Expr) -> &[Expr] {
    match &condition.kind {
        ExprKind::And(operands) => operands,
        _ => std::slice::from_ref(condition),
    }
}

fn conjunct(condition: &Expr, select: &Select, own: &HashSet<usize>) -> Conjunct {
    let keys: Vec<&Expr> = select.group_by.iter().flatten().map(|key| &key.expr).collect();
    let mut is_grouped = true;
    each(condition, &mut |expr| {
        let inner = matches!(&expr.kind, ExprKind::Column(c) if own.contains(&c.relation));
        is_grouped &= !inner || keys.iter().any(|key| key.same(expr));
    });
    let ExprKind::Binary { operator: BinaryOperator::Eq, left, right } = &condition.kind else {
        return Conjunct { is_grouped, ..Conjunct::default() };
    };
    let (inner, outer) = if Uses::of(left, own).outer { (right, left) } else { (left, right) };
    Conjunct {
        is_equality: !Uses::of(inner, own).outer && !Uses::of(outer, own).inner,
        inner_is_column: is_column(inner),
        outer_is_column: is_column(outer),
        is_grouped,
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
struct Uses {
    /// Those of the subquery.
    inner: bool,
    /// Those of the query around it.
    outer: bool,
}

impl Uses {
    fn of(expr: &Expr, own: &HashSet<usize>) -> Uses {
        let mut uses = Uses::default();
        each(expr, &mut |expr| uses.add(expr, own));
        uses
    }

    fn add(&mut self, expr: &Expr, own: &HashSet<usize>) {
        if let ExprKind::Column(column) = &expr.kind {
            let inner = own.contains(&column.relation);
            self.inner |= inner;
            self.outer |= !inner;
        }
    }
}

/// Calls `f` with an expression and with all in it, subqueries included.
pub(super) fn each<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
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

fn each_in_relation<'r>(relation: &'r Relation, f: &mut dyn FnMut(&'r Expr)) {
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

fn bind_relation(relation: &Relation, own: &mut HashSet<usize>) {
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
