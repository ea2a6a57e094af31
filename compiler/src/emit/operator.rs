//! Operators, and conditions made of conditions.

use lakequery_types::Type;

use crate::token::Span;
use crate::tree::{BinaryOperator, Expr, ExprKind};

use super::expr::is_null;
use super::precedence::{Level, operator_level};
use super::{Conversion, Position, Writer};

impl Writer<'_> {
    pub(super) fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) {
        let level = operator_level(operator);
        if level == Level::Predicate {
            self.check_comparison(&left.ty, span);
        }
        let (least_left, least_right) = match level {
            Level::Predicate => (Level::Concat, Level::Concat),
            // A chain reads from the left.
            Level::Sum => (Level::Sum, Level::Product),
            Level::Product => (Level::Product, Level::Sign),
            // Next to arithmetic it takes parentheses: engines differ there.
            _ => {
                let peeled = self.peel(left, Conversion::Operand);
                let chained = self.level(peeled) == Level::Concat;
                (if chained { Level::Concat } else { Level::Sign }, Level::Sign)
            }
        };
        let place = if level == Level::Predicate { Conversion::Operand } else { Conversion::Term };
        // Of texts, of binaries or of arrays: a NULL has to say it.
        let operand = |writer: &mut Self, expr: &Expr, least| match operator {
            BinaryOperator::Concat if is_null(expr.written()) => writer.primary(expr),
            _ => writer.expr(expr, least, place),
        };
        operand(self, left, least_left);
        self.push(" ");
        self.push(operator.symbol());
        self.push(" ");
        operand(self, right, least_right);
    }

    pub(super) fn and(&mut self, operands: &[Expr]) {
        self.chain(operands, " AND ");
    }

    pub(super) fn or(&mut self, operands: &[Expr]) {
        if self.place.position == Position::Conjunct {
            self.place.position = Position::Disjunct;
        }
        self.chain(operands, " OR ");
    }

    fn chain(&mut self, operands: &[Expr], word: &str) {
        for (i, operand) in operands.iter().enumerate() {
            if i > 0 {
                self.push(word);
            }
            self.expr(operand, Level::And, Conversion::Operand);
        }
    }

    pub(super) fn not(&mut self, operand: &Expr) {
        let operand = self.peel(operand, Conversion::Operand);
        if matches!(operand.kind, ExprKind::InSubquery { .. } | ExprKind::Exists { .. }) {
            self.place.negated = !self.place.negated;
        } else {
            self.place.position = Position::Inside;
        }
        self.push("NOT ");
        self.expr(operand, Level::Not, Conversion::Operand);
    }

    pub(super) fn between(&mut self, operand: &Expr, low: &Expr, high: &Expr, negated: bool) {
        self.comparand(operand);
        self.push(if negated { " NOT BETWEEN " } else { " BETWEEN " });
        self.comparand(low);
        self.push(" AND ");
        self.comparand(high);
    }

    /// Writes a BETWEEN as the two comparisons that it stands for.
    pub(super) fn two_comparisons(
        &mut self,
        operand: &Expr,
        low: &Expr,
        high: &Expr,
        negated: bool,
    ) {
        let (above, word, below) =
            if negated { (" < ", " OR ", " > ") } else { (" >= ", " AND ", " <= ") };
        self.check_drawn_once(operand);
        self.comparand(operand);
        self.push(above);
        self.comparand(low);
        self.push(word);
        self.comparand(operand);
        self.push(below);
        self.comparand(high);
    }

    /// Writes `left = right` or `left <> right`.
    pub(super) fn equality(&mut self, left: &Expr, right: &Expr, negated: bool, span: Span) {
        self.check_comparison(&left.ty, span);
        self.comparand(left);
        self.push(if negated { " <> " } else { " = " });
        self.comparand(right);
    }

    /// Refuses to compare values that the engine can't compare.
    pub(super) fn check_comparison(&mut self, ty: &Type, span: Span) {
        if let Some(reason) = self.dialect.refuses_comparison(ty) {
            self.refuse(span, &format!("a comparison of `{ty}`"), reason);
        }
    }
}
