//! GROUP BY, and that a grouped select uses only what it grouped by.

use std::collections::HashSet;

use lakequery_types::same_name;

use super::scope::{ColumnKey, Found};
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{Column, Expr, ExprKind, GroupKey, Projection};

impl Lowerer<'_> {
    /// The keys of GROUP BY; `None` without one.
    pub(super) fn group_by(
        &mut self,
        group_by: Option<&ast::GroupBy>,
        projection: &[Projection],
        columns: &[Column],
    ) -> Option<Vec<GroupKey>> {
        let ast::GroupBy { keys, span: _ } = group_by?;
        Some(self.in_clause(Clause::GroupBy, |this| {
            keys.iter().filter_map(|key| this.group_key(key, projection, columns)).collect()
        }))
    }

    fn group_key(
        &mut self,
        key: &ast::Expr,
        projection: &[Projection],
        columns: &[Column],
    ) -> Option<GroupKey> {
        if projection.is_empty() {
            // The SELECT list has errors of its own.
            self.only_refers(|this| drop(this.expr(key)));
            return None;
        }
        if let Some(index) = self.ordinal(key, projection.len(), "GROUP BY")? {
            return self.group_by_output(index, projection, key.span);
        }
        // An input column's name comes before an output column's.
        if let ast::ExprKind::Name(ast::Name { text: name, quoted: _, span }) = &key.kind {
            let is_input =
                self.scopes.last().is_some_and(|scope| !matches!(scope.find(name), Found::Nothing));
            let output = columns.iter().position(|column| {
                column.name.as_deref().is_some_and(|output| same_name(output, name))
            });
            if let (false, Some(index)) = (is_input, output) {
                let declared = columns[index].span;
                self.refers(*span, Target::Output { index, declared });
                return self.group_by_output(index, projection, *span);
            }
        }
        let expr = self.expr(key);
        if expr.is_error() {
            return None;
        }
        self.check_groupable(&expr);
        let output = projection.iter().position(|item| item.expr.same(&expr));
        Some(GroupKey { expr, output, span: key.span })
    }

    fn group_by_output(
        &mut self,
        index: usize,
        projection: &[Projection],
        span: Span,
    ) -> Option<GroupKey> {
        let expr = projection[index].expr.clone();
        if expr.is_error() {
            return None;
        }
        if expr.has_aggregate() || expr.any(&|expr| is_window(expr)) {
            self.report(
                Diagnostic::new(
                    Code::MisplacedAggregate,
                    span,
                    "GROUP BY can't use an output column that is computed from the groups",
                )
                .related(expr.span, "computed here"),
            );
            return None;
        }
        self.check_groupable(&expr);
        Some(GroupKey { expr, output: Some(index), span })
    }

    fn check_groupable(&mut self, expr: &Expr) {
        if !expr.ty.is_comparable() {
            let message = format!("values of type `{}` can't be grouped", expr.ty);
            self.error(Code::TypeMismatch, expr.span, message);
        }
    }

    /// Reports the columns of `own` relations that stand neither in a key nor
    /// in an aggregate.
    pub(super) fn check_grouped<'e>(
        &mut self,
        exprs: impl IntoIterator<Item = &'e Expr>,
        keys: Option<&[GroupKey]>,
        own: &HashSet<usize>,
    ) {
        let mut reported = HashSet::new();
        for expr in exprs {
            let mut ungrouped = Vec::new();
            find_ungrouped(expr, keys.unwrap_or_default(), own, false, &mut ungrouped);
            for column in ungrouped {
                let ExprKind::Column(reference) = &column.kind else { continue };
                let key = ColumnKey { relation: reference.relation, index: reference.index };
                if !reported.insert(key) {
                    continue;
                }
                let name = &reference.name;
                let (message, help) = match keys {
                    Some(_) => (
                        format!("`{name}` is neither in GROUP BY nor in an aggregate"),
                        format!("add `{name}` to GROUP BY, or take one value: `any_value({name})`"),
                    ),
                    None => (
                        format!("`{name}` stands beside an aggregate without GROUP BY"),
                        format!("add `GROUP BY {name}`, or aggregate it: `any_value({name})`"),
                    ),
                };
                self.report(Diagnostic::new(Code::NotGrouped, column.span, message).help(help));
            }
        }
    }
}

pub(super) fn is_window(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call(call) if call.over.is_some())
}

/// Collects the columns of `own` relations in `expr` that no key covers.
/// `inside` a subquery, aggregates belong to the subquery.
fn find_ungrouped<'e>(
    expr: &'e Expr,
    keys: &[GroupKey],
    own: &HashSet<usize>,
    inside: bool,
    found: &mut Vec<&'e Expr>,
) {
    if keys.iter().any(|key| key.expr.same(expr)) {
        return;
    }
    if !inside && expr.is_aggregate() {
        return;
    }
    if let ExprKind::Column(column) = &expr.kind
        && own.contains(&column.relation)
    {
        found.push(expr);
        return;
    }
    expr.for_each_operand(&mut |operand| find_ungrouped(operand, keys, own, inside, found));
    if let Some(query) = expr.subquery() {
        query.for_each_expr(&mut |expr| find_ungrouped(expr, keys, own, true, found));
    }
}
