//! `*`, `t.*` and the fields of a row, spelled out.

use std::collections::HashSet;

use lakequery_types::{Field, Type, same_name};

use super::Lowerer;
use super::column::column;
use super::field::field;
use super::scope::{ColumnKey, Found, Merged, Scope, ScopeColumn};
use super::select::output;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{Column, ExprKind, Projection};

impl Lowerer<'_> {
    /// `t.*`, or the fields of a row; `false` after a diagnostic or where the columns are not
    /// known.
    pub(super) fn qualified_wildcard(
        &mut self,
        wildcard: &ast::QualifiedWildcard,
        projection: &mut Vec<Projection>,
        columns: &mut Vec<Column>,
    ) -> bool {
        let ast::QualifiedWildcard { of, except, aliases, span } = wildcard;
        // The columns are underlined by their `*`.
        let star = Span { start: span.end.saturating_sub(1), end: span.end };
        let first = projection.len();
        let known = match self.named_by(of) {
            Some(path) => self.wildcard(Some(&path), star, projection, columns),
            None => self.fields_of_row(of, star, projection, columns),
        };
        known
            && self.leave_out(except, first, projection, columns)
            && self.name_all(aliases, first, projection, columns)
    }

    /// The path before `.*` that is to name a relation: one that no column is called by.
    fn named_by(&self, of: &ast::Expr) -> Option<ast::Path> {
        let path = match &of.kind {
            ast::ExprKind::Name(name) => ast::Path { span: name.span, parts: vec![name.clone()] },
            ast::ExprKind::Path(path) => path.clone(),
            _ => return None,
        };
        let ast::Path { parts, span } = &path;
        let (schema, (table, _)) = table_of_star(parts, *span);
        let schema = schema.map(|(schema, _)| schema);
        let first = parts.first().map_or("", |name| &name.text);
        let is_relation = self.scopes.iter().any(|scope| !scope.named(schema, table).is_empty());
        let is_column = self.scopes.iter().any(|scope| {
            !matches!(scope.find(first), Found::Nothing)
                || (parts.len() > 1 && !scope.named(None, first).is_empty())
        });
        (is_relation || !is_column).then_some(path)
    }

    /// The fields of a row as columns.
    fn fields_of_row(
        &mut self,
        of: &ast::Expr,
        star: Span,
        projection: &mut Vec<Projection>,
        columns: &mut Vec<Column>,
    ) -> bool {
        let row = self.expr(of);
        let Type::Row(fields) = &row.ty else {
            if !row.is_error() {
                let message =
                    format!("`.*` takes the name of a table, or a row; found `{}`", row.ty);
                self.error(Code::TypeMismatch, row.span, message);
            }
            return false;
        };
        if row.any(&|part| part.is_volatile() || part.subquery().is_some()) {
            let message = "`.*` of what is computed again for each field is not supported";
            self.report(
                Diagnostic::new(Code::NotSupported, row.span, message)
                    .help("name it in a subquery of FROM"),
            );
            return false;
        }
        for (index, Field { name, .. }) in fields.iter().enumerate() {
            let expr = field(row.clone(), index, star);
            columns.push(output(&expr, name.clone(), star));
            // What it is called in the result, as Trino calls it.
            let called = name.clone().unwrap_or_else(|| format!("_col{}", projection.len()));
            projection.push(Projection { expr, alias: Some(called) });
        }
        true
    }

    /// Gives the columns, from the one of this index on, the names behind `*`.
    fn name_all(
        &mut self,
        aliases: &[ast::Name],
        first: usize,
        projection: &mut [Projection],
        columns: &mut [Column],
    ) -> bool {
        let found = projection.len() - first;
        if let [ast::Name { text: _, quoted: _, span }, ..] = aliases
            && aliases.len() != found
        {
            let message = format!("{} names are given for {found} columns", aliases.len());
            self.error(Code::ColumnCount, *span, message);
            return false;
        }
        for (offset, ast::Name { text, quoted: _, span }) in aliases.iter().enumerate() {
            let index = first + offset;
            self.declares(*span, Target::Output { index, declared: *span });
            columns[index].name = Some(text.clone());
            columns[index].span = *span;
            let item = &mut projection[index];
            let same = matches!(&item.expr.kind, ExprKind::Column(column) if column.name == *text);
            item.alias = (!same).then(|| text.clone());
        }
        true
    }

    /// Takes out the columns, from the one of this index on, that EXCEPT leaves out; `false` after a
    /// diagnostic.
    pub(super) fn leave_out(
        &mut self,
        except: &[ast::Name],
        first: usize,
        projection: &mut Vec<Projection>,
        columns: &mut Vec<Column>,
    ) -> bool {
        let mut left_out = HashSet::new();
        for ast::Name { text, quoted: _, span } in except {
            let is_called =
                |i: &usize| columns[*i].name.as_deref().is_some_and(|n| same_name(n, text));
            let found: Vec<usize> = (first..columns.len()).filter(is_called).collect();
            if found.is_empty() && first < columns.len() {
                let names = || columns[first..].iter().filter_map(|column| column.name.as_deref());
                let message = format!("`*` has no column `{text}` that EXCEPT could leave out");
                let diagnostic = Diagnostic::new(Code::UnknownColumn, *span, message);
                let near = nearest(text, names());
                self.report(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help(super::column::list("the columns are", names())),
                });
                return false;
            }
            for index in &found {
                if let ExprKind::Column(column) = &projection[*index].expr.kind {
                    let key = ColumnKey { relation: column.relation, index: column.index };
                    self.refers_to_column(*span, key, 0);
                }
            }
            left_out.extend(found);
        }
        if let [.., ast::Name { text: _, quoted: _, span }] = except
            && left_out.len() == columns.len() - first
            && !left_out.is_empty()
        {
            self.error(Code::ColumnCount, *span, "EXCEPT leaves no column of `*`");
            return false;
        }
        let mut index = 0;
        let mut stays = || {
            index += 1;
            !left_out.contains(&(index - 1))
        };
        projection.retain(|_| stays());
        let mut index = 0;
        columns.retain(|_| {
            index += 1;
            !left_out.contains(&(index - 1))
        });
        true
    }

    /// The scope that has the table of `t.*`: the innermost one where none has it.
    fn scope_of_star(&self, of: &ast::Path) -> usize {
        let ast::Path { parts, span } = of;
        let (schema, (table, _)) = table_of_star(parts, *span);
        let has = |scope: &Scope| !scope.named(schema.map(|(schema, _)| schema), table).is_empty();
        self.scopes.iter().rposition(has).unwrap_or(self.scopes.len() - 1)
    }

    /// Spells `*` or `t.*` out; `false` after a diagnostic or where the columns
    /// are not known.
    pub(super) fn wildcard(
        &mut self,
        of: Option<&ast::Path>,
        span: Span,
        projection: &mut Vec<Projection>,
        columns: &mut Vec<Column>,
    ) -> bool {
        let Some(innermost) = self.scopes.len().checked_sub(1) else { return false };
        let at = of.map_or(innermost, |of| self.scope_of_star(of));
        let scope = self.scopes[at].clone();
        let qualify = at < innermost || scope.relations.len() > 1;
        let mut hidden: Vec<ColumnKey> = Vec::new();
        let relations: Vec<usize> = match of {
            None => {
                if scope.relations.is_empty() {
                    self.report(
                        Diagnostic::new(Code::Syntax, span, "`*` needs a FROM")
                            .help("add `FROM …`"),
                    );
                    return false;
                }
                for merged in outermost(&scope.merged) {
                    let expr = self.merged_column(at, merged, span);
                    let expr = self.over_groups(expr);
                    hidden.extend(&merged.hides);
                    columns.push(output(&expr, Some(merged.name.clone()), span));
                    let plain = matches!(&expr.kind, ExprKind::Column(_));
                    let alias = (!plain).then(|| merged.name.clone());
                    projection.push(Projection { expr, alias });
                }
                (0..scope.relations.len()).collect()
            }
            Some(ast::Path { parts, span }) => {
                let (schema, (table, table_span)) = table_of_star(parts, *span);
                let named = scope.named(schema.map(|(schema, _)| schema), table);
                let ids: Vec<usize> = named.iter().map(|relation| relation.id).collect();
                let [id] = ids[..] else {
                    let diagnostic = self.unknown_relation(table, *span);
                    self.report(diagnostic);
                    return false;
                };
                if let Some((schema, span)) = schema {
                    self.refers(span, Target::Schema(schema.to_lowercase()));
                }
                self.refers(table_span, Target::Relation(id));
                (0..scope.relations.len()).filter(|&i| scope.relations[i].id == id).collect()
            }
        };
        let mut known = true;
        for i in relations {
            let relation = &scope.relations[i];
            known &= relation.known;
            for index in 0..relation.columns.len() {
                if hidden.contains(&ColumnKey { relation: relation.id, index }) {
                    continue;
                }
                let qualifier = qualify.then(|| relation.emitted.clone());
                let depth = self.further_out(at);
                let expr = self.over_groups(column(relation, index, depth, qualifier, span));
                let ScopeColumn { name, emitted, .. } = &relation.columns[index];
                // What it is called in the result, as Trino calls it.
                let called = name.clone().unwrap_or_else(|| format!("_col{}", columns.len()));
                let alias = (called != *emitted).then_some(called);
                columns.push(output(&expr, name.clone(), span));
                projection.push(Projection { expr, alias });
            }
        }
        known
    }
}

/// A name and where it stands.
type Placed<'n> = (&'n str, Span);

/// The schema and the table of `t.*` or `schema.t.*`.
fn table_of_star(parts: &[ast::Name], span: Span) -> (Option<Placed<'_>>, Placed<'_>) {
    fn placed(name: &ast::Name) -> Placed<'_> {
        let ast::Name { text, quoted: _, span } = name;
        (text, *span)
    }
    match parts {
        [table] => (None, placed(table)),
        [schema, table] => (Some(placed(schema)), placed(table)),
        _ => (None, ("", span)),
    }
}

/// The merged columns that no later USING merged again.
fn outermost(merged: &[Merged]) -> impl Iterator<Item = &Merged> {
    merged.iter().enumerate().filter_map(|(i, column)| {
        let again = merged[i + 1..]
            .iter()
            .any(|later| column.hides.iter().all(|hidden| later.hides.contains(hidden)));
        (!again).then_some(column)
    })
}
