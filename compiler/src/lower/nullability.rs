//! What a condition proves of columns: where it is TRUE, these are not NULL.

use std::collections::HashSet;
use std::rc::Rc;

use super::Lowerer;
use super::scope::ColumnKey;
use crate::function::FunctionKind;
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal, Variable};

impl Lowerer<'_> {
    /// Lowers what is only computed of rows where the condition is TRUE.
    pub(super) fn where_true<T>(
        &mut self,
        condition: Option<&Expr>,
        f: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let (Some(condition), Some(scope)) = (condition, self.scopes.last_mut()) else {
            return f(self);
        };
        let saved = scope.clone();
        scope.prove(&proven_by(condition));
        let result = f(self);
        self.scopes.pop();
        self.scopes.push(saved);
        result
    }

    /// The same where the condition is known of one row, that which an expression
    /// is computed for, and not of the others that a window function looks at.
    pub(super) fn of_this_row<T>(
        &mut self,
        condition: Option<&Expr>,
        f: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let scope = condition.and(self.scopes.last()).cloned().map(Rc::new);
        self.within(
            |context| context.other_rows = context.other_rows.take().or(scope),
            |this| this.where_true(condition, f),
        )
    }

    /// Lowers what is computed of other rows than this one.
    pub(super) fn of_other_rows<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let Some(scope) = self.context.other_rows.clone() else { return f(self) };
        let this_row = self.scopes.pop();
        self.scopes.push((*scope).clone());
        let result = self.within(|context| context.other_rows = None, f);
        self.scopes.pop();
        self.scopes.extend(this_row);
        result
    }
}

/// The columns that can't be NULL where `condition` is TRUE.
pub(super) fn proven_by(condition: &Expr) -> HashSet<ColumnKey> {
    match &condition.kind {
        ExprKind::And(operands) => operands.iter().flat_map(proven_by).collect(),
        ExprKind::Or(operands) => {
            let mut sets = operands.iter().map(proven_by);
            let first = sets.next().unwrap_or_default();
            sets.fold(first, |all, set| all.intersection(&set).copied().collect())
        }
        ExprKind::IsNull { expr, negated: true } => strict_in(expr),
        ExprKind::Binary { operator: BinaryOperator::IsNotDistinctFrom, left, right } => {
            // `left IS TRUE`
            if matches!(right.kind, ExprKind::Literal(Literal::Boolean(true))) {
                return proven_by(left);
            }
            let mut columns = HashSet::new();
            if !right.nullable {
                columns.extend(strict_in(left));
            }
            if !left.nullable {
                columns.extend(strict_in(right));
            }
            columns
        }
        // TRUE only if all three comparisons' operands are there.
        ExprKind::Between { expr, low, high, negated: false } => {
            [expr, low, high].into_iter().flat_map(|operand| strict_in(operand)).collect()
        }
        // `NOT IN` an empty set is TRUE of NULL as well.
        ExprKind::InSubquery { expr, negated: false, .. } => match &expr.kind {
            ExprKind::Row(fields) => fields.iter().flat_map(strict_in).collect(),
            _ => strict_in(expr),
        },
        ExprKind::InParameter { expr, negated: false, .. } => strict_in(expr),
        _ => strict_in(condition),
    }
}

/// The columns that make `expr` NULL whenever they are.
fn strict_in(expr: &Expr) -> HashSet<ColumnKey> {
    match &expr.kind {
        ExprKind::Column(column) => {
            let key = ColumnKey { relation: column.relation, index: column.index };
            // Whatever the column, its row is there: so `a.x = 1 OR a.y = 2`
            // proves a row of `a`, though neither column.
            HashSet::from([key, ColumnKey { index: ColumnKey::ROW, ..key }])
        }
        ExprKind::Variable(Variable { lambda, index, name: _ }) => {
            HashSet::from([ColumnKey { relation: *lambda, index: *index }])
        }
        ExprKind::Coerce(operand)
        | ExprKind::Cast { expr: operand, fallible: _ }
        | ExprKind::Negate(operand)
        | ExprKind::Not(operand)
        | ExprKind::Extract { expr: operand, field: _ }
        | ExprKind::Field { expr: operand, index: _ }
        | ExprKind::InList { expr: operand, .. }
        | ExprKind::Between { expr: operand, .. } => strict_in(operand),
        ExprKind::Binary {
            operator: BinaryOperator::IsDistinctFrom | BinaryOperator::IsNotDistinctFrom,
            ..
        } => HashSet::new(),
        ExprKind::Binary { left, right, operator: _ } => {
            strict_in(left).into_iter().chain(strict_in(right)).collect()
        }
        ExprKind::Subscript { expr, index } => {
            strict_in(expr).into_iter().chain(strict_in(index)).collect()
        }
        ExprKind::Like { expr, pattern, .. } => {
            strict_in(expr).into_iter().chain(strict_in(pattern)).collect()
        }
        // An aggregate or a window function makes its result of several rows.
        ExprKind::Call(call) if call.function.kind == FunctionKind::Scalar => {
            let nulls = call.function.nulls;
            let followed = call.args.iter().enumerate().filter(|(i, _)| nulls.follows(*i));
            followed.flat_map(|(_, arg)| strict_in(arg)).collect()
        }
        _ => HashSet::new(),
    }
}
