//! The correlated subqueries that Trino can't plan.
//!
//! It makes a join of such a subquery. The conditions on columns of the query around
//! it are moved outwards, step by step, until they are the join's: past what selects
//! and filters rows, but past what groups or counts them off only where each row of
//! the query around still has its own groups and its own rows. What it can't move
//! is "Given correlated subquery is not supported".

use lakequery_types::Type;

use crate::emit::{Clause, Dialect, Subquery, SubqueryKind, conjuncts, equality};
use crate::function::FunctionKind;
use crate::tree::{Body, Expr, ExprKind, Literal, Query, Relation, Select, SortTarget};

type Refusal = &'static str;

/// Why a subquery can't be planned, if it can't.
pub(super) fn refuses(_: &Dialect, subquery: &Subquery<'_>) -> Option<Refusal> {
    if subquery.clause == Clause::OuterOn && subquery.spans_join {
        return Some(
            "the ON of an outer join can't look for what both sides say; write it in WHERE",
        );
    }
    let correlation = subquery.correlation.as_ref()?;
    if subquery.clause == Clause::OuterOn || correlation.in_outer_join {
        return Some("the ON of an outer join can't use columns of a query around it");
    }
    if correlation.is_skipped {
        return Some("it finds columns of the query right around a subquery, not beyond it");
    }
    let plan = Plan { kind: subquery.kind };
    plan.query(subquery.query, true).err()
}

/// How a subquery becomes a join.
struct Plan<'t> {
    kind: SubqueryKind<'t>,
}

/// What is known of a query's rows on the way outwards.
#[derive(Default)]
struct Rows<'q> {
    /// The conditions that are to be moved further.
    conditions: Vec<&'q Expr>,
    /// They were grouped.
    grouped: bool,
    /// There is one of them: an aggregate over all rows.
    single: bool,
    /// They were counted off.
    limited: bool,
    /// They are the elements of an array of the query around.
    unnested: bool,
    /// There is one of them, made of columns of the query around alone.
    computed: bool,
}

impl Rows<'_> {
    /// One row that is made of columns of the query around.
    fn computed() -> Self {
        Rows { computed: true, ..Rows::default() }
    }
}

