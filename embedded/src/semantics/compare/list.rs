//! Keeps DataFusion from what it makes of IN lists.
//!
//! A list that is not of constants is written as comparisons. DataFusion computes the
//! items for a batch without rows to learn whether they are constants, and a CASE is
//! NULL then.
//!
//! And its optimizer is kept from putting lists together. It makes `x IN
//! (1) AND x IN (2)` false, where it is NULL if `x` is; and `x IN (a) AND x NOT IN (b)`
//! is `x IN (a)` to it, whatever the values are. It does so where the operands of AND
//! and OR are lists, and a cast to the type that they have already is enough to keep it
//! off: plans that run have no such cast.

use std::ops::Not;

use arrow_schema::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Cast, Expr, Operator, lit};

use super::constant::is_constant;

/// An IN list in a cast. `x = 1 OR x = 2` becomes one here, lest it becomes one
/// without a cast in the optimizer.
pub(super) fn protect(expr: Expr) -> Transformed<Expr> {
    match expr {
        Expr::InList(list) if list.expr.is_volatile() => Transformed::no(Expr::InList(list)),
        Expr::InList(list) => Transformed::yes(compared(list)),
        Expr::Not(inner) => match opened(*inner) {
            Ok(list) => Transformed::yes(in_cast(InList { negated: !list.negated, ..list })),
            Err(inner) => Transformed::no(Expr::Not(Box::new(inner))),
        },
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
            match (choices(&left), choices(&right)) {
                (Some((x, some)), Some((y, more))) if x == y && !x.is_volatile() => {
                    let list = some.iter().chain(more).cloned().collect();
                    let expr = Box::new(x.clone());
                    Transformed::yes(in_cast(InList { expr, list, negated: false }))
                }
                _ => {
                    Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }))
                }
            }
        }
        other => Transformed::no(other),
    }
}

/// A list of constants in a cast; whatever is not a constant as a comparison.
fn compared(InList { expr, list, negated }: InList) -> Expr {
    let (constants, others): (Vec<_>, Vec<_>) = list.into_iter().partition(is_constant);
    if others.is_empty() {
        return in_cast(InList { expr, list: constants, negated });
    }
    let mut choices: Vec<_> = others.into_iter().map(|other| (*expr).clone().eq(other)).collect();
    if !constants.is_empty() {
        choices.push(in_cast(InList { expr, list: constants, negated: false }));
    }
    let any = any(choices);
    if negated { any.not() } else { any }
}

/// Whether any of the choices holds.
pub(super) fn any(mut choices: Vec<Expr>) -> Expr {
    // Two by two, so that the choices are not as deep as they are many.
    while choices.len() > 1 {
        let mut rest = choices.into_iter();
        choices = std::iter::from_fn(|| {
            let first = rest.next()?;
            Some(match rest.next() {
                Some(second) => first.or(second),
                None => first,
            })
        })
        .collect();
    }
    choices.pop().unwrap_or_else(|| lit(false))
}

fn in_cast(list: InList) -> Expr {
    Expr::Cast(Cast::new(Box::new(Expr::InList(list)), DataType::Boolean))
}

/// The list in a cast.
fn opened(expr: Expr) -> std::result::Result<InList, Expr> {
    match expr {
        Expr::Cast(Cast { expr, field }) => match *expr {
            Expr::InList(list) => Ok(list),
            other => Err(Expr::Cast(Cast { expr: Box::new(other), field })),
        },
        other => Err(other),
    }
}

/// The value, and the constants one of which it is to be.
fn choices(expr: &Expr) -> Option<(&Expr, &[Expr])> {
    match expr {
        Expr::Cast(Cast { expr, .. }) => match &**expr {
            Expr::InList(InList { expr, list, negated: false }) if list.iter().all(is_constant) => {
                Some((expr, list))
            }
            _ => None,
        },
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
            match (is_constant(left), is_constant(right)) {
                (false, true) => Some((left, std::slice::from_ref(right))),
                (true, false) => Some((right, std::slice::from_ref(left))),
                _ => None,
            }
        }
        _ => None,
    }
}
