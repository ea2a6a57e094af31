//! Mathematical functions.

mod distribution;
mod special;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use arrow_array::types::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use arrow_array::{ArrayRef, ArrowPrimitiveType, Float64Array};
use arrow_schema::{ArrowError, DataType};
use datafusion::common::{Result, internal_err};

use super::arithmetic::one_nan;
use super::function::{Call, Function, Gives, Param, Takes, refuse, stop};
use crate::types;

const DOUBLE: Gives = Gives::Fixed(&DataType::Float64);
const BIGINT: Gives = Gives::Fixed(&DataType::Int64);
const BOOLEAN: Gives = Gives::Fixed(&DataType::Boolean);
const SAME: Gives = Gives::Types(|taken| Ok(taken[0].clone()));

/// The mathematical functions.
pub(super) fn functions() -> Vec<Function> {
    let mut functions = doubles();
    functions.extend(constants());
    functions.extend(bitwise());
    functions.extend(distribution::functions());
    functions.extend([
        Function::new("abs", Takes::Lists(&[&[Param::Number]]), SAME, abs),
        Function::new("sign", Takes::Lists(&[&[Param::Number]]), Gives::Types(sign_type), sign),
        Function::new("is_nan", Takes::Lists(&[&[Param::Double]]), BOOLEAN, |call| {
            test(call, f64::is_nan)
        }),
        Function::new("is_finite", Takes::Lists(&[&[Param::Double]]), BOOLEAN, |call| {
            test(call, f64::is_finite)
        }),
        Function::new("is_infinite", Takes::Lists(&[&[Param::Double]]), BOOLEAN, |call| {
            test(call, f64::is_infinite)
        }),
        Function::new(
            "width_bucket",
            Takes::Lists(&[&[Param::Double, Param::Double, Param::Double, Param::Bigint]]),
            BIGINT,
            width_bucket,
        ),
        Function::new(
            "from_base",
            Takes::Lists(&[&[Param::Text, Param::Bigint]]),
            BIGINT,
            from_base,
        ),
        Function::new(
            "to_base",
            Takes::Lists(&[&[Param::Bigint, Param::Bigint]]),
            Gives::Fixed(&DataType::Utf8),
            to_base,
        ),
    ]);
    for name in ["random", "rand"] {
        let takes = Takes::Lists(&[&[], &[Param::Integer], &[Param::Integer, Param::Integer]]);
        functions.push(Function::new(name, takes, Gives::Types(random_type), random).volatile());
    }
    functions
}

/// Functions of one or two doubles.
fn doubles() -> Vec<Function> {
    macro_rules! one {
        ($($name:literal $value:expr;)*) => {
            vec![$(Function::new($name, Takes::Lists(&[&[Param::Double]]), DOUBLE, |call| {
                let value: fn(f64) -> f64 = $value;
                call.map::<Float64Type, Float64Type>(0, |x| one_nan(value(x)))
            })),*]
        };
    }
    macro_rules! two {
        ($($name:literal $value:expr;)*) => {
            [$(Function::new(
                $name,
                Takes::Lists(&[&[Param::Double, Param::Double]]),
                DOUBLE,
                |call| {
                    let value: fn(f64, f64) -> f64 = $value;
                    call.zip::<Float64Type, Float64Type, Float64Type>(|a, b| one_nan(value(a, b)))
                },
            )),*]
        };
    }
    let mut functions = one! {
        "sqrt" f64::sqrt;
        "cbrt" f64::cbrt;
        "exp" f64::exp;
        "ln" f64::ln;
        "log2" |x| x.ln() / std::f64::consts::LN_2;
        "log10" f64::log10;
        "sin" f64::sin;
        "cos" f64::cos;
        "tan" f64::tan;
        "asin" f64::asin;
        "acos" f64::acos;
        "atan" f64::atan;
        "sinh" f64::sinh;
        "cosh" f64::cosh;
        "tanh" f64::tanh;
        "degrees" f64::to_degrees;
        "radians" f64::to_radians;
    };
    functions.extend(two! {
        "power" power;
        "pow" power;
        "log" |base, x| x.ln() / base.ln();
        "atan2" f64::atan2;
    });
    functions
}

