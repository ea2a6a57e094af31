//! The digits of decimal results: Spark's rules, and where they lose some that lake SQL keeps.

use lakequery_types::{MAX_PRECISION, Type};

use crate::emit::{Dialect, Support};
use crate::tree::{BinaryOperator, Expr, ExprKind, Literal};

use super::engine_type::{argument, negated, operand};

/// Precision and scale.
type Digits = (u8, u8);

/// The scale that a result keeps in any case, where digits of the fraction are dropped.
const KEPT_SCALE: u8 = 6;

/// How many digits of a divisor count: each has the quotient computed to one digit more, so
/// that rounding it again gives the same. Of a longer one it is all but certain.
const LONGEST_DIVISOR: u8 = 10;

/// How many digits before the point a dividend keeps at least.
const LEAST_WHOLE: u8 = 12;

/// The precision and scale of a number that takes part in decimal arithmetic.
pub(super) fn digits(ty: &Type) -> Option<Digits> {
    match ty {
        Type::BigInt => Some((20, 0)),
        ty => ty.as_decimal(),
    }
}

/// Those of both operands, as they are written.
pub(super) fn operands(
    dialect: &Dialect,
    operator: BinaryOperator,
    left: &Expr,
    right: &Expr,
) -> Option<(Digits, Digits)> {
    let cast = match operator {
        BinaryOperator::Divide => dividend(dialect, left, right),
        _ => None,
    };
    Some((cast.or_else(|| of_operand(dialect, left))?, of_operand(dialect, right)?))
}

fn of_operand(dialect: &Dialect, expr: &Expr) -> Option<Digits> {
    // A literal has as many digits as are written.
    if let ExprKind::Literal(Literal::Integer(value)) = &expr.written().kind {
        let digits = value.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
        return Some((u8::try_from(digits).ok()?, 0));
    }
    digits(&operand(dialect, expr))
}

/// What a dividend is cast to, so that the quotient has enough digits to be rounded from.
pub(super) fn dividend(dialect: &Dialect, left: &Expr, right: &Expr) -> Option<Digits> {
    let divisor = of_operand(dialect, right)?;
    let longer = longer(left, right);
    let written = longer.or_else(|| of_operand(dialect, left))?;
    shorter(dialect, written, divisor).or(longer)
}

/// A dividend with the scale of its divisor, where that is much longer.
fn longer(left: &Expr, right: &Expr) -> Option<Digits> {
    let (Type::Decimal { precision, scale }, Type::Decimal { scale: t, .. }) =
        (&left.ty, &right.ty)
    else {
        return None;
    };
    let (missing, spare) = (t.checked_sub(*scale)?, MAX_PRECISION - precision);
    (missing > 1).then(|| (precision + missing.min(spare), *t))
}

/// A dividend with fewer digits before its point, where those would take the room of the
/// quotient's fraction. One that has more is an error then.
fn shorter(dialect: &Dialect, left: Digits, right: Digits) -> Option<Digits> {
    let (_, found) = result(dialect, BinaryOperator::Divide, left, right).as_decimal()?;
    let least = least_fraction(left, right);
    let whole = MAX_PRECISION.checked_sub(least + right.1).filter(|whole| *whole >= LEAST_WHOLE)?;
    (found < least && matches!(dialect.decimals_keep_fraction, Support::No(_)))
        .then_some((whole + left.1, left.1))
}

/// How many digits of a quotient's fraction have to be computed, so that the one that is
/// rounded from them is the right one.
fn least_fraction((_, s): Digits, (q, t): Digits) -> u8 {
    s.max(t) + q.min(LONGEST_DIVISOR)
}

/// What the sum of an average is cast to before it is divided.
pub(super) fn averaged_sum(dialect: &Dialect, arg: &Expr) -> Option<Digits> {
    let (sum, count) = sum_and_count(dialect, arg)?;
    shorter(dialect, sum, count)
}

/// The sum and the count that an average is the quotient of.
pub(super) fn average(dialect: &Dialect, arg: &Expr) -> Option<(Digits, Digits)> {
    let (sum, count) = sum_and_count(dialect, arg)?;
    Some((shorter(dialect, sum, count).unwrap_or(sum), count))
}

fn sum_and_count(dialect: &Dialect, arg: &Expr) -> Option<(Digits, Digits)> {
    let (precision, scale) = digits(&argument(dialect, arg))?;
    Some((((precision + 10).min(MAX_PRECISION), scale), (20, 0)))
}

/// The type of a result.
pub(super) fn result(
    dialect: &Dialect,
    operator: BinaryOperator,
    left: Digits,
    right: Digits,
) -> Type {
    let (precision, scale) = match dialect.decimals_keep_fraction {
        Support::Yes => keeping_fraction(operator, left, right),
        Support::No(_) => dropping_fraction(all_digits(operator, left, right)),
    };
    Type::decimal(precision.clamp(1, MAX_PRECISION), scale.min(MAX_PRECISION))
}

