//! Grouping sets on engines that lack a part of them. The group of all rows where there are
//! none, of `GROUPING SETS ((a), ())`, is added by another select, which only then has a row.
//! What HAVING can't ask there is asked in a query around.

use lakequery_types::Type;

use crate::function;
use crate::token::Span;
use crate::tree::{
    BinaryOperator, Body, Call, Expr, ExprKind, GroupBy, Literal, Projection, Query, Select,
    SetOperator, SortTarget, Wrapped,
};

use super::{Dialect, Writer, sort};

impl Writer<'_> {
    /// Refuses what can't be written in another query.
    pub(super) fn check_regrouped(&mut self, body: &Body) {
        let Body::Select(select) = body else { return };
        let Some(groups) = &select.group_by else { return };
        if !self.dialect.having_asks_for_sets && having_asks(select, groups) {
            let window = select.projection.iter().find(|item| item.expr.any(&is_window));
            if let Some(Projection { expr, alias: _ }) = window {
                let reason = "it can't stand beside a HAVING that asks for grouping sets";
                self.refuse(expr.span, "this window function", reason);
            }
            return;
        }
        let what = "a grouping set without keys";
        let span = select.projection.first().map(|item| item.expr.span).unwrap_or_default();
        let mut exprs: Vec<&Expr> = select.projection.iter().map(|item| &item.expr).collect();
        exprs.extend(&select.having);
        // One that is a value is refused beside groups anyway.
        let is_correlated = |expr: &Expr| match &expr.kind {
            ExprKind::Subquery(_) => false,
            _ => expr.subquery().is_some_and(Query::is_correlated),
        };
        if let Some(expr) = exprs.iter().find(|expr| expr.any(&|part| is_correlated(part))) {
            self.refuse(expr.span, what, "it can't stand beside a correlated subquery there");
        }
        let mut uses_outer = false;
        let mut is_drawn = false;
        let rows = rows(select);
        rows.for_each_part(0, &mut |part, level| {
            is_drawn |= part.is_volatile();
            if let ExprKind::Column(column) = &part.kind {
                uses_outer |= column.is_beyond(level);
            }
        });
        if uses_outer {
            self.refuse(span, what, "it can't be in a correlated subquery there");
        }
        if is_drawn {
            self.refuse(span, what, "its rows can't come by chance there; draw them in WITH");
        }
    }
}

/// The query whose grouping sets are written as the engine has them; `None` where they are
/// so already.
pub(super) fn regrouped(query: &Query, dialect: &Dialect) -> Option<Query> {
    let Body::Select(select) = &query.body else { return None };
    let groups = select.group_by.as_ref().filter(|groups| groups.sets.is_some())?;
    if !dialect.having_asks_for_sets && having_asks(select, groups) {
        return Some(having_around(query, select));
    }
    let body = totals(select, dialect)?;
    let by_output = |target: &SortTarget| matches!(target, SortTarget::Output(_));
    // After a set operation only output columns can be sorted by.
    Some(match query.order_by.iter().all(|key| by_output(&key.target)) {
        true => Query { body, ..query.clone() },
        false => sort::with_all_keys_selected(query, select),
    })
}

/// Whether HAVING asks for what only is in grouping sets: `grouping`, or an expression that
/// is a key.
fn having_asks(select: &Select, groups: &GroupBy) -> bool {
    let is_key = |part: &Expr| groups.keys.iter().any(|key| key.expr.same(part));
    let asks = |part: &Expr| match &part.kind {
        ExprKind::Grouping(_) => true,
        ExprKind::Column(_) => false,
        _ => is_key(part),
    };
    select.having.as_ref().is_some_and(|having| having.any(&asks))
}

/// The query with the condition of HAVING in a query around it.
fn having_around(query: &Query, select: &Select) -> Query {
    let mut groups = select.clone();
    groups.distinct = false;
    let having = groups.having.take().map(|having| ("_having".to_owned(), having));
    let mut wrapped = Wrapped::new(&groups, having.into_iter().collect(), usize::MAX - 2, "groups");
    let filter = wrapped.besides.pop();
    let kept = Select { distinct: select.distinct, filter, ..wrapped.select() };
    Query { body: Body::Select(kept.into()), ..query.clone() }
}