/// Java's power: NaN wherever the exponent is, and for one to an infinity.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || (base.abs() == 1.0 && exponent.is_infinite()) {
        return f64::NAN;
    }
    base.powf(exponent)
}

fn constants() -> Vec<Function> {
    macro_rules! constant {
        ($($name:literal $value:expr;)*) => {
            vec![$(Function::new($name, Takes::Lists(&[&[]]), DOUBLE, |call| {
                Ok(Arc::new(Float64Array::from_value($value, call.rows())))
            })),*]
        };
    }
    constant! {
        "pi" std::f64::consts::PI;
        "e" std::f64::consts::E;
        "nan" f64::NAN;
        "infinity" f64::INFINITY;
    }
}

fn bitwise() -> Vec<Function> {
    const PAIR: Takes = Takes::Lists(&[&[Param::Bigint, Param::Bigint]]);
    const SHIFT: Takes = Takes::Lists(&[&[Param::Integer, Param::Bigint]]);
    vec![
        Function::new("bitwise_and", PAIR, BIGINT, |call| {
            call.zip::<Int64Type, Int64Type, Int64Type>(|a, b| a & b)
        }),
        Function::new("bitwise_or", PAIR, BIGINT, |call| {
            call.zip::<Int64Type, Int64Type, Int64Type>(|a, b| a | b)
        }),
        Function::new("bitwise_xor", PAIR, BIGINT, |call| {
            call.zip::<Int64Type, Int64Type, Int64Type>(|a, b| a ^ b)
        }),
        Function::new("bitwise_not", Takes::Lists(&[&[Param::Bigint]]), BIGINT, |call| {
            call.map::<Int64Type, Int64Type>(0, |a| !a)
        }),
        Function::new("bitwise_left_shift", SHIFT, SAME, |call| shift(call, Direction::Left)),
        Function::new("bitwise_right_shift", SHIFT, SAME, |call| shift(call, Direction::Right)),
        Function::new("bitwise_right_shift_arithmetic", SHIFT, SAME, |call| {
            shift(call, Direction::RightSigned)
        }),
        Function::new("bit_count", PAIR, BIGINT, |call| {
            call.try_zip::<Int64Type, Int64Type, Int64Type>(bit_count)
        }),
    ]
}

#[derive(Clone, Copy)]
enum Direction {
    Left,
    Right,
    RightSigned,
}

fn shift(call: &Call<'_>, direction: Direction) -> Result<ArrayRef> {
    // Out of the type's bits: nothing is left but the sign.
    macro_rules! by_width {
        ($arrow:ty, $signed:ty, $unsigned:ty) => {
            call.zip::<$arrow, Int64Type, $arrow>(|value, by| {
                let within = u32::try_from(by).ok().filter(|by| *by < <$signed>::BITS);
                match (direction, within) {
                    (Direction::Left, Some(by)) => value << by,
                    (Direction::Right, Some(by)) => ((value as $unsigned) >> by) as $signed,
                    (Direction::RightSigned, Some(by)) => value >> by,
                    (Direction::RightSigned, None) if value < 0 => -1,
                    (_, None) => 0,
                }
            })
        };
    }
    match call.gives() {
        DataType::Int8 => by_width!(Int8Type, i8, u8),
        DataType::Int16 => by_width!(Int16Type, i16, u16),
        DataType::Int32 => by_width!(Int32Type, i32, u32),
        DataType::Int64 => by_width!(Int64Type, i64, u64),
        other => internal_err!("a shift of {other}"),
    }
}

fn bit_count(value: i64, bits: i64) -> Result<i64, ArrowError> {
    if !(2..=64).contains(&bits) {
        return stop("the bits of bit_count must be from 2 to 64");
    }
    let unused = 64 - bits as u32;
    if value << unused >> unused != value {
        return stop(format!("{value} does not fit in {bits} bits"));
    }
    Ok((value << unused).count_ones().into())
}