impl Plan<'_> {
    /// A query of the subquery; the last one outwards is its own.
    fn query<'q>(&self, query: &'q Query, is_own: bool) -> Result<Rows<'q>, Refusal> {
        let mut rows = match &query.body {
            Body::Select(select) => self.select(select, is_own)?,
            Body::Query(query) => self.query(query, is_own)?,
            Body::SetOperation { .. } => {
                return Err("a set operation in it can't use columns of the query around it");
            }
            Body::Values(rows) if self.is_lateral() => match &rows[..] {
                [_] => return self.unconditional().map(|()| Rows::computed()),
                _ => return Err("its VALUES can use columns beside it in one row only"),
            },
            Body::Values(_) if is_own && !self.is_in() => return Ok(Rows::default()),
            Body::Values(_) => return Err("VALUES in it can't use columns of the query around it"),
        };
        if query.offset.is_some() {
            return Err("it can't have OFFSET and use columns of the query around it");
        }
        let groups_here = matches!(query.body, Body::Select(_));
        if let (Some(limit), false) = (&query.limit, rows.single) {
            if self.is_in() || rows.limited || (rows.grouped && !groups_here) {
                return Err("it can't have this LIMIT and use columns of the query around it");
            }
            let sorts_by_outer = query.order_by.iter().any(|key| match &key.target {
                SortTarget::Expr(key) => is_outer(key),
                SortTarget::Output(_) => false,
            });
            let sorts = !query.order_by.is_empty();
            if self.is_lateral() && sorts && is_bounded(&query.body, limit) {
                return Err("with ORDER BY it can't have a LIMIT that all its rows are within");
            }
            if sorts_by_outer || !rows.conditions.iter().all(|condition| self.stays(condition)) {
                return Err(
                    "with LIMIT it can use columns of the query around it only where a column of \
                     its own `=` something of them",
                );
            }
            let is_exists = matches!(self.kind, SubqueryKind::Exists) && is_own;
            if !is_exists && query.order_by.is_empty() && !counts_several(limit) {
                return Err(
                    "with LIMIT 1 and no ORDER BY it can't use columns of the query around it; \
                     write the ORDER BY, or an aggregate such as `any_value(…)`",
                );
            }
        }
        rows.limited |= query.limit.is_some();
        Ok(rows)
    }

    fn select<'q>(&self, select: &'q Select, is_own: bool) -> Result<Rows<'q>, Refusal> {
        let Select { distinct, projection, from, filter, group_by, having } = select;
        let mut outputs = projection.iter().map(|item| &item.expr);
        if self.is_lateral() && is_one_row(select) {
            return self.unconditional().map(|()| Rows::computed());
        }
        let mut rows = self.sources(from)?;
        let is_row = is_own
            && from.is_empty()
            && filter.is_none()
            && matches!(self.kind, SubqueryKind::Exists);
        let is_row = is_row || self.is_lateral() && (rows.unnested || rows.single);
        if !is_row && outputs.clone().any(is_outer) {
            return Err("its SELECT list can't use columns of the query around it");
        }
        if outputs.clone().any(|output| output.any(&|part| part.subquery().is_some())) {
            return Err(
                "its SELECT list can't have a subquery while it uses columns of the query around it",
            );
        }
        for condition in filter.iter().flat_map(conjuncts) {
            self.condition(condition, &mut rows)?;
        }
        if group_by.as_ref().is_some_and(|groups| groups.sets.is_some()) {
            return Err("it can't have grouping sets and use columns of the query around it");
        }
        if rows.unnested
            && (filter.is_some() || group_by.is_some() || having.is_some() || *distinct)
        {
            return Err(
                "what it unnests of the query around it can't be filtered or grouped; write \
                 `filter(…)`, or aggregate around the query",
            );
        }
        let keys = select.group_keys().map(|key| &key.expr);
        if keys.clone().chain(having).any(is_outer) {
            return Err("its GROUP BY and HAVING can't use columns of the query around it");
        }
        let filters =
            |part: &Expr| matches!(&part.kind, ExprKind::Call(call) if call.filter.is_some());
        if rows.unnested && outputs.clone().any(|output| output.any(&filters)) {
            return Err(
                "an aggregate of what it unnests of the query around it can't have FILTER; write \
                 `filter(…)`",
            );
        }
        let groups = keys.clone().next().is_some();
        let aggregates = groups
            || group_by.is_some()
            || having.is_some()
            || outputs.clone().any(Expr::has_aggregate);
        let is_plain = filter.is_none() && !aggregates && !*distinct;
        if rows.computed && !is_plain {
            return Err(
                "a row made of the query around it can't be filtered or grouped; write that \
                 around the query",
            );
        }
        let numbers = outputs.clone().any(has_window);
        if self.is_in() && (*distinct || aggregates || numbers) {
            return Err(
                "it can't aggregate, number or compare its rows and use columns of the query \
                 around it; write EXISTS",
            );
        }
        if having.is_some() && !groups {
            return Err(
                "it can't have HAVING without GROUP BY and use columns of the query around it",
            );
        }
        if numbers && !(is_own && matches!(self.kind, SubqueryKind::Exists)) {
            return Err("it can't have windows and use columns of the query around it");
        }
        if rows.single && (filter.is_some() || aggregates) {
            return Err(
                "what it aggregates by columns of the query around it can't be filtered or aggregated again",
            );
        }
        if groups {
            let aggregates =
                having.is_some() || projection.iter().any(|item| item.expr.has_aggregate());
            self.group(&rows, &keys.collect::<Vec<_>>(), aggregates)?;
            rows.grouped = true;
        } else if aggregates {
            self.unconditional()?;
            return Ok(Rows { single: true, ..Rows::default() });
        }
        if *distinct && !rows.single {
            self.group(&rows, &outputs.by_ref().collect::<Vec<_>>(), false)?;
            rows.grouped = true;
        }
        Ok(rows)
    }

    /// What FROM has: one query that uses outer columns, or relations that don't.
    fn sources<'q>(&self, from: &'q [Relation]) -> Result<Rows<'q>, Refusal> {
        if let [relation @ Relation::Unnest { .. }] = from
            && relation.uses(0).outer
        {
            self.unconditional()?;
            return match self.is_in() {
                true => Err("IN can't unnest an array of the query around it; write `contains(…)`"),
                false => Ok(Rows { unnested: true, ..Rows::default() }),
            };
        }
        if let [Relation::Derived { query, .. } | Relation::Lateral { query, .. }] = from
            && query.uses(0).outer
        {
            return self.query(query, false);
        }
        let mut rows = Rows::default();
        from.iter().try_for_each(|relation| self.relation(relation, &mut rows))?;
        Ok(rows)
    }

    fn relation<'q>(&self, relation: &'q Relation, rows: &mut Rows<'q>) -> Result<(), Refusal> {
        match relation {
            Relation::Table { .. } | Relation::Cte { .. } => Ok(()),
            Relation::Sample { relation, .. } => self.relation(relation, rows),
            Relation::Derived { .. } | Relation::Lateral { .. } | Relation::Unnest { .. } => {
                match relation.uses(0).outer {
                    true => Err("what it joins can't use columns of the query around it"),
                    false => Ok(()),
                }
            }
            Relation::Join { left, right, kind: _, on, span: _ } => {
                self.relation(left, rows)?;
                self.relation(right, rows)?;
                for condition in on.iter().flat_map(conjuncts) {
                    self.condition(condition, rows)?;
                }
                Ok(())
            }
        }
    }

    /// A condition, which is to be moved outwards where it uses outer columns.
    fn condition<'q>(&self, condition: &'q Expr, rows: &mut Rows<'q>) -> Result<(), Refusal> {
        if !is_outer(condition) {
            return Ok(());
        }
        let mut looks_up = false;
        condition.for_each_part(0, &mut |part, level| {
            if let ExprKind::InSubquery { expr, .. } = &part.kind {
                looks_up |= expr.uses(level).outer;
            }
        });
        if looks_up {
            return Err("what IN looks for in another subquery can't be of the query around it");
        }
        rows.conditions.push(condition);
        Ok(())
    }

    /// Groups rows by keys: each row of the query around has groups of its own where
    /// what a condition compares is the same for all rows of a group.
    fn group(&self, rows: &Rows<'_>, keys: &[&Expr], aggregates: bool) -> Result<(), Refusal> {
        let of_keys = |condition: &Expr| {
            let mut all = true;
            condition.for_each_part(0, &mut |part, level| {
                if let ExprKind::Column(column) = &part.kind {
                    all &= column.is_beyond(level) || keys.iter().any(|key| key.same(part));
                }
            });
            all
        };
        if rows.conditions.iter().all(|condition| self.stays(condition) || of_keys(condition)) {
            return Ok(());
        }
        match self.kind {
            SubqueryKind::Lateral { unconditional: true, keeps_rows }
                if !(keeps_rows && aggregates) =>
            {
                Ok(())
            }
            _ => Err(
                "with GROUP BY or DISTINCT it can use columns of the query around it only where a \
                 column of its own `=` something of them, or with what it groups by",
            ),
        }
    }

    /// Whether a condition gives each row of the query around it rows of its own: a
    /// column is what that row says, and two rows that say different things share none.
    fn stays(&self, condition: &Expr) -> bool {
        let Some((inner, _)) = equality(condition) else { return false };
        match &inner.kind {
            ExprKind::Column(_) => true,
            ExprKind::Coerce(column) => {
                matches!(column.kind, ExprKind::Column(_)) && keeps_apart(&column.ty, &inner.ty)
            }
            _ => false,
        }
    }

    fn is_lateral(&self) -> bool {
        matches!(self.kind, SubqueryKind::Lateral { .. })
    }

    /// Refuses the condition of a join with LATERAL, which such rows can't be held against.
    fn unconditional(&self) -> Result<(), Refusal> {
        match self.kind {
            SubqueryKind::Lateral { unconditional: false, .. } => {
                Err("the join takes no condition but TRUE; filter in WHERE")
            }
            _ => Ok(()),
        }
    }

    fn is_in(&self) -> bool {
        matches!(self.kind, SubqueryKind::In { .. })
    }
}

