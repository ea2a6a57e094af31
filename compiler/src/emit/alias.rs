//! The aliases of output columns, made up where an engine needs them.

use std::collections::HashSet;

use crate::tree::{Expr, ExprKind, Projection, Select, unique_names};

use super::Dialect;

/// The aliases to write: those of the query or, where the engine wants different names
/// for all columns or names casts by their columns, made up ones in addition.
pub(super) fn aliases(select: &Select, dialect: &Dialect) -> Vec<Option<String>> {
    let mut seen = HashSet::new();
    let mut written = |item: &Projection| match &item.expr.kind {
        ExprKind::Column(column) if item.alias.is_none() && dialect.repeated_column_needs_alias => {
            let is_new = seen.insert((column.depth, column.relation, column.index));
            (!is_new).then(|| column.name.clone())
        }
        _ => item.alias.clone(),
    };
    let is_misnamed = |item: &Projection| {
        dialect.cast_keeps_column_name && item.name().is_none() && is_cast(&item.expr)
    };
    let plain = !dialect.requires_unique_output_names && !select.projection.iter().any(is_misnamed);
    if plain || select.projection.len() == 1 {
        return select.projection.iter().map(&mut written).collect();
    }
    let names: Vec<Option<&str>> = select.projection.iter().map(Projection::name).collect();
    let unique = unique_names(&names, |_| false);
    select
        .projection
        .iter()
        .zip(unique)
        .map(|(item, unique)| {
            let is_made_up = dialect.requires_unique_output_names || is_misnamed(item);
            if is_made_up && item.name() != Some(&unique) { Some(unique) } else { written(item) }
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
