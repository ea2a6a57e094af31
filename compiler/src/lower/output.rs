//! The names that SELECT gives to its columns: ORDER BY sees them, no other clause does.

use lakequery_types::same_name;

use super::group::is_window;
use super::scope::NamedOutput;
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{Column, ColumnRef, Expr, ExprKind, Projection};

impl Lowerer<'_> {
    /// Makes the names known that a select gives with AS.
    pub(super) fn see_aliases(&mut self, items: &[ast::SelectItem]) {
        let named = |item: &ast::SelectItem| match item {
            ast::SelectItem::Expr(ast::SelectExpr { expr, alias: Some(alias), span: _ }) => {
                let ast::Name { text, quoted: _, span: _ } = alias;
                let ast::Expr { kind: _, span } = expr;
                Some((text.clone(), *span))
            }
            ast::SelectItem::Expr(ast::SelectExpr { expr: _, alias: None, span: _ })
            | ast::SelectItem::Wildcard(_)
            | ast::SelectItem::QualifiedWildcard(_)
            | ast::SelectItem::Error(_) => None,
        };
        let aliases = items.iter().filter_map(named).collect();
        if let Some(scope) = self.scopes.last_mut() {
            scope.aliases = aliases;
        }
    }

    /// Lowers something of ORDER BY, where names mean output columns first.
    pub(super) fn seeing_outputs<T>(
        &mut self,
        columns: &[Column],
        items: &[Projection],
        lower: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let named = columns.iter().zip(items).enumerate();
        let outputs = named
            .filter_map(|(index, (column, item))| {
                let (name, expr) = (column.name.clone()?, item.expr.clone());
                Some(NamedOutput { name, index, span: column.span, expr })
            })
            .collect();
        self.with_outputs(outputs, lower)
    }

    /// Lowers the arguments of an aggregate, whose rows have no output columns yet, or keys
    /// of GROUP BY.
    pub(super) fn without_outputs<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        self.with_outputs(Vec::new(), lower)
    }

    fn with_outputs<T>(
        &mut self,
        outputs: Vec<NamedOutput>,
        lower: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let depth = self.scopes.len().saturating_sub(1);
        let swap = |this: &mut Self, outputs| match this.scopes.get_mut(depth) {
            Some(scope) => std::mem::replace(&mut scope.outputs, outputs),
            None => Vec::new(),
        };
        let outer = swap(self, outputs);
        let result = lower(self);
        swap(self, outer);
        result
    }

    /// What a name means in ORDER BY, if it is that of an output column.
    pub(super) fn output_named(&mut self, depth: usize, name: &str, span: Span) -> Option<Expr> {
        let outputs = &self.scopes[depth].outputs;
        let mut named = outputs.iter().filter(|output| same_name(&output.name, name));
        let NamedOutput { name: _, index, span: declared, expr: first } = named.next()?;
        let target = Target::Output { index: *index, declared: *declared };
        let further = self.further_out(depth);
        let problem = if !named.all(|other| other.expr.same(first)) {
            several_outputs(name, span)
        } else if let ExprKind::Column(column) = &first.kind {
            let column = ColumnRef { depth: column.depth + further, ..column.clone() };
            let expr = Expr { kind: ExprKind::Column(column), span, ..first.clone() };
            self.refers_to_outer(span, target, further);
            return Some(expr);
        } else if further > 0 {
            let message = format!("a subquery in ORDER BY can't compute with the alias `{name}`");
            Diagnostic::new(Code::NotSupported, span, message)
                .related(first.span, format!("this is `{name}`"))
                .help("give the subquery a name in SELECT, and order by that")
        } else if first.any(&Expr::is_volatile) {
            let message = match self.context.clause {
                Clause::OrderBy => {
                    format!("ORDER BY can't compute with `{name}`, only order by it")
                }
                clause => format!("{} can't compute with `{name}`", clause.name()),
            };
            Diagnostic::new(Code::NotSupported, span, message)
                .related(first.span, "this has another value each time")
                .help("give what is to be ordered by a name in a query around this one")
        } else if self.context.in_window && first.any(&is_window) {
            let message = format!("the window function `{name}` stands within another function");
            Diagnostic::new(Code::MisplacedWindow, span, message)
                .related(first.span, format!("this is `{name}`"))
                .help("compute the inner one in a subquery")
        } else {
            let expr = Expr { span, ..first.clone() };
            self.refers(span, target);
            return Some(expr);
        };
        self.report(problem);
        Some(Expr::error(span))
    }

    /// Where a name is an alias, but of a SELECT that is not computed yet.
    pub(super) fn alias_out_of_reach(&self, name: &str, span: Span) -> Option<Diagnostic> {
        let (depth, (_, stands_for)) =
            self.scopes.iter().enumerate().rev().find_map(|(depth, scope)| {
                let mut aliases = scope.aliases.iter();
                Some((depth, aliases.find(|(alias, _)| same_name(alias, name))?))
            })?;
        let clause = self.context.clause;
        let (who, help) = match clause {
            _ if depth + 1 < self.scopes.len() => ("a subquery of it", "repeat what it stands for"),
            Clause::OrderBy => ("an aggregate in ORDER BY", "repeat what it stands for"),
            Clause::Where | Clause::Having => {
                (clause.name(), "repeat what it stands for, or filter in a query around this one")
            }
            Clause::Select => {
                ("SELECT itself", "repeat what it stands for, or use it in a query around this one")
            }
            _ => (clause.name(), "repeat what it stands for"),
        };
        Some(
            Diagnostic::new(
                Code::UnknownColumn,
                span,
                format!("`{name}` is an alias of SELECT, which {who} can't see"),
            )
            .related(*stands_for, format!("this is `{name}`"))
            .help(help),
        )
    }
}

/// A name that several output columns have.
pub(super) fn several_outputs(name: &str, span: Span) -> Diagnostic {
    let message = format!("several output columns are called `{name}`");
    Diagnostic::new(Code::AmbiguousColumn, span, message)
        .help("order by the column's number, or give each its own name")
}
