//! Arithmetic on integers, which wraps around there without a word.
//!
//! Facts that this rests on, of Dremio's source:
//!
//! - `+`, `-` and `*` of integers are Java's, and CAST of a `BIGINT` to an `INT` drops bits
//!   (`MathFunctionTemplates.java`, `CastFunctions.java`).
//! - CAST of a text to an integer holds every digit against the range of the type, and fails
//!   beyond it (`StringFunctionHelpers.java`).
//! - The remainder by zero is the dividend in its compiled expressions, and a quotient by zero
//!   an error.
//!
//! So what may leave its type is computed in a wider one, which holds every result: `BIGINT` for
//! two integers, `DECIMAL` for two bigints, whose product has at most 38 digits. It comes back
//! through a text, whose conversion fails where the type has no room. That writes each operand
//! once. Where the operands are known to be small, the operator is written as it is.

use std::borrow::Cow;

use lakequery_types::Type;

use crate::emit::{Dialect, Rewrite};
use crate::engine::argument::{integer, may_be_zero};
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

/// More rows than this no engine counts.
const ROWS: i128 = 1 << 62;

/// What is written for arithmetic on integers, where that is not the operator alone.
pub(super) fn rewrite<'e>(_: &Dialect, expr: &'e Expr) -> Option<Rewrite<'e>> {
    match &expr.kind {
        ExprKind::Binary { operator, left, right } if expr.ty.is_integer() => {
            binary(*operator, expr, left, right)
        }
        ExprKind::Call(call) if call.function.name == "mod" && expr.ty.is_integer() => {
            let [left, right] = &call.args[..] else { return None };
            binary(BinaryOperator::Modulo, expr, left, right)
        }
        ExprKind::Negate(operand) if expr.ty.is_integer() => {
            let fits = size(operand) <= greatest(&expr.ty);
            (!fits).then(|| one(checked(&expr.ty, "-", None), operand))
        }
        ExprKind::Call(call) if call.function.name == "abs" && expr.ty.is_integer() => {
            let operand = call.args.first()?;
            let fits = size(operand) <= greatest(&expr.ty);
            (!fits).then(|| one(checked(&expr.ty, "ABS", None), operand))
        }
        // Through a text, which is held against the type.
        ExprKind::Cast { expr: inner, fallible: false } | ExprKind::Coerce(inner)
            if inner.ty == Type::BigInt && expr.ty == Type::Integer =>
        {
            let fits = size(inner) <= greatest(&expr.ty);
            let template = if fits { "CAST({0} AS INT)" } else { THROUGH_TEXT };
            Some(one(template.to_owned(), inner))
        }
        _ => None,
    }
}

const THROUGH_TEXT: &str = "CAST(CAST({0} AS VARCHAR) AS INT)";

fn one(template: String, operand: &Expr) -> Rewrite<'_> {
    Rewrite { template: template.into(), args: vec![Cow::Borrowed(operand)] }
}

/// `CAST(CAST(wide AS VARCHAR) AS type)`, where `wide` is the operation in a type that has room
/// for each of its results: `{0} operator {1}`, or `operator({0})`.
fn checked(ty: &Type, operator: &str, right: Option<&str>) -> String {
    let (narrow, wide) = match ty {
        Type::BigInt => ("BIGINT", "DECIMAL(19, 0)"),
        _ => ("INT", "BIGINT"),
    };
    let left = format!("CAST({{0}} AS {wide})");
    let computed = match (operator, right) {
        ("-", None) => format!("0 - {left}"),
        (function, None) => format!("{function}({left})"),
        (operator, Some(right)) => format!("{left} {operator} CAST({right} AS {wide})"),
    };
    format!("CAST(CAST({computed} AS VARCHAR) AS {narrow})")
}

fn binary<'e>(
    operator: BinaryOperator,
    expr: &'e Expr,
    left: &'e Expr,
    right: &'e Expr,
) -> Option<Rewrite<'e>> {
    let most = greatest(&expr.ty);
    // The remainder of a bigint by an integer is an integer there.
    let widened = |operand: &'e Expr| match operand.ty == expr.ty {
        true => Cow::Borrowed(operand),
        false => {
            let kind = ExprKind::Coerce(operand.clone().into());
            Cow::Owned(Expr { kind, ty: expr.ty.clone(), ..operand.clone() })
        }
    };
    let both = |template: String| Rewrite {
        template: template.into(),
        args: match operator {
            BinaryOperator::Modulo => vec![widened(left), widened(right)],
            _ => vec![Cow::Borrowed(left), Cow::Borrowed(right)],
        },
    };
    match operator {
        BinaryOperator::Add | BinaryOperator::Subtract | BinaryOperator::Multiply => {
            (size(expr) > most).then(|| both(checked(&expr.ty, operator.symbol(), Some("{1}"))))
        }
        // Only the least number by -1 has no quotient.
        BinaryOperator::Divide => {
            let negated = || checked(&expr.ty, "-", None);
            match integer(Some(right)) {
                _ if size(left) <= most => None,
                Some(-1) => Some(one(negated(), left)),
                Some(_) => None,
                None => Some(both(format!(
                    "CASE WHEN {{1}} = -1 THEN {} ELSE {{0}} / {{1}} END",
                    negated()
                ))),
            }
        }
        BinaryOperator::Modulo if !may_be_zero(right) => {
            let is_one = integer(Some(right)).is_some_and(|value| value == -1);
            Some(both(if is_one { "{0} - {0}" } else { "MOD({0}, {1})" }.to_owned()))
        }
        // The quotient fails by zero, and is zero otherwise.
        BinaryOperator::Modulo => Some(both(
            "CASE WHEN {1} = -1 THEN {0} - {0} ELSE MOD({0}, {1}) + 0 / {1} END".to_owned(),
        )),
        _ => None,
    }
}

/// The greatest number of a type.
fn greatest(ty: &Type) -> i128 {
    match ty {
        Type::TinyInt => i8::MAX.into(),
        Type::SmallInt => i16::MAX.into(),
        Type::Integer => i32::MAX.into(),
        _ => i64::MAX.into(),
    }
}

/// A bound of the sizes that the values of an expression have, were there room for all.
fn size(expr: &Expr) -> i128 {
    let of_type = greatest(&expr.ty) + 1;
    match &expr.kind {
        ExprKind::Literal(Literal::Integer(value)) => i128::from(*value).abs(),
        ExprKind::Coerce(inner) | ExprKind::Cast { expr: inner, fallible: _ }
            if inner.ty.is_integer() =>
        {
            size(inner).min(of_type)
        }
        ExprKind::Negate(operand) => size(operand),
        ExprKind::Binary { operator, left, right } if expr.ty.is_integer() => {
            let held = |operand: &Expr| size(operand).min(greatest(&operand.ty) + 1);
            let (left, right) = (held(left), held(right));
            match operator {
                BinaryOperator::Add | BinaryOperator::Subtract => left + right,
                BinaryOperator::Multiply => left.saturating_mul(right),
                BinaryOperator::Modulo => left.min(right),
                _ => left,
            }
        }
        ExprKind::Extract { .. } => i32::MAX.into(),
        ExprKind::Call(call) => match call.function.name {
            "length" | "char_length" | "character_length" | "strpos" | "cardinality" => {
                i32::MAX.into()
            }
            "year" | "quarter" | "month" | "week" | "day" | "day_of_week" | "day_of_year"
            | "hour" | "minute" | "second" => i32::MAX.into(),
            "count" | "count_if" | "row_number" | "rank" | "dense_rank" => ROWS,
            _ => of_type,
        },
        _ => of_type,
    }
}
