//! The names and types of a query's columns.

use lakequery_types::Type;

use crate::tree::{Body, Projection};

/// The names of a body's columns.
pub(super) fn names(body: &Body) -> Vec<Option<&str>> {
    match body {
        Body::Select(select) => select.projection.iter().map(Projection::name).collect(),
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
