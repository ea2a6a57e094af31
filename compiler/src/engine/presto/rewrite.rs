//! Operators and functions that Presto gets wrong as they are written.

use std::borrow::Cow;

use lakequery_types::{MAX_PRECISION, Type};

use crate::emit::{Dialect, Rewrite};
use crate::engine::argument::may_be_zero;
use crate::function::FunctionKind;
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

/// An interval divided by a number that is an error where it is zero.
const INTERVAL_QUOTIENT: &str = "{0} / CASE WHEN {1} = 0 THEN 1 % CAST({1} AS bigint) ELSE {1} END";

/// What Presto needs in the place of an expression.
pub(super) fn rewrite<'e>(_: &Dialect, expr: &'e Expr) -> Option<Rewrite<'e>> {
    match &expr.kind {
        // It divides an interval by zero without an error.
        ExprKind::Binary { operator: BinaryOperator::Divide, left, right }
            if left.ty.is_interval() && may_be_zero(right) =>
        {
            let args = vec![Cow::Borrowed(&**left), Cow::Borrowed(&**right)];
            Some(Rewrite { template: INTERVAL_QUOTIENT.into(), args })
        }
        // It compares texts of two types, and fails in its planner.
        ExprKind::Binary { operator, left, right }
            if matches!(
                operator,
                BinaryOperator::IsDistinctFrom | BinaryOperator::IsNotDistinctFrom
            ) && is_text(left)
                && is_text(right)
                && left.written().ty != right.written().ty =>
        {
            let template =
                format!("CAST({{0}} AS varchar) {} CAST({{1}} AS varchar)", operator.symbol());
            let args = vec![Cow::Borrowed(left.written()), Cow::Borrowed(right.written())];
            Some(Rewrite { template: template.into(), args })
        }
        // What is compared as a double is a column of fewer digits to its planner, which
        // fails where a constant turns out to be NaN or infinite.
        ExprKind::Binary { operator, left, right }
            if operator.is_comparison()
                && [(left, right), (right, left)]
                    .iter()
                    .any(|(operand, other)| widened(operand).is_some() && is_computed(other)) =>
        {
            let template = format!("{{0}} {} {{1}}", operator.symbol());
            Some(unplanned(template, [&**left, &**right]))
        }
        ExprKind::Between { expr: operand, low, high, negated }
            if widened(operand).is_some() && (is_computed(low) || is_computed(high)) =>
        {
            let not = if *negated { "NOT " } else { "" };
            let template = match low.nullable || high.nullable {
                // Its BETWEEN is NULL where one bound is.
                true => format!("{not}({{0}} >= {{1}} AND {{0}} <= {{2}})"),
                false => format!("{{0}} {not}BETWEEN {{1}} AND {{2}}"),
            };
            Some(unplanned(template, [&**operand, &**low, &**high]))
        }
        ExprKind::InList { expr: operand, list, negated }
            if widened(operand).is_some() && list.iter().any(is_computed) =>
        {
            let not = if *negated { "NOT " } else { "" };
            let places: Vec<String> = (1..=list.len()).map(|i| format!("{{{i}}}")).collect();
            let template = format!("{{0}} {not}IN ({})", places.join(", "));
            Some(unplanned(template, std::iter::once(&**operand).chain(list)))
        }
        // Rounded to its first digit's place, everything becomes zero.
        ExprKind::Call(call) if call.function.name == "round" => {
            let [number, places] = &call.args[..] else { return None };
            let (p, s) = match number.ty {
                Type::Decimal { precision, scale } if precision < MAX_PRECISION => {
                    (precision, scale)
                }
                _ => return None,
            };
            if let ExprKind::Literal(Literal::Integer(places)) = places.written().kind
                && i64::from(p - s) + places != 0
            {
                return None;
            }
            let (more, rounded) = (p + 1, &expr.ty);
            let template =
                format!("CAST(round(CAST({{0}} AS decimal({more},{s})), {{1}}) AS {rounded})");
            let args = call.args.iter().map(Cow::Borrowed).collect();
            Some(Rewrite { template: template.into(), args })
        }
        _ => None,
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr.ty, Type::Varchar(_))
}

/// The number that is compared as a double or real, and is of a shorter type.
fn widened(expr: &Expr) -> Option<&Expr> {
    let written = expr.written();
    let number = match &written.kind {
        ExprKind::Cast { expr: inner, fallible: false } if written.ty == expr.ty => inner.written(),
        _ => written,
    };
    let is_shorter = match number.ty {
        Type::TinyInt | Type::SmallInt | Type::Integer => expr.ty.is_floating(),
        Type::Real => expr.ty == Type::Double,
        _ => false,
    };
    (is_shorter && !is_constant(number)).then_some(number)
}

/// Whether a double or real is computed of constants.
fn is_computed(expr: &Expr) -> bool {
    let written = expr.written();
    written.ty.is_floating()
        && is_constant(written)
        && !matches!(written.kind, ExprKind::Literal(_))
}

fn is_constant(expr: &Expr) -> bool {
    !expr.any(&|part| match &part.kind {
        ExprKind::Column(_) | ExprKind::Variable(_) | ExprKind::Parameter(_) => true,
        ExprKind::Call(call) => call.function.kind != FunctionKind::Scalar || part.is_volatile(),
        _ => part.subquery().is_some(),
    })
}

/// A comparison whose operands its planner does not look into.
fn unplanned<'e>(template: String, operands: impl IntoIterator<Item = &'e Expr>) -> Rewrite<'e> {
    let operand = |expr: &'e Expr| match widened(expr) {
        Some(number) => Cow::Owned(times_one(number, &expr.ty)),
        None => Cow::Borrowed(expr),
    };
    Rewrite { template: template.into(), args: operands.into_iter().map(operand).collect() }
}

/// A number in a wider type, by arithmetic.
fn times_one(number: &Expr, ty: &Type) -> Expr {
    let of = |kind, nullable| Expr { kind, ty: ty.clone(), nullable, span: number.span };
    let one = of(ExprKind::Literal(Literal::Double(1.0)), false);
    let product = ExprKind::Binary {
        operator: BinaryOperator::Multiply,
        left: number.clone().into(),
        right: one.into(),
    };
    of(product, number.nullable)
}
