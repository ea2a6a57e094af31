//! CASE.

use lakequery_types::Type;

use super::Lowerer;
use super::null::is_null_literal;
use super::parameter::Use;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{Expr, ExprKind};

impl Lowerer<'_> {
    pub(super) fn case(&mut self, case: &ast::Case, span: Span) -> Expr {
        let ast::Case { operand, branches, otherwise } = case;
        let mut operand = operand.as_ref().map(|operand| self.expr(operand));
        let mut whens = Vec::with_capacity(branches.len());
        let mut thens = Vec::with_capacity(branches.len() + 1);
        for ast::When { condition, result, span: _ } in branches {
            let condition_expr = self.expr(condition);
            let when = match &operand {
                None => self.require(condition_expr, &Type::Boolean, "WHEN"),
                Some(_) => condition_expr,
            };
            let condition = operand.is_none().then_some(&when);
            thens.push(self.of_this_row(condition, |this| this.expr(result)));
            whens.push(when);
        }
        if let Some(value) = operand.take() {
            if let Some(null) = whens.iter().find(|when| is_null_literal(when)) {
                let message = "`WHEN NULL` never matches, as nothing compares with NULL";
                let help = match self.written(value.span) {
                    Some(value) => format!("write `CASE WHEN {value} IS NULL THEN …`"),
                    None => "write `CASE WHEN … IS NULL THEN …`".to_owned(),
                };
                self.report(Diagnostic::new(Code::NullComparison, null.span, message).help(help));
                return Expr::error(span);
            }
            let mut all = vec![value];
            all.append(&mut whens);
            let (mut all, _) = self.unify(all, Use::Comparison, "the values that CASE compares");
            whens = all.split_off(1);
            operand = all.pop();
        }
        let has_otherwise = otherwise.is_some();
        if let Some(otherwise) = otherwise {
            thens.push(self.expr(otherwise));
        }
        if thens.iter().any(Expr::is_error) {
            return Expr::error(span);
        }
        let (mut thens, ty) = self.unify(thens, Use::Value, "the results of CASE");
        if ty == Type::Unknown && thens.iter().any(|then| !then.is_open()) {
            return Expr::error(span);
        }
        let otherwise = if has_otherwise { thens.pop() } else { None };
        let nullable = otherwise.as_ref().is_none_or(|expr| expr.nullable)
            || thens.iter().any(|then| then.nullable);
        Expr {
            kind: ExprKind::Case {
                operand: operand.map(Box::new),
                branches: whens.into_iter().zip(thens).collect(),
                otherwise: otherwise.map(Box::new),
            },
            ty,
            nullable,
            span,
        }
    }
}
