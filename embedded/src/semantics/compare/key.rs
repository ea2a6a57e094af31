//! Keys: whole numbers that stand for floating point numbers, and moments, where
//! values are compared.
//!
//! DataFusion tells `0.0` from `-0.0` in some places, orders NaN as a number like
//! any other, and compares moments in a unit that may not hold them. Of whole
//! numbers it compares all alike.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::Expr;

use super::super::clock::per_day;
use super::super::floats::{has_floats, map_floats, one_of_each, one_zero, with_floats};
use super::super::function::{Call, Function, Gives, Takes};
use super::super::nested;

/// A key in which NaN is above all numbers, and zeros are one.
pub(super) const HIGH: &str = "lake_high";
/// A key in which NaN is below all numbers, and zeros are one.
pub(super) const LOW: &str = "lake_low";
/// A key in which NaN is above all numbers, and `-0.0` is below `0.0`.
pub(super) const LAST: &str = "lake_last";
/// A key in which NaN is below all numbers, and `-0.0` is below `0.0`.
pub(super) const FIRST: &str = "lake_first";
/// The number of a key.
pub(super) const NUMBER: &str = "lake_number";
/// The value itself, with one zero, one NaN, and the entries of maps in order.
pub(super) const SAME: &str = "lake_same";
/// The nanoseconds of a moment, from 1970 on, in as many digits as it takes.
pub(super) const TICKS: &str = "lake_ticks";

/// The type of [`TICKS`].
const TICKS_TYPE: DataType = DataType::Decimal128(38, 0);

/// The functions that make keys.
pub(super) fn functions() -> Vec<Function> {
    const KEY: Gives = Gives::Types(|taken| Ok(with_floats(&taken[0], &|_| DataType::Int64)));
    const ITSELF: Gives = Gives::Types(|taken| Ok(taken[0].clone()));
    let function = |name, gives, run| {
        Function::new(name, Takes::Rule(one), gives, run).strict().named_with_casts()
    };
    vec![
        function(HIGH, KEY, |call| keys(call, |x| key(one_zero(x), i64::MAX))),
        function(LOW, KEY, |call| keys(call, |x| key(one_zero(x), i64::MIN))),
        function(LAST, KEY, |call| keys(call, |x| key(x, i64::MAX))),
        function(FIRST, KEY, |call| keys(call, |x| key(x, i64::MIN))),
        function(NUMBER, Gives::Fixed(&DataType::Float64), numbers),
        function(SAME, ITSELF, |call| one_of_each(&nested::in_order(&call.array(0)?)?)),
        function(TICKS, Gives::Fixed(&TICKS_TYPE), ticks).inverted(of_ticks),
    ]
}

fn one(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [ty] => Ok(vec![ty.clone()]),
        _ => plan_err!("a key is made of one value"),
    }
}

/// Whether the function makes keys that comparisons are of.
pub(super) fn is_key(function: &str) -> bool {
    matches!(function, HIGH | LOW | TICKS)
}

/// Whether values of the type can be the same though DataFusion tells them apart.
pub(super) fn has_alike(ty: &DataType) -> bool {
    has_floats(ty) || nested::has_maps(ty)
}

fn keys(call: &Call<'_>, key: fn(f64) -> i64) -> Result<ArrayRef> {
    map_floats(&call.array(0)?, &|array| {
        Ok(match array.data_type() {
            DataType::Float32 => {
                let reals = array.as_primitive::<Float32Type>();
                Arc::new(reals.unary::<_, Int64Type>(|x| key(f64::from(x))))
            }
            DataType::Float64 => {
                Arc::new(array.as_primitive::<Float64Type>().unary::<_, Int64Type>(key))
            }
            other => return internal_err!("no key is made of {other}"),
        })
    })
}

/// A whole number that is less than another where the number is.
fn key(x: f64, nan: i64) -> i64 {
    if x.is_nan() {
        return nan;
    }
    let bits = x.to_bits().cast_signed();
    // Of negative numbers the larger bits are the lesser number.
    if bits < 0 { !(bits & i64::MAX) } else { bits }
}

fn numbers(call: &Call<'_>) -> Result<ArrayRef> {
    let keys = call.numbers::<Int64Type>(0)?;
    call.make_numbers::<Float64Type>(|row| Ok(keys.get(row).map(number)))
}

fn number(key: i64) -> f64 {
    match key {
        i64::MIN | i64::MAX => f64::NAN,
        key if key < 0 => -f64::from_bits((!key).cast_unsigned()),
        key => f64::from_bits(key.cast_unsigned()),
    }
}

