//! Arithmetic on decimals, whose results are 0 there where they have no room.
//!
//! Facts that this rests on: the rules of Gandiva's `decimal_type_util.cc` for the digits of
//! results, which are [`result`]; that a cast and a quotient are rounded half up; and that a cast
//! which has no room gives 0, too (`DecimalFunctions.java`). A result of at most 38 digits always
//! has room. Where it may need more, the size of the operands is held against it in doubles, and
//! what is too large is converted from a text that is not a number, which fails.

use std::borrow::Cow;

use lakequery_types::{MAX_PRECISION, Type};

use crate::emit::{Dialect, Rewrite};
use crate::tree::{BinaryOperator, Expr, ExprKind};

/// The digits and the scale of a decimal.
type Digits = (u32, u32);

/// The digits of a result, were there room for all.
fn result(operator: BinaryOperator, (p1, s1): Digits, (p2, s2): Digits) -> Option<Digits> {
    match operator {
        BinaryOperator::Add | BinaryOperator::Subtract => {
            let scale = s1.max(s2);
            Some(((p1 - s1).max(p2 - s2) + scale + 1, scale))
        }
        BinaryOperator::Multiply => Some((p1 + p2 + 1, s1 + s2)),
        BinaryOperator::Divide => {
            let scale = (s1 + p2 + 1).max(6);
            Some((p1 - s1 + s2 + scale, scale))
        }
        _ => None,
    }
}

/// The scale that a result keeps, which has no room for all digits.
fn kept_scale((precision, scale): Digits) -> u32 {
    let missing = precision.saturating_sub(u32::from(MAX_PRECISION));
    scale.saturating_sub(missing).max(scale.min(6))
}

/// The type of a decimal as it is written, without a cast around it.
pub(super) fn engine_type(dialect: &Dialect, expr: &Expr) -> Type {
    match &expr.kind {
        ExprKind::Column(_)
        | ExprKind::Literal(_)
        | ExprKind::Parameter(_)
        | ExprKind::Coerce(_)
        | ExprKind::Cast { .. } => expr.ty.clone(),
        ExprKind::Binary { operator: BinaryOperator::Divide, .. } => expr.ty.clone(),
        ExprKind::Binary { operator, left, right } => {
            match computed(dialect, *operator, left, right) {
                Some((p, s)) => of(p.min(MAX_PRECISION.into()), s),
                None => Type::Unknown,
            }
        }
        ExprKind::Call(call) if call.function.name == "sum" => expr.ty.clone(),
        _ => Type::Unknown,
    }
}

fn of(precision: u32, scale: u32) -> Type {
    let digits = |n: u32| u8::try_from(n).unwrap_or(MAX_PRECISION);
    Type::decimal(digits(precision), digits(scale))
}

/// The digits of an operand as it is written: a cast stands around it unless it has the scale.
fn operand(dialect: &Dialect, expr: &Expr) -> Option<Digits> {
    if matches!(expr.ty, Type::TinyInt | Type::SmallInt) {
        // It is an `INT` there.
        return Some((10, 0));
    }
    let (own, ty) = (dialect.engine_type(expr).as_decimal(), expr.ty.as_decimal()?);
    let (p, s) = own.filter(|(_, scale)| *scale == ty.1).unwrap_or(ty);
    Some((p.into(), s.into()))
}

fn computed(
    dialect: &Dialect,
    operator: BinaryOperator,
    left: &Expr,
    right: &Expr,
) -> Option<Digits> {
    result(operator, operand(dialect, left)?, operand(dialect, right)?)
}

fn is_decimal(expr: &Expr) -> bool {
    matches!(expr.ty, Type::Decimal { .. })
}

