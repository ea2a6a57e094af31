//! What relations and joins tell of themselves.

use crate::token::Span;

#[cfg(doc)]
use super::ColumnRef;
use super::{JoinKind, Relation};

impl Relation {
    /// Where it stands, without its alias.
    pub const fn span(&self) -> Span {
        match self {
            Relation::Table { span, .. }
            | Relation::Cte { span, .. }
            | Relation::Derived { span, .. }
            | Relation::Lateral { span, .. }
            | Relation::Unnest { span, .. }
            | Relation::Sample { span, .. }
            | Relation::Join { span, .. } => *span,
        }
    }

    /// Calls `f` with it or, where it is a join, with the relations that are joined.
    pub fn for_each_joined<'r>(&'r self, f: &mut dyn FnMut(&'r Relation)) {
        match self {
            Relation::Table { .. }
            | Relation::Cte { .. }
            | Relation::Derived { .. }
            | Relation::Lateral { .. }
            | Relation::Unnest { .. }
            | Relation::Sample { .. } => f(self),
            Relation::Join { left, right, .. } => {
                left.for_each_joined(f);
                right.for_each_joined(f);
            }
        }
    }

    /// Its number in the query (see [`ColumnRef::relation`]); a join has none.
    pub const fn id(&self) -> Option<usize> {
        match self {
            Relation::Table { id, .. }
            | Relation::Cte { id, .. }
            | Relation::Derived { id, .. }
            | Relation::Lateral { id, .. }
            | Relation::Unnest { id, .. } => Some(*id),
            Relation::Sample { relation, .. } => relation.id(),
            Relation::Join { .. } => None,
        }
    }

    /// The name that its columns can be qualified with; a join has none.
    pub fn name(&self) -> Option<&str> {
        match self {
            Relation::Table { table, alias, .. } => {
                Some(alias.as_ref().map_or(&table.name, |alias| &alias.name))
            }
            Relation::Cte { name, alias, .. } => {
                Some(alias.as_ref().map_or(name, |alias| &alias.name))
            }
            Relation::Derived { alias, .. }
            | Relation::Lateral { alias, .. }
            | Relation::Unnest { alias, .. } => Some(&alias.name),
            Relation::Sample { relation, .. } => relation.name(),
            Relation::Join { .. } => None,
        }
    }
}

impl JoinKind {
    /// Whether it keeps rows that meet no other.
    pub const fn is_outer(self) -> bool {
        matches!(self, JoinKind::Left | JoinKind::Right | JoinKind::Full)
    }
}
