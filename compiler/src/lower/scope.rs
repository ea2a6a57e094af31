//! What names can stand for: the relations in scope and their columns, common table
//! expressions, windows.

use std::collections::HashSet;

use lakequery_types::{Type, same_name};

use crate::token::Span;
use crate::tree::{Expr, JoinKind, Window};

/// A common table expression in scope.
pub(super) struct CteBinding {
    pub(super) name: String,
    /// Where its name stands.
    pub(super) span: Span,
    pub(super) columns: Vec<ScopeColumn>,
    pub(super) known: bool,
}

/// A window of the WINDOW clause.
pub(super) struct NamedWindow {
    pub(super) name: String,
    /// Where its name stands.
    pub(super) span: Span,
    pub(super) window: Window,
}

/// The relations of one query level.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// How many subqueries in expressions are around the query (see [`Lowerer::enter`]).
    ///
    /// [`Lowerer::enter`]: super::Lowerer::enter
    pub(super) level: usize,
    pub(super) relations: Vec<ScopeRelation>,
    /// The columns merged by USING.
    pub(super) merged: Vec<Merged>,
    /// The names that SELECT gives with AS, and where: no clause but ORDER BY
    /// sees them.
    pub(super) aliases: Vec<(String, Span)>,
    /// While a key of ORDER BY is lowered: the output columns that have a name,
    /// which comes before those of the relations there.
    pub(super) outputs: Vec<NamedOutput>,
    /// Whether the relations' columns come before `outputs`: in QUALIFY.
    pub(super) inputs_first: bool,
    /// The keys that some of the grouping sets leave out: NULL in their rows.
    pub(super) left_out: Vec<Expr>,
    /// What `grouping` is asked about.
    pub(super) asked_about: Vec<Expr>,
}

/// An output column that has a name.
#[derive(Clone, Debug)]
pub(super) struct NamedOutput {
    pub(super) name: String,
    /// Which output column it is, and where its name stands.
    pub(super) index: usize,
    pub(super) span: Span,
    pub(super) expr: Expr,
}

/// A relation in scope.
#[derive(Clone, Debug)]
pub(super) struct ScopeRelation {
    /// Its number, unique in the whole query.
    pub(super) id: usize,
    /// Its alias or name; `None` for a subquery without alias.
    pub(super) name: Option<String>,
    /// The name that it has in the emitted SQL, where a column needs one before it.
    pub(super) emitted: String,
    /// The logical schema, where it may be written before the name.
    pub(super) schema: Option<String>,
    pub(super) columns: Vec<ScopeColumn>,
    /// Whether its columns are known: not so for a table that has a diagnostic.
    pub(super) known: bool,
    /// Where its alias or name stands.
    pub(super) span: Span,
    /// The outer joins that can fill its columns with NULL.
    pub(super) filled_by: Vec<Filling>,
    /// The columns that a condition has proven not to be NULL.
    pub(super) proven: HashSet<usize>,
    /// Whether it is a lambda, whose parameters are the columns.
    pub(super) is_lambda: bool,
}

/// A column of a relation in scope.
#[derive(Clone, Debug)]
pub(super) struct ScopeColumn {
    /// Its name; `None` for an expression without one, which can't be referred to.
    pub(super) name: Option<String>,
    /// The name that it has in the emitted SQL, which no other column of the
    /// relation has.
    pub(super) emitted: String,
    pub(super) ty: Type,
    pub(super) nullable: bool,
}

/// A column merged by USING: without a qualifier its name means the first of
/// its sources that is not NULL.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    pub(super) name: String,
    /// The type that its sources have in common.
    pub(super) ty: Type,
    /// Empty after a diagnostic.
    pub(super) sources: Vec<Source>,
    /// The full join that merged it, if it was one: its own NULLs don't count,
    /// for one of the sides is always there.
    pub(super) full_join: Option<usize>,
    /// The columns that the name no longer means on its own.
    pub(super) hides: Vec<ColumnKey>,
}

/// A side of a column merged by USING.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Column(ColumnKey),
    /// It was merged before.
    Merged(Merged),
}

/// A column of a relation: the relation's number and the column's index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ColumnKey {
    pub(super) relation: usize,
    pub(super) index: usize,
}

impl ColumnKey {
    /// In place of an index: the row as a whole, that an outer join may leave out.
    pub(super) const ROW: usize = usize::MAX;
}

/// A side that an outer join fills with NULLs where it has no match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Filling {
    pub(super) join: usize,
    pub(super) right: bool,
}

