//! Sort keys that some engines only find among the output columns: they are
//! selected in a query of their own, around which another sorts by them.

use crate::function::FunctionKind;
use crate::token::Span;
use crate::tree::{
    Alias, Body, ColumnRef, Expr, ExprKind, GroupKey, Projection, Query, Relation, Select, SortKey,
    SortTarget, relation_names, unique_names,
};

use super::select::is_column;
use super::{Dialect, HiddenKey, output};

/// The query with all its sort keys among the columns of a query in its FROM;
/// `None` where there is no key that the dialect wants there.
pub(super) fn with_keys_selected(query: &Query, dialect: &Dialect) -> Option<Query> {
    let Body::Select(select) = &query.body else { return None };
    let is_selected = |key: &SortKey| match &key.target {
        SortTarget::Expr(expr) => dialect.selects_sort_key(hidden_key(expr, select)),
        SortTarget::Output(_) => false,
    };
    query.order_by.iter().any(is_selected).then(|| rewritten(query, select))
}

fn hidden_key(expr: &Expr, select: &Select) -> HiddenKey {
    let is_computed = |key: &GroupKey| !is_column(&key.expr);
    let groups_by_computed = select.group_by.iter().flatten().any(is_computed);
    let mut key = HiddenKey {
        of_filtered_groups: select.having.is_some() && groups_by_computed,
        ..HiddenKey::default()
    };
    let relations = relation_names(&select.from);
    expr.for_each_part(0, &mut |part, _| match &part.kind {
        ExprKind::Column(column) => {
            key.is_shadowed |= select
                .projection
                .iter()
                .any(|item| is_called(item, &column.name) && !item.expr.same(part));
            key.is_mistaken |= relations
                .get(&column.relation)
                .is_some_and(|name| select.projection.iter().any(|item| is_called(item, name)));
        }
        ExprKind::Call(call) => {
            key.has_window |= call.over.is_some() || call.function.kind == FunctionKind::Window;
        }
        _ => key.has_subquery |= part.subquery().is_some(),
    });
    key
}

/// Whether an output column has this name.
pub(super) fn is_called(item: &Projection, name: &str) -> bool {
    output::name(item).is_some_and(|own| own.to_lowercase() == name.to_lowercase())
}

fn rewritten(query: &Query, select: &Select) -> Query {
    /// No relation of the query itself has this number.
    const SORTED: usize = usize::MAX - 1;
    let names: Vec<Option<&str>> = select.projection.iter().map(output::name).collect();
    let unique = unique_names(&names, |_| false);
    let mut inner = select.clone();
    for (item, unique) in inner.projection.iter_mut().zip(&unique) {
        if output::name(item) != Some(unique) {
            item.alias = Some(unique.clone());
        }
    }
    let mut order_by = query.order_by.clone();
    for (index, key) in order_by.iter_mut().enumerate() {
        let SortTarget::Expr(expr) = &key.target else { continue };
        let (ty, nullable, span) = (expr.ty.clone(), expr.nullable, expr.span);
        let mut name = format!("_key{index}");
        while unique.iter().any(|unique| unique.eq_ignore_ascii_case(&name)) {
            name.push('_');
        }
        let column = ColumnRef {
            relation: SORTED,
            index: inner.projection.len(),
            depth: 0,
            qualifier: None,
            name: name.clone(),
        };
        inner.projection.push(Projection { expr: expr.clone(), alias: Some(name) });
        let kind = ExprKind::Column(column);
        key.target = SortTarget::Expr(Expr { kind, ty, nullable, span });
    }
    let outer = |(index, (item, unique)): (usize, (&Projection, &String))| Projection {
        expr: Expr {
            kind: ExprKind::Column(ColumnRef {
                relation: SORTED,
                index,
                depth: 0,
                qualifier: None,
                name: unique.clone(),
            }),
            ..item.expr.clone()
        },
        alias: output::name(item).filter(|name| name != unique).map(str::to_owned),
    };
    let projection = select.projection.iter().zip(&unique).enumerate().map(outer).collect();
    let inner = Query {
        ctes: Vec::new(),
        body: Body::Select(inner.into()),
        order_by: Vec::new(),
        limit: None,
        offset: None,
        columns: query.columns.clone(),
    };
    let alias = Alias { name: "with_keys".to_owned(), columns: Vec::new() };
    let span = select.from.iter().map(Relation::span).reduce(Span::to).unwrap_or_default();
    let relation = Relation::Derived { id: SORTED, query: inner.into(), alias, span };
    Query {
        body: Body::Select(
            Select {
                distinct: false,
                projection,
                from: vec![relation],
                filter: None,
                group_by: None,
                having: None,
            }
            .into(),
        ),
        order_by,
        ..query.clone()
    }
}
