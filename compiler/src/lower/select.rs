//! SELECT.

use std::collections::HashSet;

use lakequery_types::Type;

use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::Code;
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
                ast::SelectItem::QualifiedWildcard(wildcard) => {
                    broken |= !self.qualified_wildcard(wildcard, &mut projection, &mut columns);
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
}

pub(super) fn output(expr: &Expr, name: Option<String>, span: Span) -> Column {
    Column { name, ty: expr.ty.clone(), nullable: expr.nullable, span }
}
