//! `round`, `floor`, `ceil` and `truncate`.
//!
//! Halves are rounded away from zero. A decimal keeps its scale when digits
//! are named and loses it when they are not; integers stay integers.

use arrow_array::ArrayRef;
use arrow_array::types::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use arrow_schema::{ArrowError, DataType};
use datafusion::common::{Result, internal_err};

use super::decimal::{divide, parts, power};
use super::function::{Call, Function, Gives, Param, Takes, stop};
use crate::types;

/// The functions that round.
pub(super) fn functions() -> Vec<Function> {
    const NUMBER: &[&[Param]] = &[&[Param::Number], &[Param::Number, Param::Bigint]];
    vec![
        Function::new("round", Takes::Lists(NUMBER), Gives::Types(round_type), round),
        Function::new("floor", Takes::Lists(&NUMBER[..1]), Gives::Types(round_type), |call| {
            whole(call, f64::floor, |value, unit| Ok(value.div_euclid(unit)))
        }),
        Function::new("ceil", Takes::Lists(&NUMBER[..1]), Gives::Types(round_type), ceil),
        Function::new("ceiling", Takes::Lists(&NUMBER[..1]), Gives::Types(round_type), ceil),
        Function::new(
            "truncate",
            Takes::Rule(truncate_takes),
            Gives::Types(truncate_type),
            truncate,
        ),
    ]
}

fn round_type(taken: &[DataType]) -> Result<DataType> {
    Ok(match taken {
        [DataType::Decimal128(precision, scale)] => {
            let scale = u8::try_from(*scale).unwrap_or_default();
            types::decimal((precision - scale + scale.min(1)).max(1), 0)
        }
        [DataType::Decimal128(precision, scale), _] => {
            DataType::Decimal128((precision + 1).min(lakequery_types::MAX_PRECISION), *scale)
        }
        _ => taken[0].clone(),
    })
}

fn ceil(call: &Call<'_>) -> Result<ArrayRef> {
    whole(call, f64::ceil, |value, unit| Ok(-(-value).div_euclid(unit)))
}

/// To a whole number: doubles by one rule, decimals by another.
fn whole(
    call: &Call<'_>,
    floating: fn(f64) -> f64,
    exact: fn(i128, i128) -> Result<i128, ArrowError>,
) -> Result<ArrayRef> {
    match call.ty(0) {
        ty if types::is_integer(&ty) => call.array(0),
        DataType::Float32 => {
            call.map::<Float32Type, Float32Type>(0, |value| floating(value.into()) as f32)
        }
        DataType::Float64 => call.map::<Float64Type, Float64Type>(0, floating),
        ty @ DataType::Decimal128(..) => {
            let unit = power(parts(&ty)?.1);
            call.try_map::<Decimal128Type, Decimal128Type>(0, |value| exact(value, unit))
        }
        other => internal_err!("rounding {other}"),
    }
}

fn round(call: &Call<'_>) -> Result<ArrayRef> {
    if call.count() == 1 {
        return whole(call, f64::round, divide);
    }
    macro_rules! integers {
        ($arrow:ty, $native:ty) => {
            call.try_zip::<$arrow, Int64Type, $arrow>(|value, digits| {
                let rounded = round_integer(value.into(), digits);
                match rounded.and_then(|rounded| <$native>::try_from(rounded).ok()) {
                    Some(rounded) => Ok(rounded),
                    None => stop(format!("{value} rounded to {digits} digits is out of range")),
                }
            })
        };
    }
    match call.ty(0) {
        DataType::Int8 => integers!(Int8Type, i8),
        DataType::Int16 => integers!(Int16Type, i16),
        DataType::Int32 => integers!(Int32Type, i32),
        DataType::Int64 => integers!(Int64Type, i64),
        DataType::Float32 => call.zip::<Float32Type, Int64Type, Float32Type>(|value, digits| {
            round_double(value.into(), digits) as f32
        }),
        DataType::Float64 => call.zip::<Float64Type, Int64Type, Float64Type>(round_double),
        ty @ DataType::Decimal128(..) => {
            let ((_, scale), (precision, _)) = (parts(&ty)?, parts(call.gives())?);
            call.try_zip::<Decimal128Type, Int64Type, Decimal128Type>(|value, digits| {
                let rounded = match step(scale, digits) {
                    Step::Keep => Some(value),
                    Step::Clear => Some(0),
                    Step::Unit(unit) => divide(value, unit)?.checked_mul(unit),
                };
                match rounded.filter(|rounded| rounded.abs() < power(precision)) {
                    Some(rounded) => Ok(rounded),
                    None => stop("the rounded decimal has more than 38 digits"),
                }
            })
        }
        other => internal_err!("rounding {other}"),
    }
}

