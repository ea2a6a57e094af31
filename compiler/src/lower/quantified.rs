//! Comparisons with all rows of a query: `x > ALL (SELECT …)`, `x < ANY (SELECT …)`.

use lakequery_types::Type;

use super::Lowerer;
use super::operator::operator_of;
use super::row::row_of;
use crate::ast;
use crate::diagnostic::Code;
use crate::token::Span;
use crate::tree::{BinaryOperator, Column, Expr, ExprKind};

impl Lowerer<'_> {
    pub(super) fn quantified(&mut self, predicate: &ast::Quantified, span: Span) -> Expr {
        let ast::Quantified { operand, operator, all, query, query_span } = predicate;
        let (operator, all) = (operator_of(*operator), *all);
        match (operator, all) {
            (BinaryOperator::Eq, false) => {
                return self.member(operand, query, *query_span, false, span);
            }
            (BinaryOperator::NotEq, true) => {
                return self.member(operand, query, *query_span, true, span);
            }
            _ => {}
        }
        let quantifier = if all { "ALL" } else { "ANY" };
        if row_of(operand).is_some() {
            let symbol = operator.symbol();
            let what = format!("a row before `{symbol} {quantifier}`");
            return self.unsupported(operand.span, &what);
        }
        if self.refuses_in_lambda(*query_span) {
            return Expr::error(span);
        }
        let expr = self.expr(operand);
        let query = self.subquery(query);
        let compared = self.compared_with_column(expr, &query, quantifier, *query_span, span);
        let Some((expr, ty)) = compared else { return Expr::error(span) };
        if !ty.is_orderable() {
            let message = format!("{quantifier} can't compare values of type `{ty}`");
            self.error(Code::TypeMismatch, span, message);
            return Expr::error(span);
        }
        let may_be_null = |column: &Column| column.nullable || column.ty.has_nulls_inside();
        let nullable = expr.may_compare_as_null() || query.columns.iter().any(may_be_null);
        let query = query.into();
        let kind = ExprKind::Quantified { operator, all, expr: expr.into(), query, ty };
        Expr { kind, ty: Type::Boolean, nullable, span }
    }
}