fn abs(call: &Call<'_>) -> Result<ArrayRef> {
    macro_rules! checked {
        ($arrow:ty) => {
            call.try_map::<$arrow, $arrow>(0, |value| match value.checked_abs() {
                Some(value) => Ok(value),
                None => stop(format!("{value} is out of range for abs")),
            })
        };
    }
    match call.gives() {
        DataType::Int8 => checked!(Int8Type),
        DataType::Int16 => checked!(Int16Type),
        DataType::Int32 => checked!(Int32Type),
        DataType::Int64 => checked!(Int64Type),
        DataType::Float32 => call.map::<Float32Type, Float32Type>(0, f32::abs),
        DataType::Float64 => call.map::<Float64Type, Float64Type>(0, f64::abs),
        DataType::Decimal128(..) => {
            call.map::<Decimal128Type, Decimal128Type>(0, i128::wrapping_abs)
        }
        other => internal_err!("abs of {other}"),
    }
}

fn sign_type(taken: &[DataType]) -> Result<DataType> {
    Ok(match &taken[0] {
        DataType::Decimal128(..) => types::decimal(1, 0),
        other => other.clone(),
    })
}

fn sign(call: &Call<'_>) -> Result<ArrayRef> {
    match call.gives() {
        DataType::Int8 => call.map::<Int8Type, Int8Type>(0, i8::signum),
        DataType::Int16 => call.map::<Int16Type, Int16Type>(0, i16::signum),
        DataType::Int32 => call.map::<Int32Type, Int32Type>(0, i32::signum),
        DataType::Int64 => call.map::<Int64Type, Int64Type>(0, i64::signum),
        // Zero keeps its sign and NaN stays, other than with signum.
        DataType::Float32 => call.map::<Float32Type, Float32Type>(0, |value| {
            if value == 0.0 { value } else { value.signum() }
        }),
        DataType::Float64 => call.map::<Float64Type, Float64Type>(0, |value| {
            if value == 0.0 { value } else { value.signum() }
        }),
        DataType::Decimal128(..) => call.map::<Decimal128Type, Decimal128Type>(0, i128::signum),
        other => internal_err!("sign of {other}"),
    }
}

fn test(call: &Call<'_>, is: fn(f64) -> bool) -> Result<ArrayRef> {
    let values = call.numbers::<Float64Type>(0)?;
    call.make_booleans(|row| Ok(values.get(row).map(is)))
}

fn width_bucket(call: &Call<'_>) -> Result<ArrayRef> {
    let operands = call.numbers::<Float64Type>(0)?;
    let (firsts, seconds) = (call.numbers::<Float64Type>(1)?, call.numbers::<Float64Type>(2)?);
    let counts = call.numbers::<Int64Type>(3)?;
    call.make_numbers::<Int64Type>(|row| {
        let (Some(operand), Some(first), Some(second), Some(count)) =
            (operands.get(row), firsts.get(row), seconds.get(row), counts.get(row))
        else {
            return Ok(None);
        };
        if count <= 0 {
            return refuse("the number of buckets must be greater than 0");
        }
        if operand.is_nan() || !first.is_finite() || !second.is_finite() || first == second {
            return refuse("the bounds of width_bucket must be two different numbers");
        }
        let (lower, upper) = (first.min(second), first.max(second));
        let bucket = if operand < lower {
            0
        } else if operand >= upper {
            let Some(beyond) = count.checked_add(1) else {
                return refuse("there are too many buckets");
            };
            beyond
        } else {
            (count as f64 * (operand - lower) / (upper - lower) + 1.0) as i64
        };
        Ok(Some(if first > second { count - bucket + 1 } else { bucket }))
    })
}

fn radix(radix: i64) -> Result<u32> {
    match u32::try_from(radix) {
        Ok(radix @ 2..=36) => Ok(radix),
        _ => refuse("the radix must be from 2 to 36"),
    }
}