/// How many nanoseconds one step of a type of moments is.
fn step(ty: &DataType) -> Option<i128> {
    Some(match ty {
        DataType::Date32 => i128::from(per_day(TimeUnit::Nanosecond)),
        DataType::Timestamp(TimeUnit::Second, _) => 1_000_000_000,
        DataType::Timestamp(TimeUnit::Millisecond, _) => 1_000_000,
        DataType::Timestamp(TimeUnit::Microsecond, _) => 1_000,
        DataType::Timestamp(TimeUnit::Nanosecond, _) => 1,
        _ => return None,
    })
}

fn ticks(call: &Call<'_>) -> Result<ArrayRef> {
    let ty = call.ty(0);
    let Some(step) = step(&ty) else { return internal_err!("{ty} is not a moment") };
    let array = call.array(0)?;
    macro_rules! steps {
        ($ty:ty) => {{
            let steps = array.as_primitive::<$ty>();
            let ticks = steps.unary::<_, Decimal128Type>(|at| i128::from(at) * step);
            Ok(Arc::new(ticks.with_data_type(TICKS_TYPE)))
        }};
    }
    match ty {
        DataType::Date32 => steps!(Date32Type),
        DataType::Timestamp(TimeUnit::Second, _) => steps!(TimestampSecondType),
        DataType::Timestamp(TimeUnit::Millisecond, _) => steps!(TimestampMillisecondType),
        DataType::Timestamp(TimeUnit::Microsecond, _) => steps!(TimestampMicrosecondType),
        _ => steps!(TimestampNanosecondType),
    }
}

/// Which moments have so many ticks: none, where their unit is too coarse.
fn of_ticks(
    args: &[Expr],
    types: &[DataType],
    value: &ScalarValue,
) -> Option<(Expr, ScalarValue, ScalarValue)> {
    let (ScalarValue::Decimal128(Some(ticks), ..), [argument], [ty]) = (value, args, types) else {
        return None;
    };
    let step = step(ty)?;
    let from = ticks.div_euclid(step) + i128::from(ticks.rem_euclid(step) != 0);
    let to = ticks.div_euclid(step) + 1;
    Some((argument.clone(), moment(from, ty)?, moment(to, ty)?))
}

fn moment(steps: i128, ty: &DataType) -> Option<ScalarValue> {
    if *ty == DataType::Date32 {
        return Some(ScalarValue::Date32(Some(i32::try_from(steps).ok()?)));
    }
    let steps = i64::try_from(steps).ok()?;
    ScalarValue::Int64(Some(steps)).cast_to(ty).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_numbers() {
        let numbers = [
            f64::NEG_INFINITY,
            f64::MIN,
            -1.5,
            -f64::MIN_POSITIVE,
            -5e-324,
            -0.0,
            0.0,
            5e-324,
            f64::MIN_POSITIVE,
            1.5,
            f64::MAX,
            f64::INFINITY,
        ];
        for pair in numbers.windows(2) {
            assert!(key(pair[0], 0) < key(pair[1], 0), "{pair:?}");
        }
        for x in numbers {
            assert!(i64::MIN < key(x, 0) && key(x, 0) < i64::MAX, "{x}");
            assert_eq!(number(key(x, 0)).to_bits(), x.to_bits(), "{x}");
        }
        assert_eq!(key(one_zero(-0.0), 0), key(one_zero(0.0), 0));
        for nan in [f64::NAN, -f64::NAN] {
            assert_eq!([key(nan, i64::MIN), key(nan, i64::MAX)], [i64::MIN, i64::MAX]);
        }
        assert!(number(i64::MIN).is_nan() && number(i64::MAX).is_nan());
    }

    #[test]
    fn moments_have_their_ticks() {
        let seconds = DataType::Timestamp(TimeUnit::Second, None);
        let args = [Expr::Literal(ScalarValue::Null, None)];
        let of = |ticks: i128, ty: &DataType| {
            let ticks = ScalarValue::Decimal128(Some(ticks), 38, 0);
            of_ticks(&args, std::slice::from_ref(ty), &ticks).map(|(_, from, to)| (from, to))
        };
        let at = |second| ScalarValue::TimestampSecond(Some(second), None);
        assert_eq!(of(2_000_000_000, &seconds), Some((at(2), at(3))));
        assert_eq!(of(2_000_000_001, &seconds), Some((at(3), at(3))));
        assert_eq!(of(-1, &seconds), Some((at(0), at(0))));
        assert_eq!(of(-1_000_000_000, &seconds), Some((at(-1), at(0))));
        let day = |day| ScalarValue::Date32(Some(day));
        assert_eq!(of(86_400_000_000_000, &DataType::Date32), Some((day(1), day(2))));
        // The last moment in nanoseconds is in 2262.
        let nanoseconds = DataType::Timestamp(TimeUnit::Nanosecond, None);
        assert_eq!(of(1 << 64, &nanoseconds), None);
    }
}
