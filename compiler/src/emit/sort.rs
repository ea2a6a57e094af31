//! Sort keys that some engines only find among the output columns: they are
//! selected in a query of their own, around which another sorts by them.

use crate::function::FunctionKind;
use crate::tree::{
    Body, Expr, ExprKind, GroupKey, Projection, Query, Select, SortKey, SortTarget, Wrapped,
    relation_names,
};

use super::select::is_column;
use super::{Dialect, HiddenKey};

/// The query with all its sort keys among the columns of a query in its FROM;
/// `None` where there is no key that the dialect wants there.
pub(super) fn with_keys_selected(query: &Query, dialect: &Dialect) -> Option<Query> {
    let Body::Select(select) = &query.body else { return None };
    let is_selected = |key: &SortKey| match &key.target {
        SortTarget::Expr(expr) => dialect.selects_sort_key(hidden_key(expr, select)),
        SortTarget::Output(_) => false,
    };
    query.order_by.iter().any(is_selected).then(|| with_all_keys_selected(query, select))
}

fn hidden_key(expr: &Expr, select: &Select) -> HiddenKey {
    let is_computed = |key: &GroupKey| !is_column(&key.expr);
    let groups_by_computed = select.group_keys().any(is_computed);
    let mut key = HiddenKey {
        of_sets: select.group_by.as_ref().is_some_and(|groups| groups.sets.is_some()),
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
    item.name().is_some_and(|own| own.to_lowercase() == name.to_lowercase())
}

/// The query with all its sort keys among the columns of a query in its FROM.
pub(super) fn with_all_keys_selected(query: &Query, select: &Select) -> Query {
    let mut order_by = query.order_by.clone();
    let hidden = order_by.iter_mut().enumerate().filter_map(|(index, key)| match &mut key.target {
        SortTarget::Expr(expr) => Some((index, expr)),
        SortTarget::Output(_) => None,
    });
    let (keys, places): (Vec<_>, Vec<_>) =
        hidden.map(|(index, expr)| ((format!("_key{index}"), expr.clone()), expr)).unzip();
    let mut wrapped = Wrapped::new(select, keys, usize::MAX - 1, "with_keys");
    for (place, column) in places.into_iter().zip(std::mem::take(&mut wrapped.besides)) {
        *place = column;
    }
    Query { body: Body::Select(wrapped.select().into()), order_by, ..query.clone() }
}
