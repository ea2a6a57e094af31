//! Comparisons of rows that are written out, `(a, b) < (c, d)`, by their values: a NULL in
//! them is unknown, as in any comparison, and engines compare columns better than rows.

use lakequery_types::Type;

use super::Lowerer;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{BinaryOperator, Expr, ExprKind};

/// The values of a row that is written out, in further parentheses or not.
pub(super) fn row_of(expr: &ast::Expr) -> Option<&[ast::Expr]> {
    let ast::Expr { kind, span: _ } = expr;
    match kind {
        ast::ExprKind::Nested(inner) => row_of(inner),
        ast::ExprKind::Row(values) if values.len() > 1 => Some(values),
        _ => None,
    }
}

/// The value of `ROW(a)`; of anything else, that itself.
pub(super) fn only_value(expr: &ast::Expr) -> &ast::Expr {
    let ast::Expr { kind, span: _ } = expr;
    match kind {
        ast::ExprKind::Nested(inner) => only_value(inner),
        ast::ExprKind::Row(values) if values.len() == 1 => &values[0],
        _ => expr,
    }
}

/// The rows, if all of these are rows that are written out.
pub(super) fn rows_of<const N: usize>(exprs: [&ast::Expr; N]) -> Option<[&[ast::Expr]; N]> {
    let rows: Option<Vec<_>> = exprs.into_iter().map(row_of).collect();
    rows?.try_into().ok()
}

impl Lowerer<'_> {
    /// Lowers the values of rows.
    pub(super) fn values_of<const N: usize>(&mut self, rows: [&[ast::Expr]; N]) -> [Vec<Expr>; N] {
        rows.map(|values| values.iter().map(|value| self.expr(value)).collect())
    }

    /// `left operator right`, the rows being of these values.
    pub(super) fn compare_rows(
        &mut self,
        operator: BinaryOperator,
        left: &[Expr],
        right: &[Expr],
        span: Span,
    ) -> Expr {
        use BinaryOperator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
        if left.len() != right.len() {
            let message =
                format!("a row of {} values is compared with one of {}", left.len(), right.len());
            self.excuse(left);
            self.excuse(right);
            self.error(Code::TypeMismatch, span, message);
            return Expr::error(span);
        }
        let pairs: Vec<_> = left.iter().zip(right).collect();
        let pairs: Vec<_> =
            pairs.into_iter().map(|(a, b)| self.compared_values(operator, a, b)).collect();
        let Some(pairs) = pairs.into_iter().collect::<Option<Vec<(Expr, Expr)>>>() else {
            return Expr::error(span);
        };
        let compared = |operator, (a, b): &(Expr, Expr)| {
            let never_null = matches!(operator, IsDistinctFrom | IsNotDistinctFrom);
            let nullable = !never_null && (a.may_compare_as_null() || b.may_compare_as_null());
            let (left, right) = (a.clone().into(), b.clone().into());
            let kind = ExprKind::Binary { operator, left, right };
            Expr { kind, ty: Type::Boolean, nullable, span }
        };
        let each = |operator| pairs.iter().map(|pair| compared(operator, pair)).collect();
        let strict = match operator {
            Eq | IsNotDistinctFrom => return joined(ExprKind::And, each(operator), span),
            NotEq | IsDistinctFrom => return joined(ExprKind::Or, each(operator), span),
            Lt | LtEq => Lt,
            Gt | GtEq => Gt,
            _ => return Expr::error(span),
        };
        if let Some(drawn) = left.iter().chain(right).find(|value| value.any(&Expr::is_volatile)) {
            let message = "the order of rows can't be told of values that differ each time";
            self.report(
                Diagnostic::new(Code::NotSupported, drawn.span, message)
                    .help("name them in a subquery"),
            );
            return Expr::error(span);
        }
        // The first values that differ decide.
        let mut pairs = pairs.iter().rev();
        let last = pairs.next().map(|pair| compared(operator, pair));
        let decided = last.map(|last| {
            pairs.fold(last, |rest, pair| {
                let same = joined(ExprKind::And, vec![compared(Eq, pair), rest], span);
                joined(ExprKind::Or, vec![compared(strict, pair), same], span)
            })
        });
        decided.unwrap_or_else(|| Expr::error(span))
    }

    /// Two values, as they are compared.
    fn compared_values(
        &mut self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
    ) -> Option<(Expr, Expr)> {
        if left.is_error() || right.is_error() {
            return None;
        }
        self.compared(left.clone(), right.clone(), operator.symbol(), right.span).ok()
    }

    /// `operand BETWEEN low AND high` of rows.
    pub(super) fn rows_between(
        &mut self,
        [operand, low, high]: [&[ast::Expr]; 3],
        negated: bool,
        span: Span,
    ) -> Expr {
        let [operand, low, high] = self.values_of([operand, low, high]);
        let from = self.compare_rows(BinaryOperator::GtEq, &operand, &low, span);
        let to = self.compare_rows(BinaryOperator::LtEq, &operand, &high, span);
        if from.is_error() || to.is_error() {
            return Expr::error(span);
        }
        not_if(negated, joined(ExprKind::And, vec![from, to], span))
    }

    /// `operand IN (a, b)` of rows.
    pub(super) fn row_in_list(
        &mut self,
        operand: &[ast::Expr],
        items: &[&[ast::Expr]],
        negated: bool,
        span: Span,
    ) -> Expr {
        let [operand] = self.values_of([operand]);
        let mut equal = Vec::with_capacity(items.len());
        for item in items {
            let [item] = self.values_of([item]);
            equal.push(self.compare_rows(BinaryOperator::Eq, &operand, &item, span));
        }
        let drawn = operand.iter().find(|value| value.any(&Expr::is_volatile));
        if let Some(drawn) = drawn.filter(|_| items.len() > 1) {
            let message = "IN can't compare rows of values that differ each time";
            self.report(
                Diagnostic::new(Code::NotSupported, drawn.span, message)
                    .help("name them in a subquery"),
            );
            return Expr::error(span);
        }
        if equal.iter().any(Expr::is_error) {
            return Expr::error(span);
        }
        not_if(negated, joined(ExprKind::Or, equal, span))
    }
}

/// Conditions that AND or OR joins; one stays as it is.
fn joined(join: fn(Vec<Expr>) -> ExprKind, mut conditions: Vec<Expr>, span: Span) -> Expr {
    if conditions.len() == 1
        && let Some(condition) = conditions.pop()
    {
        return condition;
    }
    let nullable = conditions.iter().any(|condition| condition.nullable);
    Expr { kind: join(conditions), ty: Type::Boolean, nullable, span }
}

fn not_if(negated: bool, condition: Expr) -> Expr {
    match negated {
        true => Expr {
            ty: Type::Boolean,
            nullable: condition.nullable,
            span: condition.span,
            kind: ExprKind::Not(condition.into()),
        },
        false => condition,
    }
}
