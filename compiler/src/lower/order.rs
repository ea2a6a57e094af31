//! ORDER BY.

use lakequery_types::{Type, same_name};

use super::output::several_outputs;
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::function::FunctionKind;
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{Column, Expr, ExprKind, Literal, Projection, SortKey, SortTarget};

impl Lowerer<'_> {
    /// The keys of a window or an aggregate: expressions over the input columns.
    pub(super) fn sort_keys(&mut self, keys: &[ast::SortKey]) -> Vec<SortKey> {
        keys.iter()
            .map(|key| {
                let ast::SortKey { expr, descending, nulls_first, span: _ } = key;
                let expr = self.expr(expr);
                self.check_orderable(&expr.ty, expr.span);
                if expr.any(&|expr| matches!(expr.kind, ExprKind::Parameter(_))) {
                    self.reports_constant(&expr);
                }
                sort_key(SortTarget::Expr(expr), *descending, *nulls_first)
            })
            .collect()
    }

    /// The keys of a query. `projection` is that of its select; without one
    /// (set operations, VALUES) only output columns can be sorted by.
    pub(super) fn order_by(
        &mut self,
        order_by: Option<&ast::OrderBy>,
        columns: &[Column],
        projection: Option<(&[Projection], bool)>,
    ) -> Vec<SortKey> {
        let Some(ast::OrderBy { keys, span: _ }) = order_by else { return Vec::new() };
        self.in_clause(Clause::OrderBy, |this| {
            keys.iter()
                .filter_map(|key| {
                    let ast::SortKey { expr, descending, nulls_first, span: _ } = key;
                    let target = this.sort_target(expr, columns, projection)?;
                    let ty = match &target {
                        SortTarget::Output(index) => &columns[*index].ty,
                        SortTarget::Expr(expr) => &expr.ty,
                    };
                    this.check_orderable(ty, expr.span);
                    Some(sort_key(target, *descending, *nulls_first))
                })
                .collect()
        })
    }

    fn sort_target(
        &mut self,
        expr: &ast::Expr,
        columns: &[Column],
        projection: Option<(&[Projection], bool)>,
    ) -> Option<SortTarget> {
        if columns.is_empty() {
            // The SELECT list has errors of its own.
            self.only_refers(|this| drop(this.expr(expr)));
            return None;
        }
        if let Some(index) = self.ordinal(expr, columns.len(), "ORDER BY")? {
            return Some(SortTarget::Output(index));
        }
        // An output column's name comes before an input column's.
        if let ast::ExprKind::Name(ast::Name { text, quoted: _, span }) = &expr.kind {
            let matches: Vec<usize> = (0..columns.len())
                .filter(|&i| columns[i].name.as_deref().is_some_and(|name| same_name(name, text)))
                .collect();
            let all_same = |items: &[Projection]| {
                matches.iter().all(|&i| items[i].expr.same(&items[matches[0]].expr))
            };
            match (&matches[..], projection) {
                ([], _) => {}
                ([index], _) => return Some(self.output_key(*index, columns, *span)),
                ([index, ..], Some((items, _))) if all_same(items) => {
                    return Some(self.output_key(*index, columns, *span));
                }
                _ => {
                    self.report(several_outputs(text, *span));
                    return None;
                }
            }
        }
        let Some((items, distinct)) = projection else {
            self.report(
                Diagnostic::new(
                    Code::NotSupported,
                    expr.span,
                    "after a set operation, ORDER BY takes output columns only",
                )
                .help("order by a name of the first SELECT, or by a number"),
            );
            return None;
        };
        let expr = self.seeing_outputs(columns, items, |this| this.expr(expr));
        if expr.is_error() {
            return None;
        }
        if self.reports_constant(&expr) {
            return None;
        }
        if let Some(index) = items.iter().position(|item| item.expr.same(&expr)) {
            return Some(SortTarget::Output(index));
        }
        if distinct {
            self.report(
                Diagnostic::new(
                    Code::NotGrouped,
                    expr.span,
                    "with DISTINCT, ORDER BY takes only what the SELECT list has",
                )
                .help("add it to the SELECT list"),
            );
            return None;
        }
        Some(SortTarget::Expr(expr))
    }

    /// A key that is the name of an output column.
    fn output_key(&mut self, index: usize, columns: &[Column], span: Span) -> SortTarget {
        self.refers(span, Target::Output { index, declared: columns[index].span });
        SortTarget::Output(index)
    }

    /// The output column that a whole number points at, from 0. The outer
    /// `None` is an error, the inner one anything that is no number.
    pub(super) fn ordinal(
        &mut self,
        expr: &ast::Expr,
        columns: usize,
        clause: &str,
    ) -> Option<Option<usize>> {
        let ast::Expr { kind: ast::ExprKind::Number(text), span } = expr else {
            return Some(None);
        };
        match text.parse::<usize>() {
            Ok(number) if (1..=columns).contains(&number) => Some(Some(number - 1)),
            _ => {
                let message = format!("{clause} {text} points at no output column");
                let help = if columns == 1 {
                    "there is one output column".to_owned()
                } else {
                    format!("there are {columns} output columns, 1 to {columns}")
                };
                self.report(Diagnostic::new(Code::BadOrdinal, *span, message).help(help));
                None
            }
        }
    }

    /// Reports a key that is the same for all rows, so that it orders nothing.
    fn reports_constant(&mut self, expr: &Expr) -> bool {
        let varies = |part: &Expr| match &part.kind {
            ExprKind::Column(_) => true,
            ExprKind::Call(call) => {
                call.function.kind != FunctionKind::Scalar || call.function.is_volatile()
            }
            _ => part.subquery().is_some(),
        };
        if expr.is_error() || expr.any(&varies) {
            return false;
        }
        let is_bound = expr.any(&|part| matches!(part.kind, ExprKind::Parameter(_)));
        let (what, help) = match &expr.kind {
            _ if is_bound => (
                "a parameter is a value, not a column: it orders nothing",
                "choose a column by its value: `CASE WHEN {…} = 1 THEN a ELSE b END`",
            ),
            ExprKind::Literal(Literal::Text(_)) => {
                ("a string is a value, not a column: it orders nothing", "name the column instead")
            }
            _ => ("this is the same for all rows: it orders nothing", "order by a column"),
        };
        self.excuse(std::slice::from_ref(expr));
        self.report(Diagnostic::new(Code::BadOrdinal, expr.span, what).help(help));
        true
    }

    fn check_orderable(&mut self, ty: &Type, span: Span) {
        if !ty.is_orderable() {
            let message = format!("values of type `{ty}` can't be ordered");
            self.error(Code::TypeMismatch, span, message);
        }
    }
}

fn sort_key(target: SortTarget, descending: bool, nulls_first: Option<bool>) -> SortKey {
    // NULLs come last in lake SQL, whichever way the order goes.
    SortKey { target, descending, nulls_first: nulls_first == Some(true) }
}
