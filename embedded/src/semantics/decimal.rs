//! Arithmetic on decimals: results have the precision and scale of Trino's
//! rules, division rounds half up, and what does not fit in 38 digits is an
//! error.

use arrow_array::ArrayRef;
use arrow_array::types::Decimal128Type;
use arrow_schema::{ArrowError, DataType};
use datafusion::arrow::datatypes::i256;
use datafusion::common::{Result, internal_err};
use lakequery_types::{DecimalRule, MAX_PRECISION};

use super::function::{Call, stop};
use super::operator::Op;

/// One more than the largest value of 38 digits.
pub(super) const LIMIT: i128 = 10_i128.pow(MAX_PRECISION as u32);

/// The rule for the type that an operation gives.
pub(super) const fn rule(op: Op) -> DecimalRule {
    match op {
        Op::Add | Op::Subtract => DecimalRule::Add,
        Op::Multiply => DecimalRule::Multiply,
        Op::Divide => DecimalRule::Divide,
        Op::Modulo => DecimalRule::Modulo,
    }
}

/// Precision and scale of a decimal type.
pub(super) fn parts(data_type: &DataType) -> Result<(u8, u8)> {
    match data_type {
        DataType::Decimal128(precision, scale) if *scale >= 0 => Ok((*precision, *scale as u8)),
        other => internal_err!("{other} is not a decimal"),
    }
}

/// 10 to a power of at most 38.
pub(super) const fn power(exponent: u8) -> i128 {
    10_i128.pow(exponent as u32)
}

fn wide_power(exponent: u8) -> i256 {
    i256::from_i128(10).wrapping_pow(u32::from(exponent))
}

/// An operation on two decimals.
pub(super) fn run(op: Op, call: &Call<'_>) -> Result<ArrayRef> {
    let ((p1, s1), (p2, s2)) = (parts(&call.ty(0))?, parts(&call.ty(1))?);
    let (_, scale) = parts(call.gives())?;
    match op {
        Op::Multiply if p1 + p2 <= MAX_PRECISION => zip(call, |a, b| a.wrapping_mul(b)),
        Op::Multiply => try_zip(call, |a, b| match a.checked_mul(b) {
            Some(product) => fit(op, product),
            None => narrow(op, i256::from_i128(a).checked_mul(i256::from_i128(b))),
        }),
        Op::Divide => {
            let shift = scale + s2 - s1;
            if p1 + shift <= MAX_PRECISION {
                let factor = power(shift);
                try_zip(call, |a, b| fit(op, divide(a * factor, b)?))
            } else {
                let factor = wide_power(shift);
                try_zip(call, |a, b| divide_wide(i256::from_i128(a).checked_mul(factor), b))
            }
        }
        Op::Add | Op::Subtract | Op::Modulo => {
            let (left, right) = (scale - s1, scale - s2);
            // Both operands at the result's scale, with room for a carry.
            if p1 + left < MAX_PRECISION && p2 + right < MAX_PRECISION {
                let (left, right) = (power(left), power(right));
                match op {
                    Op::Add => {
                        zip(call, |a, b| a.wrapping_mul(left).wrapping_add(b.wrapping_mul(right)))
                    }
                    Op::Subtract => {
                        zip(call, |a, b| a.wrapping_mul(left).wrapping_sub(b.wrapping_mul(right)))
                    }
                    _ => try_zip(call, |a, b| match b {
                        0 => stop("division by zero"),
                        _ => Ok((a * left) % (b * right)),
                    }),
                }
            } else {
                let (left, right) = (wide_power(left), wide_power(right));
                try_zip(call, |a, b| {
                    let a = i256::from_i128(a).wrapping_mul(left);
                    let b = i256::from_i128(b).wrapping_mul(right);
                    match op {
                        Op::Add => narrow(op, a.checked_add(b)),
                        Op::Subtract => narrow(op, a.checked_sub(b)),
                        _ if b == i256::ZERO => stop("division by zero"),
                        _ => narrow(op, a.checked_rem(b)),
                    }
                })
            }
        }
    }
}

fn zip(call: &Call<'_>, value: impl Fn(i128, i128) -> i128) -> Result<ArrayRef> {
    call.zip::<Decimal128Type, Decimal128Type, Decimal128Type>(value)
}