/// What is written for arithmetic on decimals, where that is not the operator alone.
pub(super) fn rewrite<'e>(dialect: &Dialect, expr: &'e Expr) -> Option<Rewrite<'e>> {
    match &expr.kind {
        ExprKind::Binary { operator, left, right } if is_decimal(expr) => {
            let args = vec![Cow::Borrowed(&**left), Cow::Borrowed(&**right)];
            if *operator == BinaryOperator::Divide {
                let template = quotient(dialect, expr, left, right)?.into();
                return Some(Rewrite { template, args });
            }
            let (precision, scale) = computed(dialect, *operator, left, right)?;
            (precision > MAX_PRECISION.into()).then(|| {
                let symbol = operator.symbol();
                let most = u32::from(MAX_PRECISION).saturating_sub(scale + 1);
                let template = format!(
                    "CASE WHEN ABS(CAST({{0}} AS DOUBLE) {symbol} CAST({{1}} AS DOUBLE)) < \
                     9.99999999999E{most} THEN {{0}} {symbol} {{1}} ELSE CAST(CAST({{0}} AS \
                     VARCHAR) || ' {symbol} ' || CAST({{1}} AS VARCHAR) AS DECIMAL(38, {scale})) \
                     END"
                );
                Rewrite { template: template.into(), args }
            })
        }
        // Its sign was once lost with a digit, where a decimal was negated.
        ExprKind::Negate(inner) if is_decimal(expr) => {
            let template = "CAST(0 AS DECIMAL(1, 0)) - {0}".into();
            Some(Rewrite { template, args: vec![Cow::Borrowed(inner)] })
        }
        ExprKind::Cast { expr: inner, fallible: false } | ExprKind::Coerce(inner) => {
            let (template, arg) = (cast(inner, &expr.ty)?, Cow::Borrowed(&**inner));
            Some(Rewrite { template: template.into(), args: vec![arg] })
        }
        _ => None,
    }
}

/// A quotient, rounded once: its digits tell on which side of the middle it lies. The dividend
/// has at least the divisor's scale, so that there are as many digits as that takes.
fn quotient(dialect: &Dialect, expr: &Expr, left: &Expr, right: &Expr) -> Option<String> {
    let ((p1, s1), (p2, s2)) = (operand(dialect, left)?, operand(dialect, right)?);
    let scale = s1.max(s2);
    let dividend = of(p1 - s1 + scale, scale);
    let name = dialect.type_name(&dividend).ok()?;
    let to = dialect.type_name(&expr.ty).ok()?;
    let (precision, _) = result(BinaryOperator::Divide, (p1 - s1 + scale, scale), (p2, s2))?;
    (precision <= MAX_PRECISION.into()).then(|| match scale == s1 {
        true => format!("CAST({{0}} / {{1}} AS {to})"),
        false => format!("CAST(CAST({{0}} AS {name}) / {{1}} AS {to})"),
    })
}

/// The digits of the number of rows that an average is made of.
const COUNTED: u32 = 10;

/// The type of the sum that an average is made of, and what is written for it, `{0}` the sum and
/// `{1}` the count.
pub(super) fn average(dialect: &Dialect, to: &Type, arg: &Expr) -> Option<(Type, String)> {
    let (precision, scale) = operand(dialect, arg)?;
    let sum = (precision + COUNTED, scale);
    let (digits, _) = result(BinaryOperator::Divide, sum, (COUNTED, 0))?;
    let (dividend, to) = (dialect.type_name(&of(sum.0, sum.1)).ok()?, dialect.type_name(to).ok()?);
    (digits <= MAX_PRECISION.into()).then(|| {
        let divisor = format!("CAST({{1}} AS DECIMAL({COUNTED}, 0))");
        let template = format!(
            "CASE WHEN {{1}} > 0 THEN CAST(CAST({{0}} AS {dividend}) / {divisor} AS {to}) END"
        );
        (of(MAX_PRECISION.into(), scale), template)
    })
}

/// What is written for a sum that may have no room, `{0}` the sum and `{1}` that of the sizes, in
/// doubles; a sum of shorter decimals would need more than 10^10 rows.
pub(super) fn sum(dialect: &Dialect, arg: &Expr) -> Option<String> {
    let (precision, scale) = operand(dialect, arg)?;
    (precision > 28).then(|| {
        let most = u32::from(MAX_PRECISION).saturating_sub(scale + 1);
        format!(
            "CASE WHEN {{1}} < 9.99E{most} THEN {{0}} ELSE CAST(CAST({{0}} AS VARCHAR) || \
             ' of ' || CAST({{1}} AS VARCHAR) AS DECIMAL(38, {scale})) END"
        )
    })
}

