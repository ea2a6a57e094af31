//! `IS TRUE`, `IS FALSE` and `IS UNKNOWN`, which are never NULL.

use lakequery_types::Type;

use super::Lowerer;
use crate::ast;
use crate::token::Span;
use crate::tree::{BinaryOperator, Expr, ExprKind};

impl Lowerer<'_> {
    pub(super) fn is_truth(&mut self, predicate: &ast::IsTruth, span: Span) -> Expr {
        let ast::IsTruth { operand, value, negated } = predicate;
        let negated = *negated;
        let operand = self.within(|context| context.null_welcome = true, |this| this.expr(operand));
        let operand = self.require(operand, &Type::Boolean, "IS TRUE");
        if operand.is_error() {
            return Expr::error(span);
        }
        let made = |kind| Expr { kind, ty: Type::Boolean, nullable: false, span };
        match value {
            None => made(ExprKind::IsNull { expr: operand.into(), negated }),
            Some(value) if !operand.nullable => match *value != negated {
                true => Expr { span, ..operand },
                false => made(ExprKind::Not(operand.into())),
            },
            Some(value) => made(ExprKind::Binary {
                operator: match negated {
                    true => BinaryOperator::IsDistinctFrom,
                    false => BinaryOperator::IsNotDistinctFrom,
                },
                left: operand.into(),
                right: super::literal::boolean(*value, span).into(),
            }),
        }
    }
}