/// A side of a set operation, the same way.
pub(super) fn side_regrouped(body: &Body, dialect: &Dialect) -> Option<Body> {
    let Body::Select(select) = body else { return None };
    select.group_by.as_ref()?.sets.as_ref()?;
    let query = Query::bare(body.clone());
    Some(Body::Query(regrouped(&query, dialect)?.into()))
}

/// A select and, where it has no rows to group, as many more as it has sets without keys.
fn totals(select: &Select, dialect: &Dialect) -> Option<Body> {
    let group_by = select.group_by.as_ref()?;
    let totals = group_by.totals();
    if dialect.groups_no_rows || totals == 0 || !group_by.of_nothing {
        return None;
    }
    let types: Vec<Type> = select.projection.iter().map(|item| item.expr.ty.clone()).collect();
    let copies = if select.distinct { 1 } else { totals };
    let total = Body::Select(total_of_nothing(select).into());
    let united = |left: Body, right: &Body| Body::SetOperation {
        operator: SetOperator::Union,
        all: true,
        left: left.into(),
        right: right.clone().into(),
        types: types.clone(),
    };
    let group_by = Some(GroupBy { of_nothing: false, ..group_by.clone() });
    let groups = Body::Select(Select { group_by, ..select.clone() }.into());
    Some((0..copies).fold(groups, |body, _| united(body, &total)))
}

/// The row of the group of all rows, where there are none, and no row where there are some.
fn total_of_nothing(select: &Select) -> Select {
    let keys: Vec<&Expr> = select.group_keys().map(|key| &key.expr).collect();
    let of_total = |expr: &Expr| {
        expr.replaced(&|part| match &part.kind {
            ExprKind::Grouping(_) => {
                let kind = ExprKind::Literal(Literal::Integer(1));
                Some(Expr { kind, ..part.clone() })
            }
            // It aggregates rows, of which there are none.
            _ if part.is_aggregate() => Some(part.clone()),
            _ if keys.iter().any(|key| key.same(part)) => Some(null(part)),
            _ => None,
        })
    };
    let projection = select.projection.iter().map(|item| Projection {
        expr: of_total(&item.expr),
        alias: item.name().map(str::to_owned),
    });
    let no_rows = condition(ExprKind::Exists { query: rows(select).into(), negated: true });
    let conditions = count_is_zero().into_iter().chain([no_rows]);
    Select {
        projection: projection.collect(),
        filter: Some(condition(ExprKind::Literal(Literal::Boolean(false)))),
        group_by: None,
        having: Some(condition(ExprKind::And(
            conditions.chain(select.having.as_ref().map(of_total)).collect(),
        ))),
        ..select.clone()
    }
}

/// The rows that a select groups.
fn rows(select: &Select) -> Query {
    let one = Expr { ty: Type::Integer, ..condition(ExprKind::Literal(Literal::Integer(1))) };
    let rows = Select {
        distinct: false,
        projection: vec![Projection { expr: one, alias: None }],
        from: select.from.clone(),
        filter: select.filter.clone(),
        group_by: None,
        having: None,
    };
    Query::bare(Body::Select(rows.into()))
}

/// Says that the select aggregates, whatever it selects.
fn count_is_zero() -> Option<Expr> {
    let count = Call::plain(function::lookup("count")?, Vec::new());
    let of = |kind| Expr { ty: Type::BigInt, ..condition(kind) };
    Some(condition(ExprKind::Binary {
        operator: BinaryOperator::Eq,
        left: of(ExprKind::Call(count.into())).into(),
        right: of(ExprKind::Literal(Literal::Integer(0))).into(),
    }))
}

fn null(expr: &Expr) -> Expr {
    let literal = Expr {
        kind: ExprKind::Literal(Literal::Null),
        ty: Type::Unknown,
        nullable: true,
        span: expr.span,
    };
    literal.cast(&expr.ty)
}

fn condition(kind: ExprKind) -> Expr {
    Expr { kind, ty: Type::Boolean, nullable: false, span: Span::default() }
}

fn is_window(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call(call) if call.over.is_some())
}