/// Whether a select gives one row, made of the query around it alone.
fn is_one_row(select: &Select) -> bool {
    let Select { distinct, projection, from, filter, group_by, having } = select;
    from.is_empty()
        && filter.is_none()
        && group_by.is_none()
        && having.is_none()
        && !distinct
        && !projection.iter().any(|item| item.expr.has_aggregate() || has_window(&item.expr))
}

/// Whether a body never has more rows than a literal LIMIT lets through.
fn is_bounded(body: &Body, limit: &Expr) -> bool {
    match &limit.written().kind {
        ExprKind::Literal(Literal::Integer(limit)) => {
            most_rows(body).is_some_and(|most| i64::try_from(most).is_ok_and(|n| n <= *limit))
        }
        _ => false,
    }
}

/// How many rows a body has at most, where that can be told.
fn most_rows(body: &Body) -> Option<usize> {
    let of_relation = |relation: &Relation| match relation {
        Relation::Derived { query, .. } | Relation::Lateral { query, .. } => most_rows(&query.body),
        _ => None,
    };
    match body {
        Body::Values(rows) => Some(rows.len()),
        Body::Query(query) => most_rows(&query.body),
        Body::Select(select) => select
            .from
            .iter()
            .map(of_relation)
            .try_fold(1_usize, |product, most| product.checked_mul(most?)),
        Body::SetOperation { .. } => None,
    }
}

fn is_outer(expr: &Expr) -> bool {
    expr.uses(0).outer
}

fn has_window(expr: &Expr) -> bool {
    expr.any(&|part| {
        matches!(&part.kind, ExprKind::Call(call) if call.function.kind == FunctionKind::Window || call.over.is_some())
    })
}

/// Whether a literal LIMIT lets more than one row through.
fn counts_several(limit: &Expr) -> bool {
    matches!(limit.written().kind, ExprKind::Literal(Literal::Integer(2..)))
}

/// Whether a conversion gives different values for different values.
fn keeps_apart(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::TinyInt | Type::SmallInt, to) => to.is_numeric(),
        (Type::Integer, to) => to.is_numeric() && *to != Type::Real,
        (Type::BigInt, to) => to.is_integer() || matches!(to, Type::Decimal { .. }),
        (Type::Real, to) => to.is_floating(),
        (Type::Decimal { .. }, Type::Decimal { .. })
        | (Type::Varchar(_), Type::Varchar(_))
        | (Type::Date | Type::Timestamp(_), Type::Timestamp(_))
        | (Type::TimestampTz(_), Type::TimestampTz(_))
        | (Type::Time(_), Type::Time(_)) => true,
        _ => false,
    }
}