/// All digits that a result can have.
fn all_digits(operator: BinaryOperator, (p, s): Digits, (q, t): Digits) -> Digits {
    let scale = s.max(t);
    match operator {
        BinaryOperator::Multiply => (p + q + 1, s + t),
        BinaryOperator::Modulo => ((p - s).min(q - t) + scale, scale),
        BinaryOperator::Divide => {
            let fraction = KEPT_SCALE.max(s + q + 1);
            (p - s + t + fraction, fraction)
        }
        _ => ((p - s).max(q - t) + scale + 1, scale),
    }
}

/// What is left of so many digits where those of the fraction are dropped first.
fn dropping_fraction((precision, scale): Digits) -> Digits {
    if precision <= MAX_PRECISION {
        return (precision, scale);
    }
    let room = MAX_PRECISION.saturating_sub(precision - scale);
    (MAX_PRECISION, room.max(scale.min(KEPT_SCALE)))
}

/// What is left where no operator but division may drop digits of the fraction.
fn keeping_fraction(operator: BinaryOperator, left: Digits, right: Digits) -> Digits {
    if operator != BinaryOperator::Divide {
        return all_digits(operator, left, right);
    }
    let ((p, s), (q, t)) = (left, right);
    let whole = (p - s + t).min(MAX_PRECISION);
    let fraction = (s + q + 1).clamp(KEPT_SCALE, MAX_PRECISION);
    match (whole + fraction).checked_sub(MAX_PRECISION) {
        None | Some(0) => (whole + fraction, fraction),
        Some(excess) => (MAX_PRECISION, fraction - (excess / 2 + 1)),
    }
}

/// Why a value has other digits than in lake SQL, where digits of the fraction are dropped.
pub(super) fn refuses(dialect: &Dialect, expr: &Expr) -> Option<&'static str> {
    let Support::No(reason) = dialect.decimals_keep_fraction else { return None };
    let (_, scale) = expr.ty.as_decimal().filter(|_| matches!(expr.ty, Type::Decimal { .. }))?;
    let divided = |(left, right): (Digits, Digits)| {
        let found = result(dialect, BinaryOperator::Divide, left, right);
        (found, least_fraction(left, right))
    };
    let (found, least) = match &expr.kind {
        ExprKind::Negate(operand) => (negated(dialect, argument(dialect, operand)), scale),
        ExprKind::Binary { operator: operator @ BinaryOperator::Divide, left, right } => {
            divided(operands(dialect, *operator, left, right)?)
        }
        ExprKind::Binary { operator, left, right } => {
            let (left, right) = operands(dialect, *operator, left, right)?;
            (result(dialect, *operator, left, right), scale)
        }
        ExprKind::Call(call) => match (call.function.name, call.args.first()?) {
            ("avg", arg) => divided(average(dialect, arg)?),
            ("abs", arg) => (negated(dialect, argument(dialect, arg)), scale),
            _ => return None,
        },
        _ => return None,
    };
    let (_, found) = found.as_decimal()?;
    (found < least).then_some(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_those_of_sparks_rules() {
        use BinaryOperator::{Add, Divide, Modulo, Multiply};
        // Types that a Spark 4.2 answered, by `spark.sql.decimalOperations.allowPrecisionLoss`.
        for (operator, left, right, kept, dropped) in [
            (Add, (10, 2), (10, 2), (11, 2), (11, 2)),
            (Add, (38, 10), (38, 10), (38, 10), (38, 9)),
            (Add, (38, 2), (38, 2), (38, 2), (38, 2)),
            (Multiply, (12, 2), (13, 2), (26, 4), (26, 4)),
            (Multiply, (26, 4), (13, 2), (38, 6), (38, 6)),
            (Multiply, (19, 4), (19, 4), (38, 8), (38, 7)),
            (Multiply, (38, 10), (38, 10), (38, 20), (38, 6)),
            (Divide, (12, 2), (12, 2), (27, 15), (27, 15)),
            (Divide, (22, 2), (20, 0), (38, 20), (38, 18)),
            (Divide, (38, 2), (20, 0), (38, 12), (38, 6)),
            (Divide, (38, 10), (38, 10), (38, 18), (38, 6)),
            (Modulo, (38, 20), (38, 30), (38, 30), (38, 30)),
        ] {
            let shown = (operator.symbol(), left, right);
            let (p, s) = keeping_fraction(operator, left, right);
            assert_eq!((p.min(38), s), kept, "{shown:?}");
            assert_eq!(dropping_fraction(all_digits(operator, left, right)), dropped, "{shown:?}");
        }
    }
}