/// What rounding to so many digits after the point does to a scale.
enum Step {
    Keep,
    Clear,
    Unit(i128),
}

fn step(scale: u8, digits: i64) -> Step {
    match i64::from(scale).saturating_sub(digits) {
        ..=0 => Step::Keep,
        dropped => match u8::try_from(dropped) {
            Ok(dropped @ ..=38) => Step::Unit(power(dropped)),
            _ => Step::Clear,
        },
    }
}

fn round_integer(value: i64, digits: i64) -> Option<i128> {
    match step(0, digits) {
        Step::Keep => Some(value.into()),
        Step::Clear => Some(0),
        Step::Unit(unit) => divide(value.into(), unit).ok()?.checked_mul(unit),
    }
}

fn round_double(value: f64, digits: i64) -> f64 {
    let factor = 10_f64.powi(i32::try_from(digits).unwrap_or(if digits < 0 { -400 } else { 400 }));
    let scaled = value * factor;
    // Beyond 2^53 there are no fractions to round.
    if !scaled.is_finite() || scaled.abs() >= 2_f64.powi(53) || factor == 0.0 {
        return if factor == 0.0 { 0.0 } else { value };
    }
    scaled.round() / factor
}

/// Integers are truncated as decimals, as in Trino.
fn truncate_takes(found: &[DataType]) -> Result<Vec<DataType>> {
    let number = |ty: &DataType| match types::canonical(ty) {
        DataType::Null => Some(DataType::Float64),
        ty @ (DataType::Float32 | DataType::Float64) => Some(ty),
        ty => types::as_decimal(&ty).map(|(precision, scale)| types::decimal(precision, scale)),
    };
    match found {
        [value] => number(value).map(|value| vec![value]),
        [value, digits] if types::is_integer(&types::canonical(digits)) => number(value)
            .filter(|value| matches!(value, DataType::Decimal128(..)))
            .map(|value| vec![value, DataType::Int64]),
        _ => None,
    }
    .map_or_else(
        || {
            datafusion::common::plan_err!(
                "truncate takes (a number) or (a decimal, bigint), not ({})",
                types::names(found)
            )
        },
        Ok,
    )
}

fn truncate_type(taken: &[DataType]) -> Result<DataType> {
    Ok(match taken {
        [ty @ DataType::Decimal128(..)] => {
            let (precision, scale) = parts(ty)?;
            types::decimal((precision - scale).max(1), 0)
        }
        _ => taken[0].clone(),
    })
}

fn truncate(call: &Call<'_>) -> Result<ArrayRef> {
    if call.count() == 1 {
        return whole(call, f64::trunc, |value, unit| Ok(value / unit));
    }
    let (_, scale) = parts(&call.ty(0))?;
    call.zip::<Decimal128Type, Int64Type, Decimal128Type>(|value, digits| {
        match step(scale, digits) {
            Step::Keep => value,
            Step::Clear => 0,
            Step::Unit(unit) => value - value % unit,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_rounded_at_a_digit() {
        // Trino's answers, and the ends by hand.
        for (value, digits, expected) in [
            (1234.5678, 2, 1234.57),
            (1234.5678, 0, 1235.0),
            (1234.5678, -2, 1200.0),
            (-0.5, 0, -1.0),
            (1e20, 0, 1e20),
            (1.5, 400, 1.5),
            (1.5, -400, 0.0),
        ] {
            assert_eq!(round_double(value, digits), expected, "{value} at {digits}");
        }
        assert!(round_double(f64::NAN, 1).is_nan());
        assert_eq!(round_double(f64::INFINITY, 1), f64::INFINITY);
    }
}
