//! Recording what names refer to.

use std::sync::Arc;

use super::Lowerer;
use super::scope::{ColumnKey, Merged, Scope, ScopeColumn, ScopeRelation, Source};
use crate::ast;
use crate::function::Function;
use crate::reference::{ColumnInfo, Reference, RelationInfo, Target};
use crate::snapshot::Table;
use crate::token::Span;

impl Lowerer<'_> {
    /// Records that a name is used.
    pub(super) fn refers(&mut self, span: Span, target: Target) {
        self.refers_to_outer(span, target, 0);
    }

    /// The same for something that was found `depth` queries further out.
    pub(super) fn refers_to_outer(&mut self, span: Span, target: Target, depth: usize) {
        self.record(Reference { span, target, depth, declares: false });
    }

    /// Records that a name is given.
    pub(super) fn declares(&mut self, span: Span, target: Target) {
        self.record(Reference { span, target, depth: 0, declares: true });
    }

    fn record(&mut self, reference: Reference) {
        // A name that is missing has a diagnostic.
        if reference.span.start < reference.span.end {
            self.references.push(reference);
        }
    }

    /// Records that names are given to columns, in their order.
    pub(super) fn declares_each(
        &mut self,
        names: &[ast::Name],
        target: impl Fn(usize, Span) -> Target,
    ) {
        for (index, ast::Name { text: _, quoted: _, span }) in names.iter().enumerate() {
            self.declares(*span, target(index, *span));
        }
    }

    /// Records the use of a column.
    pub(super) fn refers_to_column(&mut self, span: Span, key: ColumnKey, depth: usize) {
        let ColumnKey { relation, index } = key;
        self.refers_to_outer(span, Target::Column { relation, index }, depth);
    }

    /// Records the use of a column that USING has merged: of all that it is made of.
    pub(super) fn refers_to_merged(&mut self, span: Span, merged: &Merged, depth: usize) {
        merged.sources.iter().for_each(|source| self.refers_to_source(span, source, depth));
    }

    pub(super) fn refers_to_source(&mut self, span: Span, source: &Source, depth: usize) {
        match source {
            Source::Column(key) => self.refers_to_column(span, *key, depth),
            Source::Merged(merged) => self.refers_to_merged(span, merged, depth),
        }
    }

    /// Finds out what names refer to where it can't be told what is wrong with the rest.
    pub(super) fn only_refers(&mut self, lower: impl FnOnce(&mut Self)) {
        let diagnostics = self.diagnostics.len();
        let (parameters, tables) = (self.parameters.clone(), self.unusable_tables.clone());
        lower(self);
        self.diagnostics.truncate(diagnostics);
        (self.parameters, self.unusable_tables) = (parameters, tables);
    }

    /// What a relation brings into scope. That there is this relation is recorded.
    pub(super) fn scope_of(&mut self, relation: ScopeRelation, table: Option<Arc<Table>>) -> Scope {
        let column = |column: &ScopeColumn| ColumnInfo {
            name: column.name.clone(),
            ty: column.ty.clone(),
            nullable: column.nullable,
        };
        self.relations.push(RelationInfo {
            id: relation.id,
            name: relation.name.clone(),
            span: relation.span,
            table,
            columns: relation.columns.iter().map(column).collect(),
        });
        Scope { relations: vec![relation], ..Scope::default() }
    }

    /// Records the use of a table, and of its schema where that is written.
    pub(super) fn refers_to_table(&mut self, schema: Option<Span>, span: Span, table: &Arc<Table>) {
        if let Some(schema) = schema {
            self.refers(schema, Target::Schema(table.schema.clone()));
        }
        self.refers(span, Target::Table(Arc::clone(table)));
    }

    /// Records the use of a function.
    pub(super) fn refers_to_function(&mut self, span: Span, function: &'static Function) {
        self.refers(span, Target::Function(function));
    }
}
