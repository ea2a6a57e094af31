//! Aggregates that Dremio computes in another type, or without a check.

use std::borrow::Cow;

use lakequery_types::Type;

use crate::emit::{Dialect, Rewrite};
use crate::function;
use crate::tree::{Call, Expr, ExprKind};

use super::decimal;

/// What is written in the place of an aggregate.
pub(super) fn rewrite<'e>(dialect: &Dialect, expr: &'e Expr) -> Option<Rewrite<'e>> {
    let ExprKind::Call(call) = &expr.kind else { return None };
    let [arg] = &call.args[..] else { return None };
    match (call.function.name, &expr.ty) {
        // The sum of bigints wraps around. That of integers would need four billion rows.
        ("sum", Type::BigInt) if arg.written().ty == Type::BigInt => {
            let sum = over(expr, call, "sum", Type::decimal(38, 0), Type::decimal(19, 0))?;
            let template = "CAST(CAST({0} AS VARCHAR) AS BIGINT)".into();
            Some(Rewrite { template, args: vec![Cow::Owned(sum)] })
        }
        ("sum", Type::Decimal { .. }) => {
            let template = decimal::sum(dialect, arg)?.into();
            let sizes = sum_of_sizes(expr, call, arg)?;
            // Of no type, so that it is written as it is.
            let sum = over(expr, call, "sum", Type::Unknown, arg.ty.clone())?;
            Some(Rewrite { template, args: vec![Cow::Owned(sum), Cow::Owned(sizes)] })
        }
        // It is made of a sum that would wrap around.
        ("avg", Type::Double) if arg.ty.is_integer() => {
            let average = over(expr, call, "avg", Type::Double, Type::Double)?;
            Some(Rewrite { template: "{0}".into(), args: vec![Cow::Owned(average)] })
        }
        // Its average is a double.
        ("avg", Type::Decimal { .. }) => average(dialect, expr, call, arg),
        _ => None,
    }
}

/// Why an aggregate would be another value, if so.
pub(super) fn refuses(call: &Call) -> Option<&'static str> {
    let is_bigint = |arg: &Expr| arg.written().ty == Type::BigInt;
    (call.function.name == "avg" && call.distinct && call.args.iter().any(is_bigint)).then_some(
        "Dremio's sum of bigints wraps around, and as doubles some are the same; CAST it to double",
    )
}

/// The average of decimals: their sum by their count, rounded once. Where the count has no room
/// it becomes zero, and the division fails.
fn average<'e>(
    dialect: &Dialect,
    expr: &'e Expr,
    call: &'e Call,
    arg: &'e Expr,
) -> Option<Rewrite<'e>> {
    let (sum, template) = decimal::average(dialect, &expr.ty, arg)?;
    let args = [("sum", sum), ("count", Type::BigInt)]
        .map(|(name, ty)| over(expr, call, name, ty, arg.ty.clone()).map(Cow::Owned));
    Some(Rewrite { template: template.into(), args: args.into_iter().collect::<Option<_>>()? })
}

/// The sum of the sizes of an argument, in doubles.
fn sum_of_sizes(expr: &Expr, call: &Call, arg: &Expr) -> Option<Expr> {
    let double = |kind| Expr { kind, ty: Type::Double, ..arg.clone() };
    let converted = double(ExprKind::Coerce(arg.clone().into()));
    let abs = Call::plain(function::lookup("abs")?, vec![converted]);
    let size = double(ExprKind::Call(abs.into()));
    let call = Call { args: vec![size], ..call.clone() };
    over(expr, &call, "sum", Type::Double, Type::Double)
}

/// The same call of another aggregate, over values of a type.
fn over(expr: &Expr, call: &Call, name: &str, ty: Type, of: Type) -> Option<Expr> {
    let function = function::lookup(name)?;
    let args = call.args.iter().map(|arg| match arg.ty == of {
        true => arg.clone(),
        false => Expr { kind: ExprKind::Coerce(arg.clone().into()), ty: of.clone(), ..arg.clone() },
    });
    let call = Call { function, args: args.collect(), ..call.clone() };
    Some(Expr { kind: ExprKind::Call(Box::new(call)), ty, ..expr.clone() })
}
