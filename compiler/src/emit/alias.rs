//! The aliases of output columns, made up where an engine needs them.

use crate::tree::{Expr, ExprKind, Projection, Select, unique_names};

use super::Dialect;
use super::place::Place;

/// The aliases to write: those of the query or, where the engine wants different names
/// for all columns or names casts by their columns, made up ones in addition.
pub(super) fn aliases(select: &Select, place: Place, dialect: &Dialect) -> Vec<Option<String>> {
    let all_differ = dialect.requires_unique_output_names
        || place.in_multiset && dialect.multiset_requires_unique_names;
    let is_misnamed = |item: &Projection| {
        dialect.cast_keeps_column_name && item.name().is_none() && is_cast(&item.expr)
    };
    let plain = !all_differ && !select.projection.iter().any(is_misnamed);
    if plain || select.projection.len() == 1 {
        return select.projection.iter().map(|item| item.alias.clone()).collect();
    }
    let names: Vec<Option<&str>> = select.projection.iter().map(Projection::name).collect();
    let unique = unique_names(&names, |_| false);
    select
        .projection
        .iter()
        .zip(unique)
        .map(|(item, unique)| {
            let is_made_up = all_differ || is_misnamed(item);
            if is_made_up && item.name() != Some(&unique) {
                Some(unique)
            } else {
                item.alias.clone()
            }
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