/// What is written for a cast of a decimal that may not have room.
fn cast(inner: &Expr, to: &Type) -> Option<String> {
    let (Type::Decimal { .. }, Some((p, s))) = (&inner.ty, inner.ty.as_decimal()) else {
        return None;
    };
    match to {
        Type::Integer | Type::BigInt => {
            let whole = u32::from(p - s) + 1;
            let name = if *to == Type::Integer { "INT" } else { "BIGINT" };
            (whole <= MAX_PRECISION.into()).then(|| {
                format!("CAST(CAST(CAST({{0}} AS DECIMAL({whole}, 0)) AS VARCHAR) AS {name})")
            })
        }
        Type::Decimal { precision, scale } if narrows((p, s), (*precision, *scale)) => {
            let limit = limit(*precision, *scale, *scale < s);
            Some(format!(
                "CAST(CASE WHEN {{0}} < {limit} AND {{0}} > -{limit} THEN {{0}} ELSE \
                 CAST(CAST({{0}} AS VARCHAR) || ' as decimal({precision},{scale})' AS \
                 DECIMAL({p}, {s})) END AS DECIMAL({precision}, {scale}))"
            ))
        }
        _ => None,
    }
}

/// Whether a decimal of some digits may have no room in another.
fn narrows((p, s): (u8, u8), (precision, scale): (u8, u8)) -> bool {
    let (own, whole) = (p - s, precision - scale);
    own > whole || own == whole && scale < s
}

/// The least decimal that has no room, which is rounded before.
fn limit(precision: u8, scale: u8, rounds: bool) -> String {
    let whole = usize::from(precision - scale);
    match (rounds, whole) {
        (false, _) => format!("1{}.0", "0".repeat(whole)),
        (true, 0) => format!("0.{}5", "9".repeat(scale.into())),
        (true, _) => format!("{}.{}5", "9".repeat(whole), "9".repeat(scale.into())),
    }
}

/// Why a decimal would be another one than in lake SQL, if so.
pub(super) fn refuses(dialect: &Dialect, expr: &Expr) -> Option<&'static str> {
    const FEWER: &str = "Dremio's decimals have at most 38 digits, and it drops others; CAST an \
                         operand to a decimal of fewer digits";
    match &expr.kind {
        ExprKind::Binary { operator: BinaryOperator::Modulo, .. } if is_decimal(expr) => {
            Some("Dremio is not known to fail where the divisor is zero")
        }
        ExprKind::Binary { operator: BinaryOperator::Divide, left, right } if is_decimal(expr) => {
            quotient(dialect, expr, left, right).is_none().then_some(FEWER)
        }
        ExprKind::Binary { operator, left, right } if is_decimal(expr) => {
            let digits = computed(dialect, *operator, left, right)?;
            (kept_scale(digits) < digits.1 || digits.1 >= MAX_PRECISION.into()).then_some(FEWER)
        }
        ExprKind::Negate(inner) if is_decimal(expr) => {
            let digits = result(BinaryOperator::Subtract, (1, 0), operand(dialect, inner)?)?;
            (digits.0 > MAX_PRECISION.into()).then_some(FEWER)
        }
        ExprKind::Call(call) if call.function.name == "avg" && is_decimal(expr) => {
            average(dialect, &expr.ty, call.args.first()?).is_none().then_some(
                "Dremio's average is a double, and there is no room for a decimal one; CAST the \
                 argument to a decimal of fewer digits",
            )
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_results() {
        use BinaryOperator::{Add, Divide, Multiply};
        // Of Gandiva's own tests of these rules.
        for (operator, left, right, expected) in [
            (Add, (30, 10), (30, 10), (31, 10)),
            (Add, (38, 10), (38, 38), (67, 38)),
            (Multiply, (30, 10), (38, 10), (69, 20)),
            (Divide, (10, 2), (10, 2), (23, 13)),
        ] {
            assert_eq!(result(operator, left, right), Some(expected));
        }
        assert_eq!(kept_scale((67, 38)), 9);
        assert_eq!(kept_scale((69, 20)), 6);
        assert_eq!(kept_scale((39, 2)), 2);
    }

    #[test]
    fn what_has_no_room_is_known_before_it_is_rounded() {
        assert_eq!(limit(4, 2, true), "99.995");
        assert_eq!(limit(4, 2, false), "100.0");
        assert_eq!(limit(2, 2, true), "0.995");
        assert!(narrows((6, 2), (5, 2)) && narrows((5, 3), (4, 2)));
        assert!(!narrows((5, 2), (5, 2)) && !narrows((5, 2), (6, 3)));
    }
}