fn from_base(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, bases) = (call.texts(0)?, call.numbers::<Int64Type>(1)?);
    call.make_numbers::<Int64Type>(|row| {
        let (Some(text), Some(base)) = (texts.get(row), bases.get(row)) else { return Ok(None) };
        match i64::from_str_radix(text, radix(base)?) {
            Ok(number) => Ok(Some(number)),
            Err(_) => refuse(format!("'{text}' is not a number of base {base}")),
        }
    })
}

fn to_base(call: &Call<'_>) -> Result<ArrayRef> {
    let (numbers, bases) = (call.numbers::<Int64Type>(0)?, call.numbers::<Int64Type>(1)?);
    call.make_texts(|row, out| {
        let (Some(number), Some(base)) = (numbers.get(row), bases.get(row)) else {
            return Ok(None);
        };
        let base = radix(base)?;
        let (mut rest, mut digits) = (number.unsigned_abs(), Vec::new());
        loop {
            let digit = u32::try_from(rest % u64::from(base)).ok();
            digits.extend(digit.and_then(|digit| char::from_digit(digit, base)));
            rest /= u64::from(base);
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            out.push('-');
        }
        out.extend(digits.iter().rev());
        Ok(Some(()))
    })
}

fn random_type(taken: &[DataType]) -> Result<DataType> {
    Ok(match taken {
        [] => DataType::Float64,
        [only] => only.clone(),
        [a, b, ..] => types::common(a, b).unwrap_or(DataType::Int64),
    })
}

/// Random numbers, one for each number: that through a good hash with a fresh key. Not for secrets.
pub(super) fn draws() -> impl Fn(usize) -> u64 {
    let key = RandomState::new();
    move |number| {
        let mut hasher = key.build_hasher();
        hasher.write_usize(number);
        hasher.finish()
    }
}

fn random(call: &Call<'_>) -> Result<ArrayRef> {
    let draw = draws();
    if call.count() == 0 {
        // The upper 53 bits as a fraction.
        return call.make_numbers::<Float64Type>(|row| {
            Ok(Some((draw(row) >> 11) as f64 / 2_f64.powi(53)))
        });
    }
    let bound = |index: usize| {
        let array = datafusion::arrow::compute::cast(&call.array(index)?, &DataType::Int64)?;
        Ok::<_, datafusion::common::DataFusionError>(
            arrow_array::cast::AsArray::as_primitive::<Int64Type>(&array).clone(),
        )
    };
    let (first, second) = (bound(0)?, if call.count() == 2 { Some(bound(1)?) } else { None });
    let within = |row: usize| {
        use arrow_array::Array;
        if first.is_null(row) || second.as_ref().is_some_and(|second| second.is_null(row)) {
            return Ok(None);
        }
        let (low, high) = match &second {
            Some(second) => (first.value(row), second.value(row)),
            None => (0, first.value(row)),
        };
        if low >= high {
            return refuse("the bound of random must be greater than its start");
        }
        let span = i128::from(high) - i128::from(low);
        Ok(Some(i128::from(low) + i128::from(draw(row)) % span))
    };
    fn narrow<T: ArrowPrimitiveType>(
        call: &Call<'_>,
        within: impl Fn(usize) -> Result<Option<i128>>,
    ) -> Result<ArrayRef>
    where
        T::Native: TryFrom<i128>,
    {
        call.make_numbers::<T>(|row| {
            Ok(within(row)?.and_then(|value| T::Native::try_from(value).ok()))
        })
    }
    match call.gives() {
        DataType::Int8 => narrow::<Int8Type>(call, within),
        DataType::Int16 => narrow::<Int16Type>(call, within),
        DataType::Int32 => narrow::<Int32Type>(call, within),
        _ => narrow::<Int64Type>(call, within),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted() {
        // Trino's documentation.
        assert_eq!(bit_count(9, 64).unwrap(), 2);
        assert_eq!(bit_count(9, 8).unwrap(), 2);
        assert_eq!(bit_count(-7, 64).unwrap(), 62);
        assert_eq!(bit_count(-7, 8).unwrap(), 6);
        assert!(bit_count(300, 8).is_err());
        assert!(bit_count(1, 65).is_err());
    }
}
