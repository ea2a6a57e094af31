//! How tightly things bind, so that parentheses stand where they must and
//! nowhere else.

use lakequery_types::Type;

use crate::tree::{BinaryOperator, Expr, ExprKind};

use super::function::is_operand;
use super::{FunctionSql, Rewrite, Writer};

/// How tightly an expression binds, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// `OR`; anything at all.
    Or,
    /// `AND`
    And,
    /// `NOT`
    Not,
    /// `=`, `LIKE`, `IS NULL` and their like, which take no other of them as an
    /// operand without parentheses.
    Predicate,
    /// `||`, which engines rank differently against arithmetic.
    Concat,
    /// `+`, `-`
    Sum,
    /// `*`, `/`, `%`
    Product,
    /// `-x`
    Sign,
    /// What needs no parentheses anywhere.
    Primary,
}

pub(super) const fn operator_level(operator: BinaryOperator) -> Level {
    match operator {
        BinaryOperator::Add | BinaryOperator::Subtract => Level::Sum,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Modulo => {
            Level::Product
        }
        BinaryOperator::Concat => Level::Concat,
        _ => Level::Predicate,
    }
}

impl Writer<'_> {
    /// Whether this is a BETWEEN that has to be written as two comparisons.
    pub(super) fn splits(&self, expr: &Expr) -> bool {
        let ExprKind::Between { expr, low, high, negated: _ } = &expr.kind else { return false };
        let is_nested = matches!(expr.ty, Type::Array(_) | Type::Row(_));
        self.dialect.expands_between && (low.nullable || high.nullable)
            || self.dialect.between_takes_scalars && is_nested
    }

    /// How tightly an expression binds as it is written; its outermost implicit
    /// conversion is written.
    pub(super) fn level(&self, expr: &Expr) -> Level {
        if let Some(Rewrite { template, .. }) = self.dialect.rewrite(expr) {
            return if is_operand(&template) { Level::Primary } else { Level::Or };
        }
        match &expr.kind {
            ExprKind::Or(_) | ExprKind::Lambda(_) => Level::Or,
            ExprKind::And(_) => Level::And,
            ExprKind::Not(_) | ExprKind::Exists { negated: true, .. } => Level::Not,
            ExprKind::Binary {
                operator: BinaryOperator::IsDistinctFrom | BinaryOperator::IsNotDistinctFrom,
                ..
            } if self.dialect.distinct_from_is_greedy => Level::Or,
            ExprKind::Binary { operator, .. } => operator_level(*operator),
            ExprKind::Between { negated, .. } if self.splits(expr) => {
                if *negated {
                    Level::Or
                } else {
                    Level::And
                }
            }
            ExprKind::IsNull { .. }
            | ExprKind::Between { .. }
            | ExprKind::Like { .. }
            | ExprKind::InList { .. }
            | ExprKind::InParameter { .. }
            | ExprKind::InSubquery { .. }
            | ExprKind::Quantified { .. }
            // A predicate in the standard's grammar, too, and no operand of another.
            | ExprKind::Exists { negated: false, .. } => Level::Predicate,
            ExprKind::Negate(_) => Level::Sign,
            // Where a value is put into the text, it may start with a sign.
            ExprKind::Parameter(_) => Level::Sign,
            ExprKind::Literal(literal) => {
                match self.dialect.literal(literal, &expr.ty) {
                    Ok(text) if text.starts_with('-') => Level::Sign,
                    _ => Level::Primary,
                }
            }
            ExprKind::Call(call) => match self.dialect.functions.sql(call.function, &call.args) {
                FunctionSql::Template(template) | FunctionSql::Typed(template, _)
                    if !is_operand(template) =>
                {
                    Level::Or
                }
                _ => Level::Primary,
            },
            ExprKind::Column(_)
            | ExprKind::Coerce(_)
            | ExprKind::Cast { .. }
            | ExprKind::Subquery(_)
            | ExprKind::Case { .. }
            | ExprKind::Extract { .. }
            | ExprKind::Variable(_)
            | ExprKind::Grouping(_)
            | ExprKind::Array(_)
            | ExprKind::Row(_)
            | ExprKind::Subscript { .. }
            | ExprKind::Field { .. }
            | ExprKind::Json(_)
            | ExprKind::Error => Level::Primary,
        }
    }
}
