//! SELECT.

use std::collections::HashSet;

use lakequery_types::{Type, same_name};

use super::column::column;
use super::scope::{ColumnKey, Merged, Scope, ScopeColumn};
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{Column, Expr, ExprKind, Projection, Select, SortKey, SortTarget};

/// A lowered select, and what its query needs of it.
pub(super) struct Selected {
    pub(super) select: Select,
    pub(super) columns: Vec<Column>,
    pub(super) order_by: Vec<SortKey>,
}

impl Lowerer<'_> {
    pub(super) fn select(
        &mut self,
        select: &ast::Select,
        order_by: Option<&ast::OrderBy>,
    ) -> Selected {
        let ast::Select {
            distinct,
            items,
            from,
            filter,
            group_by: written_keys,
            having,
            windows,
            qualify,
            span: _,
        } = select;
        let distinct = *distinct;
        let written_keys = written_keys.as_ref();

        let (from, scope) = self.from(from);
        let own: HashSet<usize> = scope.relations.iter().map(|relation| relation.id).collect();
        self.enter(scope);
        self.see_aliases(items);
        self.windows.push(Vec::new());

        let filter = filter.as_ref().map(|condition| {
            self.in_clause(Clause::Where, |this| {
                let condition = this.expr(condition);
                this.require(condition, &Type::Boolean, "WHERE")
            })
        });
        if let (Some(filter), Some(scope)) = (&filter, self.scopes.last_mut()) {
            scope.prove(&super::nullability::proven_by(filter));
        }

        self.foresee_groups(written_keys, items, distinct);
        self.define_windows(windows);
        let (items, columns) =
            self.in_clause(Clause::Select, |this| this.projection(items, distinct));
        let groups = written_keys.map(|written| self.group_by(written, &items, &columns));
        let having = having.as_ref().map(|condition| {
            self.in_clause(Clause::Having, |this| {
                let condition = this.expr(condition);
                this.require(condition, &Type::Boolean, "HAVING")
            })
        });
        let qualify = qualify.as_ref().map(|condition| self.qualify(condition, &columns, &items));
        let order_by = self.order_by(order_by, &columns, Some((&items, distinct)));

        let sort_exprs: Vec<&Expr> = order_by
            .iter()
            .filter_map(|key| match &key.target {
                SortTarget::Expr(expr) => Some(expr),
                SortTarget::Output(_) => None,
            })
            .collect();
        let windows = self.windows.pop().unwrap_or_default();
        let aggregates = items.iter().map(|item| &item.expr).chain(sort_exprs.iter().copied());
        let aggregates = aggregates.chain(&qualify);
        let aggregated = aggregates.clone().any(Expr::has_aggregate) || having.is_some();
        let mut exprs: Vec<&Expr> = aggregates.chain(&having).collect();
        self.check_asked_about(groups.as_ref());
        if groups.is_some() || aggregated {
            for named in &windows {
                named.window.for_each_operand(&mut |operand| exprs.push(operand));
            }
            // A key that has a diagnostic might have covered any of them.
            if groups.as_ref().is_none_or(|groups| groups.are_complete) {
                let keys = groups.as_ref().map(|groups| &groups.by.keys[..]);
                self.check_grouped(exprs, keys, &own);
            }
        }
        let (group_by, having) = match groups {
            Some(groups) => groups.finish(having, aggregated),
            None => (None, having),
        };
        self.scopes.pop();
        let select = Select { distinct, projection: items, from, filter, group_by, having };
        let selected = Selected { select, columns, order_by };
        match qualify {
            Some(condition) => self.qualified_rows(selected, condition),
            None => selected,
        }
    }

    pub(super) fn projection(
        &mut self,
        items: &[ast::SelectItem],
        distinct: bool,
    ) -> (Vec<Projection>, Vec<Column>) {
        let mut projection = Vec::with_capacity(items.len());
        let mut columns = Vec::with_capacity(items.len());
        let mut broken = false;
        for item in items {
            match item {
                ast::SelectItem::Expr(ast::SelectExpr { expr: item, alias: None, span: _ }) => {
                    let expr = self.expr(item);
                    let (name, alias, span) = match (&expr.kind, &item.kind) {
                        // The name alone, without its qualifier.
                        (ExprKind::Column(column), _) => (
                            Some(column.name.clone()),
                            None,
                            Span { start: expr.span.end.saturating_sub(1), end: expr.span.end },
                        ),
                        // A column that USING merged is an expression, but has a name.
                        (_, ast::ExprKind::Name(ast::Name { text, quoted: _, span: _ })) => {
                            (Some(text.clone()), Some(text.clone()), expr.span)
                        }
                        (
                            ExprKind::Field { .. },
                            ast::ExprKind::Path(ast::Path { parts, span: _ }),
                        ) => {
                            let name =
                                parts.last().map(|ast::Name { text, quoted: _, span: _ }| text);
                            let span = parts.last().map_or(expr.span, |name| name.span);
                            (name.cloned(), name.cloned(), span)
                        }
                        _ => (None, None, expr.span),
                    };
                    columns.push(output(&expr, name, span));
                    projection.push(Projection { expr, alias });
                }
                ast::SelectItem::Expr(ast::SelectExpr { expr, alias: Some(alias), span: _ }) => {
                    let expr = self.expr(expr);
                    let ast::Name { text: alias, quoted: _, span } = alias;
                    let index = columns.len();
                    self.declares(*span, Target::Output { index, declared: *span });
                    columns.push(output(&expr, Some(alias.clone()), *span));
                    let same = matches!(&expr.kind,
                        ExprKind::Column(column) if column.name == *alias);
                    let alias = (!same).then(|| alias.clone());
                    projection.push(Projection { expr, alias });
                }
                ast::SelectItem::Wildcard(ast::Wildcard { except, span }) => {
                    let first = projection.len();
                    broken |= !self.wildcard(None, *span, &mut projection, &mut columns);
                    broken |= !self.leave_out(except, first, &mut projection, &mut columns);
                }
                ast::SelectItem::QualifiedWildcard(ast::QualifiedWildcard { of, except, span }) => {
                    // The columns are underlined by their `*`.
                    let star = Span { start: span.end.saturating_sub(1), end: span.end };
                    let first = projection.len();
                    broken |= !self.wildcard(Some(of), star, &mut projection, &mut columns);
                    broken |= !self.leave_out(except, first, &mut projection, &mut columns);
                }
                ast::SelectItem::Error(_) => broken = true,
            }
        }
        if distinct {
            for item in &projection {
                if !item.expr.is_error() && !item.expr.ty.is_comparable() {
                    let message =
                        format!("DISTINCT can't compare values of type `{}`", item.expr.ty);
                    self.error(Code::TypeMismatch, item.expr.span, message);
                }
            }
        }
        if broken {
            // How many columns there are is not known: the rest is not checked.
            columns.clear();
            projection.clear();
        }
        (projection, columns)
    }

    /// Takes out the columns, from the one of this index on, that EXCEPT leaves out; `false` after a
    /// diagnostic.
    fn leave_out(
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
    fn wildcard(
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

fn output(expr: &Expr, name: Option<String>, span: Span) -> Column {
    Column { name, ty: expr.ty.clone(), nullable: expr.nullable, span }
}
