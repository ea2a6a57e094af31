//! CASE.

use crate::token::Span;
use crate::tree::Expr;

use super::Writer;

impl Writer<'_> {
    /// Writes CASE. One with an operand compares it, one without takes conditions.
    pub(super) fn case(
        &mut self,
        operand: Option<&Expr>,
        branches: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        span: Span,
    ) {
        self.push("CASE");
        if let Some(operand) = operand {
            self.check_comparison(&operand.ty, span);
            self.push(" ");
            self.condition(operand);
        }
        let values = || branches.iter().map(|(_, then)| then).chain(otherwise);
        for (when, then) in branches {
            self.push(" WHEN ");
            match operand {
                Some(_) => self.condition(when),
                None => self.filter(when),
            }
            self.push(" THEN ");
            self.alternative(then, values());
        }
        if let Some(otherwise) = otherwise {
            self.push(" ELSE ");
            self.alternative(otherwise, values());
        }
        self.push(" END");
    }
}