fn try_zip(
    call: &Call<'_>,
    value: impl Fn(i128, i128) -> Result<i128, ArrowError>,
) -> Result<ArrayRef> {
    call.try_zip::<Decimal128Type, Decimal128Type, Decimal128Type>(value)
}

/// `a / b`, rounded half away from zero.
pub(super) fn divide(a: i128, b: i128) -> Result<i128, ArrowError> {
    if b == 0 {
        return stop("division by zero");
    }
    let (quotient, rest) = (a / b, (a % b).unsigned_abs());
    let up = rest >= b.unsigned_abs() - rest;
    Ok(if !up {
        quotient
    } else if (a < 0) == (b < 0) {
        quotient + 1
    } else {
        quotient - 1
    })
}

/// As [`divide`] for a numerator beyond 128 bits; `None` stands for one
/// beyond 256, whose quotient is beyond 38 digits for certain.
fn divide_wide(a: Option<i256>, b: i128) -> Result<i128, ArrowError> {
    if b == 0 {
        return stop("division by zero");
    }
    let Some(a) = a else { return overflow(Op::Divide) };
    let negative = a.is_negative() != (b < 0);
    let (a, b) = (a.wrapping_abs(), i256::from_i128(b).wrapping_abs());
    let (quotient, rest) = (a.wrapping_div(b), a.wrapping_rem(b));
    let up = rest >= b.wrapping_sub(rest);
    let quotient = if up { quotient.wrapping_add(i256::ONE) } else { quotient };
    narrow(Op::Divide, Some(if negative { quotient.wrapping_neg() } else { quotient }))
}

fn narrow(op: Op, value: Option<i256>) -> Result<i128, ArrowError> {
    match value.and_then(i256::to_i128) {
        Some(value) => fit(op, value),
        None => overflow(op),
    }
}

fn fit(op: Op, value: i128) -> Result<i128, ArrowError> {
    if value.unsigned_abs() < LIMIT.unsigned_abs() { Ok(value) } else { overflow(op) }
}

fn overflow<T>(op: Op) -> Result<T, ArrowError> {
    stop(format!("decimal {} overflow: more than {MAX_PRECISION} digits", op.noun()))
}

/// A value of scale `from` at scale `to`, rounded half away from zero where
/// digits go; `None` where it does not fit in so many digits.
pub(super) fn rescale(value: i128, from: u8, to: u8, precision: u8) -> Option<i128> {
    let value = if to >= from {
        value.checked_mul(power(to - from))?
    } else {
        divide(value, power(from - to)).ok()?
    };
    (value.unsigned_abs() < power(precision).unsigned_abs()).then_some(value)
}

/// Appends a decimal in plain notation: `-1.50`.
pub(super) fn write(value: i128, scale: u8, out: &mut String) {
    use std::fmt::Write;
    let (magnitude, divisor) = (value.unsigned_abs(), power(scale).unsigned_abs());
    let sign = if value < 0 { "-" } else { "" };
    // Writing into a String does not fail.
    let _ = write!(out, "{sign}{}", magnitude / divisor);
    if scale > 0 {
        let _ = write!(out, ".{:0width$}", magnitude % divisor, width = usize::from(scale));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds_half_away_from_zero() {
        // Hand calculated.
        for (a, b, expected) in
            [(7, 2, 4), (-7, 2, -4), (7, -2, -4), (-7, -2, 4), (10, 3, 3), (11, 3, 4), (-11, 3, -4)]
        {
            assert_eq!(divide(a, b).unwrap(), expected, "{a} / {b}");
            let wide = divide_wide(Some(i256::from_i128(a)), b).unwrap();
            assert_eq!(wide, expected, "{a} / {b}");
        }
        let most = LIMIT - 1;
        assert_eq!(divide(most, most).unwrap(), 1);
        assert_eq!(divide(most - 1, most).unwrap(), 1);
        assert!(divide_wide(i256::from_i128(most).checked_mul(i256::from_i128(10)), 1).is_err());
    }

    #[test]
    fn rescaling_keeps_to_the_digits() {
        assert_eq!(rescale(12_345, 3, 1, 3), Some(123));
        assert_eq!(rescale(12_350, 3, 1, 3), Some(124));
        assert_eq!(rescale(-12_350, 3, 1, 3), Some(-124));
        assert_eq!(rescale(99_950, 3, 1, 3), None);
        assert_eq!(rescale(1, 0, 38, 38), None);
        assert_eq!(rescale(0, 0, 38, 38), Some(0));
    }
}
