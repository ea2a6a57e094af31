//! `grouping(…)`, which tells the rows of grouping sets apart.

use lakequery_types::Type;

use super::Lowerer;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

/// The most keys whose bits an integer has room for, and a bigint.
const MOST_IN_INTEGER: usize = 31;
const MOST: usize = 63;

impl Lowerer<'_> {
    /// `grouping(a, b)`: a bit for each key, the last one the lowest, that is 1 where the
    /// grouping set of the row leaves the key out.
    pub(super) fn grouping(&mut self, call: &ast::Call, whole: Span) -> Expr {
        let ast::Call { name, arguments, within_group, filter, nulls, over, span } = call;
        let ast::Path { parts: _, span: name_span } = name;
        let ast::Arguments { quantifier, args, order_by, nulls: nulls_inside, overflow } =
            arguments;
        let is_plain = within_group.is_none() && filter.is_none() && over.is_none();
        let is_plain = is_plain && nulls.is_none() && nulls_inside.is_none() && overflow.is_none();
        if !is_plain || quantifier.is_some() || order_by.is_some() {
            let message = "`grouping` takes keys of GROUP BY and nothing else";
            self.error(Code::Syntax, whole, message);
            return Expr::error(*span);
        }
        let clause = self.context.clause;
        if self.context.in_aggregate || !clause.takes_aggregates() {
            let place = match self.context.in_aggregate {
                true => "an aggregate",
                false => clause.name(),
            };
            let message = format!("{place} can't contain `grouping`, which is told of groups");
            self.error(Code::MisplacedAggregate, *name_span, message);
            return Expr::error(*span);
        }
        let mut keys = Vec::new();
        for arg in args {
            match arg {
                ast::Argument::Expr(arg) => keys.push(self.without_outputs(|this| this.expr(arg))),
                ast::Argument::Star(star) => {
                    self.error(Code::Syntax, *star, "`grouping` takes keys of GROUP BY, not `*`");
                    keys.push(Expr::error(*star));
                }
            }
        }
        if keys.is_empty() || keys.len() > MOST {
            let found = keys.len();
            let message = format!("`grouping` takes 1 to {MOST} keys of GROUP BY, found {found}");
            self.report(
                Diagnostic::new(Code::ArgumentCount, *span, message)
                    .help("such as `grouping(a)` or `grouping(a, b)`"),
            );
            return Expr::error(*span);
        }
        if keys.iter().any(Expr::is_error) {
            return Expr::error(*span);
        }
        let ty = if keys.len() > MOST_IN_INTEGER { Type::BigInt } else { Type::Integer };
        let made = |kind| Expr { kind, ty: ty.clone(), nullable: false, span: *span };
        let scope = self.scopes.last_mut();
        let is_left_out: Vec<bool> = match scope {
            Some(scope) => {
                scope.asked_about.extend(keys.iter().cloned());
                let is_left_out = |key: &Expr| scope.left_out.iter().any(|own| own.same(key));
                keys.iter().map(is_left_out).collect()
            }
            None => vec![false; keys.len()],
        };
        let bit = |(key, is_left_out)| {
            let kind = match is_left_out {
                true => ExprKind::Grouping(Box::new(key)),
                false => ExprKind::Literal(Literal::Integer(0)),
            };
            Expr { kind, ty: Type::Integer, nullable: false, span: *span }.coerced(&ty)
        };
        let operation = |operator, left: Expr, right: Expr| {
            made(ExprKind::Binary { operator, left: left.into(), right: right.into() })
        };
        let two = || made(ExprKind::Literal(Literal::Integer(2)));
        let bits = keys.into_iter().zip(is_left_out).map(bit).reduce(|higher, bit| {
            let shifted = operation(BinaryOperator::Multiply, higher, two());
            operation(BinaryOperator::Add, shifted, bit)
        });
        bits.unwrap_or_else(|| Expr::error(*span))
    }
}
