//! The names and types of a query's columns.

use lakequery_types::Type;

use crate::tree::{Body, Expr, ExprKind, Projection, Select, unique_names};

use super::Dialect;

/// The name of an output column: its alias, or that of the column it is.
pub(super) fn name(projection: &Projection) -> Option<&str> {
    match (&projection.alias, &projection.expr.kind) {
        (Some(alias), _) => Some(alias),
        (None, ExprKind::Column(column)) => Some(&column.name),
        _ => None,
    }
}

/// The names of a body's columns.
pub(super) fn names(body: &Body) -> Vec<Option<&str>> {
    match body {
        Body::Select(select) => select.projection.iter().map(name).collect(),
        Body::Query(query) => query.columns.iter().map(|column| column.name.as_deref()).collect(),
        Body::SetOperation { left, .. } => names(left),
        Body::Values(rows) => vec![None; rows.first().map_or(0, Vec::len)],
    }
}

/// The types of a body's columns.
pub(super) fn types(body: &Body) -> Vec<&Type> {
    match body {
        Body::Select(select) => select.projection.iter().map(|item| &item.expr.ty).collect(),
        Body::Query(query) => query.columns.iter().map(|column| &column.ty).collect(),
        Body::SetOperation { types, .. } => types.iter().collect(),
        Body::Values(rows) => rows.iter().take(1).flatten().map(|value| &value.ty).collect(),
    }
}

/// Whether the name at `index` is there and no other's.
pub(super) fn is_unique(names: &[Option<&str>], index: usize) -> bool {
    let same = |other: &str| names[index].is_some_and(|name| name.eq_ignore_ascii_case(other));
    names.iter().flatten().filter(|other| same(other)).count() == 1
}

/// The aliases to write: those of the query or, where the engine wants different names
/// for all columns or names casts by their columns, made up ones in addition.
pub(super) fn aliases(select: &Select, dialect: &Dialect) -> Vec<Option<String>> {
    let written = |item: &Projection| item.alias.clone();
    let is_misnamed = |item: &Projection| {
        dialect.cast_keeps_column_name && name(item).is_none() && is_cast(&item.expr)
    };
    let plain = !dialect.requires_unique_output_names && !select.projection.iter().any(is_misnamed);
    if plain || select.projection.len() == 1 {
        return select.projection.iter().map(written).collect();
    }
    let names: Vec<Option<&str>> = select.projection.iter().map(name).collect();
    let unique = unique_names(&names, |_| false);
    select
        .projection
        .iter()
        .zip(unique)
        .map(|(item, unique)| {
            let is_made_up = dialect.requires_unique_output_names || is_misnamed(item);
            if is_made_up && name(item) != Some(&unique) { Some(unique) } else { written(item) }
        })
        .collect()
}

/// Whether this is a column, converted.
fn is_cast(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Cast { expr, .. } | ExprKind::Coerce(expr) => {
            matches!(expr.kind, ExprKind::Column(_)) || is_cast(expr)
        }
        _ => false,
    }
}