/// What an unqualified name means in a scope.
pub(super) enum Found<'s> {
    Nothing,
    Column(&'s ScopeRelation, usize),
    Merged(&'s Merged),
    Several(Vec<&'s ScopeRelation>),
}

impl ScopeRelation {
    pub(super) fn is_nullable(&self, index: usize) -> bool {
        !self.filled_by.is_empty()
            || (self.columns[index].nullable && !self.proven.contains(&index))
    }

    /// Whether the column can be NULL for another reason than these joins.
    pub(super) fn is_nullable_but_for(&self, index: usize, joins: &[usize]) -> bool {
        self.filled_by.iter().any(|filling| !joins.contains(&filling.join))
            || (self.columns[index].nullable && !self.proven.contains(&index))
    }

    /// The names of its columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter_map(|column| column.name.as_deref())
    }

    pub(super) fn find(&self, name: &str) -> Vec<usize> {
        let matches =
            |column: &ScopeColumn| column.name.as_deref().is_some_and(|own| same_name(own, name));
        (0..self.columns.len()).filter(|&i| matches(&self.columns[i])).collect()
    }
}

impl Scope {
    pub(super) fn relation(&self, id: usize) -> Option<&ScopeRelation> {
        self.relations.iter().find(|relation| relation.id == id)
    }

    pub(super) fn find(&self, name: &str) -> Found<'_> {
        if let Some(merged) = self.merged.iter().rev().find(|merged| same_name(&merged.name, name))
        {
            let others = self.visible(name).into_iter().filter(|(relation, index)| {
                !merged.hides.contains(&ColumnKey { relation: relation.id, index: *index })
            });
            let mut others: Vec<_> = others.map(|(relation, _)| relation).collect();
            if others.is_empty() {
                return Found::Merged(merged);
            }
            others.extend(merged.hides.iter().filter_map(|key| self.relation(key.relation)));
            return Found::Several(others);
        }
        match &self.visible(name)[..] {
            [] => Found::Nothing,
            [(relation, index)] => Found::Column(relation, *index),
            several => Found::Several(several.iter().map(|(relation, _)| *relation).collect()),
        }
    }

    /// The columns of this name, whichever relation they are of.
    pub(super) fn keys(&self, name: &str) -> Vec<ColumnKey> {
        let key =
            |(relation, index): (&ScopeRelation, usize)| ColumnKey { relation: relation.id, index };
        self.visible(name).into_iter().map(key).collect()
    }

    fn visible(&self, name: &str) -> Vec<(&ScopeRelation, usize)> {
        self.relations
            .iter()
            .flat_map(|relation| relation.find(name).into_iter().map(move |i| (relation, i)))
            .collect()
    }

    /// The relations that `name` or `schema.name` means.
    pub(super) fn named(&self, schema: Option<&str>, name: &str) -> Vec<&ScopeRelation> {
        self.relations
            .iter()
            .filter(|relation| {
                relation.name.as_deref().is_some_and(|n| same_name(n, name))
                    && schema.is_none_or(|schema| {
                        relation.schema.as_deref().is_some_and(|s| same_name(s, schema))
                    })
            })
            .collect()
    }

    /// Whether every relation's columns are known.
    pub(super) fn is_known(&self) -> bool {
        self.relations.iter().all(|relation| relation.known)
    }

    /// Records that a condition holds in which these columns can't be NULL. A
    /// column that is not NULL also shows that no outer join left its relation
    /// out, nor the others that come in by the same join.
    pub(super) fn prove(&mut self, columns: &HashSet<ColumnKey>) {
        let mut refuted = HashSet::new();
        for relation in &mut self.relations {
            for key in columns.iter().filter(|key| key.relation == relation.id) {
                relation.proven.insert(key.index);
                refuted.extend(relation.filled_by.iter().copied());
            }
        }
        for relation in &mut self.relations {
            relation.filled_by.retain(|filling| !refuted.contains(filling));
        }
    }

    /// Joins another scope to this one: `on` are the columns that the join's
    /// condition proves.
    pub(super) fn join(
        &mut self,
        mut right: Scope,
        kind: JoinKind,
        join: usize,
        on: &HashSet<ColumnKey>,
    ) {
        // A side that an outer join fills with NULLs has met the condition where
        // it is not filled; a side that it preserves may have rows that never did.
        let (left_filled, right_filled) = match kind {
            JoinKind::Inner | JoinKind::Cross => (false, false),
            JoinKind::Left => (false, true),
            JoinKind::Right => (true, false),
            JoinKind::Full => (true, true),
        };
        let outer = left_filled || right_filled;
        let full = left_filled && right_filled;
        let sides = [(&mut *self, left_filled, false), (&mut right, right_filled, true)];
        for (scope, filled, is_right) in sides {
            if !outer || (filled && !full) {
                scope.prove(on);
            }
            if filled {
                for relation in &mut scope.relations {
                    relation.filled_by.push(Filling { join, right: is_right });
                }
            }
        }
        self.relations.extend(right.relations);
        self.merged.extend(right.merged);
    }
}
