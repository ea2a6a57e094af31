//! What is written in the place of operators and functions that Spark computes otherwise.
//!
//! A double divided by zero is an error there. It is an infinity in lake SQL, or
//! no number, with the dividend's sign.

use std::borrow::Cow;

use lakequery_types::Type;

use crate::emit::{Conversion, Dialect, Rewrite};
use crate::engine::argument::may_be_zero;
use crate::function;
use crate::tree::{BinaryOperator, Call, Expr, ExprKind, Literal};

use super::engine_type::{argument, is_long};
use super::function::REMAINDER;
use super::{array_agg, decimal, interval, nested, zone};

/// What is written in the place of an expression.
pub(super) fn rewrite<'e>(dialect: &Dialect, expr: &'e Expr) -> Option<Rewrite<'e>> {
    if let Some(rewrite) = nested::rewrite(dialect, expr) {
        return Some(rewrite);
    }
    if let Some(rewrite) = zone::rewrite(dialect, expr) {
        return Some(rewrite);
    }
    match (&expr.kind, &expr.ty) {
        (ExprKind::Binary { operator, left, right }, ty) if ty.is_interval() => {
            interval::scaled(*operator, left, right)
        }
        (ExprKind::Binary { operator: BinaryOperator::Divide, left, right }, ty) => {
            let args = vec![Cow::Borrowed(&**left), Cow::Borrowed(&**right)];
            if ty.is_integer() {
                return Some(Rewrite { template: "{0} div {1}".into(), args });
            }
            if ty.is_floating() {
                return may_be_zero(right).then(|| Rewrite { template: QUOTIENT.into(), args });
            }
            if !matches!(ty, Type::Decimal { .. }) {
                return None;
            }
            let (precision, scale) = decimal::dividend(dialect, left, right)?;
            let template = format!("CAST({{0}} AS DECIMAL({precision},{scale})) / {{1}}");
            Some(Rewrite { template: template.into(), args })
        }
        (ExprKind::Binary { operator: BinaryOperator::Modulo, left, right }, ty)
            if ty.is_floating() && may_be_zero(right) =>
        {
            let args = vec![Cow::Borrowed(&**left), Cow::Borrowed(&**right)];
            Some(Rewrite { template: REMAINDER.into(), args })
        }
        // Spark's own average is rounded twice.
        (ExprKind::Call(call), Type::Decimal { .. }) if call.function.name == "avg" => {
            let over = |name: &str, ty: Type| {
                let function = function::lookup(name)?;
                let kind = ExprKind::Call(Box::new(Call { function, ..(**call).clone() }));
                Some(Cow::Owned(Expr { kind, ty, ..expr.clone() }))
            };
            let (_, scale) = expr.ty.as_decimal()?;
            let args = vec![over("sum", Type::decimal(38, scale))?, over("count", Type::BigInt)?];
            let template = match decimal::averaged_sum(dialect, call.args.first()?) {
                Some((p, s)) => format!("CAST({{0}} AS DECIMAL({p},{s})) / {{1}}").into(),
                None => "{0} / {1}".into(),
            };
            Some(Rewrite { template, args })
        }
        // Spark rounds to 34 digits what it negates.
        (ExprKind::Negate(operand), Type::Decimal { .. })
            if is_long(&argument(dialect, operand)) =>
        {
            let args = vec![Cow::Borrowed(&**operand)];
            Some(Rewrite { template: "0 - {0}".into(), args })
        }
        (ExprKind::Call(call), Type::Decimal { .. })
            if call.function.name == "abs" && is_long(&argument(dialect, call.args.first()?)) =>
        {
            let template = "CASE WHEN {0} < 0 THEN 0 - {0} ELSE {0} END";
            Some(Rewrite { template: template.into(), args: borrowed(&call.args) })
        }
        (ExprKind::Call(call), _) if call.function.name == "array_agg" => {
            array_agg::rewrite(expr, call)
        }
        // What it compares are no operands of a comparison, which would be converted.
        (ExprKind::Call(call), _) if call.function.name == "nullif" => {
            let [left, right] = &call.args[..] else { return None };
            let common = function::common_type(&left.ty, &right.ty)?;
            let is_converted =
                |arg: &Expr| dialect.writes_conversion(&arg.ty, &common, Conversion::Operand);
            (is_converted(left) || is_converted(right)).then(|| {
                let converted = |arg: &Expr| {
                    let kind = ExprKind::Coerce(Box::new(arg.clone()));
                    Cow::Owned(Expr { kind, ty: common.clone(), ..arg.clone() })
                };
                let args = vec![Cow::Borrowed(left), converted(left), converted(right)];
                Rewrite { template: "CASE WHEN {1} = {2} THEN NULL ELSE {0} END".into(), args }
            })
        }
        // Spark's pass over NULLs.
        (ExprKind::Call(call), _)
            if matches!(call.function.name, "greatest" | "least")
                && call.args.len() > 1
                && call.args.iter().any(|arg| arg.nullable) =>
        {
            let nullable = (0..call.args.len()).filter(|i| call.args[*i].nullable);
            let nulls: Vec<String> = nullable.map(|i| format!("{{{i}}} IS NULL")).collect();
            let places: Vec<String> = (0..call.args.len()).map(|i| format!("{{{i}}}")).collect();
            let template = format!(
                "CASE WHEN NOT ({}) THEN {}({}) END",
                nulls.join(" OR "),
                call.function.name,
                places.join(", ")
            );
            Some(Rewrite { template: template.into(), args: borrowed(&call.args) })
        }
        (ExprKind::Call(call), _) if EXACT.contains(&call.function.name) => {
            exact(dialect, expr, call)
        }
        // Spark rounds the number as it is written, not as it is.
        (ExprKind::Call(call), Type::Double) if call.function.name == "round" => {
            match &call.args.get(1)?.written().kind {
                ExprKind::Literal(Literal::Integer(places @ 1..=15)) => {
                    let template = format!("round({{0}} * 1E{places}D) / 1E{places}D");
                    Some(Rewrite { template: template.into(), args: borrowed(&call.args) })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The functions whose arguments must have their types: Spark converts none, or
/// to the type of another one.
const EXACT: &[&str] =
    &["array_position", "array_remove", "contains", "element_at", "lag", "lead", "reduce"];

/// A call with the conversions of its arguments written out, where it has some.
fn exact<'e>(dialect: &Dialect, expr: &Expr, call: &Call) -> Option<Rewrite<'e>> {
    let written =
        call.args.iter().enumerate().map(|(index, arg)| match (index, call.function.name) {
            (1, "lag" | "lead") => as_count(arg),
            // The place of an element, which is written as a number of 32 bits.
            (1, "element_at") if matches!(call.args[0].ty, Type::Array(_)) => None,
            _ => as_it_is(dialect, arg),
        });
    let written: Vec<Option<Expr>> = written.collect();
    written.iter().any(Option::is_some).then(|| {
        let args = written.into_iter().zip(&call.args);
        let args = args.map(|(written, arg)| written.unwrap_or_else(|| arg.clone())).collect();
        let kind = ExprKind::Call(Box::new(Call { args, ..call.clone() }));
        let args = vec![Cow::Owned(Expr { kind, ..expr.clone() })];
        Rewrite { template: "{0}".into(), args }
    })
}

/// An argument that is an `INT` there, where it is none as it is written.
fn as_count(arg: &Expr) -> Option<Expr> {
    let written = arg.written();
    if written.ty != Type::BigInt {
        return (written.ty != arg.ty).then(|| written.clone());
    }
    if let ExprKind::Literal(Literal::Integer(value)) = written.kind {
        let fits = i32::try_from(value).is_ok();
        return fits.then(|| Expr { ty: Type::Integer, ..written.clone() });
    }
    let kind = ExprKind::Cast { expr: Box::new(written.clone()), fallible: false };
    Some(Expr { kind, ty: Type::Integer, ..arg.clone() })
}

/// An argument with its conversion as a cast, where it is of another type there.
fn as_it_is(dialect: &Dialect, arg: &Expr) -> Option<Expr> {
    let inner = match &arg.kind {
        ExprKind::Coerce(inner) => inner.clone(),
        _ if !arg.ty.is_interval() && dialect.engine_type(arg) != arg.ty => Box::new(arg.clone()),
        _ => return None,
    };
    Some(Expr { kind: ExprKind::Cast { expr: inner, fallible: false }, ..arg.clone() })
}

const QUOTIENT: &str = "CASE WHEN {1} = 0 THEN {0} * double('Infinity') ELSE {0} / {1} END";
fn borrowed(args: &[Expr]) -> Vec<Cow<'_, Expr>> {
    args.iter().map(Cow::Borrowed).collect()
}
