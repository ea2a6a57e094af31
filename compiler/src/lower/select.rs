//! SELECT.

use std::collections::HashSet;

use lakequery_types::Type;
use sqlparser::ast::{self, Spanned};

use super::column::column;
use super::scope::{ColumnKey, Merged, ScopeColumn};
use super::{Clause, Lowerer};
use crate::diagnostic::{Code, Diagnostic};
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
            select_token,
            optimizer_hints,
            distinct,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify: _,
            value_table_mode,
            flavor,
        } = select;
        let token = crate::parse::span(select_token.0.span);
        for (there, what) in [
            (!optimizer_hints.is_empty(), "optimizer hints"),
            (select_modifiers.is_some(), "modifiers of SELECT"),
            (top.is_some(), "TOP (write LIMIT at the end); it"),
            (exclude.is_some(), "EXCLUDE"),
            (into.is_some(), "SELECT INTO"),
            (!lateral_views.is_empty(), "LATERAL VIEW"),
            (prewhere.is_some(), "PREWHERE"),
            (!connect_by.is_empty(), "CONNECT BY"),
            (!cluster_by.is_empty(), "CLUSTER BY"),
            (!distribute_by.is_empty(), "DISTRIBUTE BY"),
            (!sort_by.is_empty(), "SORT BY"),
            (value_table_mode.is_some(), "SELECT AS VALUE"),
            (!matches!(flavor, ast::SelectFlavor::Standard), "FROM before SELECT"),
        ] {
            self.unsupported_if(there, token, what);
        }
        if let Some(qualify) = qualify {
            let span = self.span_of(qualify);
            self.unsupported(span, "QUALIFY (filter in a query around this one); it");
        }
        let distinct = match distinct {
            None | Some(ast::Distinct::All) => false,
            Some(ast::Distinct::Distinct) => true,
            Some(ast::Distinct::On(_)) => {
                self.unsupported(token, "DISTINCT ON");
                false
            }
        };

        let (from, scope) = self.from(from);
        let own: HashSet<usize> = scope.relations.iter().map(|relation| relation.id).collect();
        self.scopes.push(scope);
        self.see_aliases(projection);
        self.windows.push(named_window.clone());

        let filter = selection.as_ref().map(|condition| {
            self.in_clause(Clause::Where, |this| {
                let condition = this.expr(condition);
                this.require(condition, &Type::Boolean, "WHERE")
            })
        });
        if let (Some(filter), Some(scope)) = (&filter, self.scopes.last_mut()) {
            scope.prove(&super::nullability::proven_by(filter));
        }

        let grouped =
            !matches!(group_by, ast::GroupByExpr::Expressions(keys, _) if keys.is_empty());
        self.context.grouped = grouped;
        let (items, columns) =
            self.in_clause(Clause::Select, |this| this.projection(projection, distinct));
        let names: Vec<Option<String>> = columns.iter().map(|column| column.name.clone()).collect();
        let group_by = self.group_by(group_by, &items, &names);
        let having = having.as_ref().map(|condition| {
            self.in_clause(Clause::Having, |this| {
                let condition = this.expr(condition);
                this.require(condition, &Type::Boolean, "HAVING")
            })
        });
        let order_by = self.order_by(order_by, &columns, Some((&items, distinct)));

        let sort_exprs: Vec<&Expr> = order_by
            .iter()
            .filter_map(|key| match &key.target {
                SortTarget::Expr(expr) => Some(expr),
                SortTarget::Output(_) => None,
            })
            .collect();
        let aggregates = items.iter().map(|item| &item.expr).chain(sort_exprs.iter().copied());
        if grouped || having.is_some() || aggregates.clone().any(Expr::has_aggregate) {
            let exprs: Vec<&Expr> = aggregates.chain(&having).collect();
            // A key that has a diagnostic might have covered any of them.
            let keys_complete = match (&group_by, &select.group_by) {
                (Some(keys), ast::GroupByExpr::Expressions(written, _)) => {
                    keys.len() == written.len()
                }
                _ => !grouped,
            };
            if keys_complete {
                self.check_grouped(exprs, group_by.as_deref(), &own);
            }
        }
        self.windows.pop();
        self.scopes.pop();
        Selected {
            select: Select { distinct, projection: items, from, filter, group_by, having },
            columns,
            order_by,
        }
    }

    fn projection(
        &mut self,
        items: &[ast::SelectItem],
        distinct: bool,
    ) -> (Vec<Projection>, Vec<Column>) {
        let mut projection = Vec::with_capacity(items.len());
        let mut columns = Vec::with_capacity(items.len());
        let mut broken = false;
        for item in items {
            match item {
                ast::SelectItem::UnnamedExpr(item) => {
                    let expr = self.expr(item);
                    let (name, alias, span) = match (&expr.kind, item) {
                        // The name alone, without its qualifier.
                        (ExprKind::Column(column), _) => (
                            Some(column.name.clone()),
                            None,
                            Span { start: expr.span.end.saturating_sub(1), end: expr.span.end },
                        ),
                        // A column that USING merged is an expression, but has a name.
                        (_, ast::Expr::Identifier(ident)) => {
                            (Some(ident.value.clone()), Some(ident.value.clone()), expr.span)
                        }
                        _ => (None, None, expr.span),
                    };
                    columns.push(output(&expr, name, span));
                    projection.push(Projection { expr, alias });
                }
                ast::SelectItem::ExprWithAlias { expr, alias } => {
                    let expr = self.expr(expr);
                    self.check_name(alias);
                    let span = crate::parse::span(alias.span);
                    columns.push(output(&expr, Some(alias.value.clone()), span));
                    let same = matches!(&expr.kind,
                        ExprKind::Column(column) if column.name == alias.value);
                    let alias = (!same).then(|| alias.value.clone());
                    projection.push(Projection { expr, alias });
                }
                ast::SelectItem::ExprWithAliases { expr, aliases: _ } => {
                    let span = self.span_of(expr);
                    self.unsupported(span, "several aliases of one expression");
                    broken = true;
                }
                ast::SelectItem::Wildcard(options) => {
                    let span = crate::parse::span(options.wildcard_token.0.span);
                    broken |= !self.wildcard_options(options, span);
                    broken |= !self.wildcard(None, span, &mut projection, &mut columns);
                }
                ast::SelectItem::QualifiedWildcard(kind, options) => {
                    let span = crate::parse::span(options.wildcard_token.0.span);
                    broken |= !self.wildcard_options(options, span);
                    match kind {
                        ast::SelectItemQualifiedWildcardKind::ObjectName(name) => {
                            let of = Some(name);
                            broken |= !self.wildcard(of, span, &mut projection, &mut columns);
                        }
                        ast::SelectItemQualifiedWildcardKind::Expr(_) => {
                            self.unsupported(span, "`*` of an expression");
                            broken = true;
                        }
                    }
                }
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

    fn wildcard_options(&mut self, options: &ast::WildcardAdditionalOptions, span: Span) -> bool {
        let ast::WildcardAdditionalOptions {
            wildcard_token: _,
            opt_ilike,
            opt_exclude,
            opt_except,
            opt_replace,
            opt_rename,
            opt_alias,
        } = options;
        let there = opt_ilike.is_some()
            || opt_exclude.is_some()
            || opt_except.is_some()
            || opt_replace.is_some()
            || opt_rename.is_some()
            || opt_alias.is_some();
        self.unsupported_if(there, span, "`*` with EXCEPT, REPLACE and their like");
        !there
    }

    /// Spells `*` or `t.*` out; `false` after a diagnostic or where the columns
    /// are not known.
    fn wildcard(
        &mut self,
        of: Option<&ast::ObjectName>,
        span: Span,
        projection: &mut Vec<Projection>,
        columns: &mut Vec<Column>,
    ) -> bool {
        let Some(scope) = self.scopes.last().cloned() else { return false };
        let qualify = scope.relations.len() > 1;
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
                    let depth = self.scopes.len() - 1;
                    let expr = self.merged_column(depth, merged, span);
                    hidden.extend(&merged.hides);
                    columns.push(output(&expr, Some(merged.name.clone()), span));
                    let plain = matches!(&expr.kind, ExprKind::Column(_));
                    let alias = (!plain).then(|| merged.name.clone());
                    projection.push(Projection { expr, alias });
                }
                (0..scope.relations.len()).collect()
            }
            Some(name) => {
                let parts: Vec<&str> = name
                    .0
                    .iter()
                    .filter_map(|part| match part {
                        ast::ObjectNamePart::Identifier(ident) => Some(ident.value.as_str()),
                        ast::ObjectNamePart::Function(_) => None,
                    })
                    .collect();
                let (schema, table) = match parts[..] {
                    [table] => (None, table),
                    [schema, table] => (Some(schema), table),
                    _ => (None, ""),
                };
                let ids: Vec<usize> =
                    scope.named(schema, table).iter().map(|relation| relation.id).collect();
                let found: Vec<usize> = (0..scope.relations.len())
                    .filter(|&i| ids.contains(&scope.relations[i].id))
                    .collect();
                if found.len() != 1 {
                    let span = crate::parse::span(name.span());
                    let diagnostic = self.unknown_relation(table, span);
                    self.report(diagnostic);
                    return false;
                }
                found
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
                let expr = column(relation, index, qualifier, span);
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

/// The merged columns that no later USING merged again.
fn outermost(merged: &[Merged]) -> impl Iterator<Item = &Merged> {
    merged.iter().enumerate().filter_map(|(i, column)| {
        let again = merged[i + 1..]
            .iter()
            .any(|later| column.sources.iter().all(|source| later.hides.contains(source)));
        (!again).then_some(column)
    })
}

fn output(expr: &Expr, name: Option<String>, span: Span) -> Column {
    Column { name, ty: expr.ty.clone(), nullable: expr.nullable, span }
}
