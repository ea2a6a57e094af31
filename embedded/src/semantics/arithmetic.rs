//! Arithmetic: which types meet, and kernels for integers and floating-point numbers.
//! Decimals are in `decimal.rs`, dates and intervals in `temporal.rs`.

use arrow_array::ArrayRef;
use arrow_array::types::{
    Decimal128Type, DurationMillisecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalYearMonthType,
};
use arrow_schema::{ArrowError, DataType, IntervalUnit};
use datafusion::common::{Result, internal_err, plan_err};

use super::checked::{Checked, integer};
use super::function::{Call, Function, Gives, Param, Takes, stop};
use super::operator::Op;
use super::{decimal, temporal};
use crate::types;

/// The functions behind the operators, and `mod`, which is one of them.
pub(super) fn functions() -> Vec<Function> {
    macro_rules! operator {
        ($name:expr, $op:expr) => {
            Function::new(
                $name,
                Takes::Rule(|found| takes($op, found)),
                Gives::Types(|taken| gives($op, taken)),
                |call| run($op, call),
            )
        };
    }
    vec![
        operator!(Op::Add.function(), Op::Add),
        operator!(Op::Subtract.function(), Op::Subtract),
        operator!(Op::Multiply.function(), Op::Multiply),
        operator!(Op::Divide.function(), Op::Divide),
        operator!(Op::Modulo.function(), Op::Modulo),
        operator!("mod", Op::Modulo),
        Function::new(
            "lake_negate",
            Takes::Lists(&[&[Param::Number], &[Param::DayToSecond], &[Param::YearToMonth]]),
            Gives::Types(|taken| Ok(taken[0].clone())),
            negate,
        ),
    ]
}

/// The types that an operator turns its operands into.
fn takes(op: Op, found: &[DataType]) -> Result<Vec<DataType>> {
    let [left, right] = found else {
        return plan_err!("`{}` takes two operands, not {}", op.symbol(), found.len());
    };
    let (left, right) = (types::canonical(left), types::canonical(right));
    if let Some((left, right)) = temporal::takes(op, &left, &right) {
        return Ok(vec![left, right]);
    }
    // NULL takes the type of the other side; two of them are integers.
    let (left, right) = match (&left, &right) {
        (DataType::Null, DataType::Null) => (DataType::Int32, DataType::Int32),
        (DataType::Null, other) | (other, DataType::Null) => (other.clone(), other.clone()),
        _ => (left, right),
    };
    if types::is_number(&left) && types::is_number(&right) {
        match types::common(&left, &right) {
            // Each decimal keeps its own scale: the result's type depends on both.
            Some(DataType::Decimal128(..)) => {
                if let (Some((p1, s1)), Some((p2, s2))) =
                    (types::as_decimal(&left), types::as_decimal(&right))
                {
                    return Ok(vec![types::decimal(p1, s1), types::decimal(p2, s2)]);
                }
            }
            Some(common) => return Ok(vec![common.clone(), common]),
            None => {}
        }
    }
    plan_err!("`{}` cannot be applied to {}", op.symbol(), types::names(&[left, right]))
}

/// The type of an operator's result for operands that [`takes`] gave.
fn gives(op: Op, taken: &[DataType]) -> Result<DataType> {
    let [left, right] = taken else {
        return internal_err!("`{}` takes two operands", op.symbol());
    };
    if let Some(result) = temporal::gives(op, left, right) {
        return Ok(result);
    }
    match (left, right) {
        (DataType::Decimal128(..), DataType::Decimal128(..)) => {
            let rule = decimal::rule(op);
            match rule.result(decimal::parts(left)?, decimal::parts(right)?) {
                Some(ty) => {
                    types::arrow_type(&ty).map_or_else(|| internal_err!("no type for {ty}"), Ok)
                }
                None => plan_err!(
                    "the {} of {} has more than 38 digits after the point",
                    op.noun(),
                    types::names(taken)
                ),
            }
        }
        _ => Ok(left.clone()),
    }
}

fn run(op: Op, call: &Call<'_>) -> Result<ArrayRef> {
    match (call.ty(0), call.ty(1)) {
        (DataType::Int8, DataType::Int8) => integers::<Int8Type>(op, call, "tinyint"),
        (DataType::Int16, DataType::Int16) => integers::<Int16Type>(op, call, "smallint"),
        (DataType::Int32, DataType::Int32) => integers::<Int32Type>(op, call, "integer"),
        (DataType::Int64, DataType::Int64) => integers::<Int64Type>(op, call, "bigint"),
        (DataType::Float32, DataType::Float32) => {
            call.zip::<Float32Type, Float32Type, Float32Type>(floating(op))
        }
        (DataType::Float64, DataType::Float64) => {
            call.zip::<Float64Type, Float64Type, Float64Type>(floating(op))
        }
        (DataType::Decimal128(..), DataType::Decimal128(..)) => decimal::run(op, call),
        _ => temporal::run(op, call),
    }
}

fn integers<T>(op: Op, call: &Call<'_>, ty: &str) -> Result<ArrayRef>
where
    T: arrow_array::ArrowPrimitiveType,
    T::Native: Checked,
{
    // A closure an operator, so that each loop has its operator built in.
    match op {
        Op::Add => call.try_zip::<T, T, T>(|a, b| integer(Op::Add, ty, a, b)),
        Op::Subtract => call.try_zip::<T, T, T>(|a, b| integer(Op::Subtract, ty, a, b)),
        Op::Multiply => call.try_zip::<T, T, T>(|a, b| integer(Op::Multiply, ty, a, b)),
        Op::Divide => call.try_zip::<T, T, T>(|a, b| integer(Op::Divide, ty, a, b)),
        Op::Modulo => call.try_zip::<T, T, T>(|a, b| integer(Op::Modulo, ty, a, b)),
    }
}

fn floating<F: Float>(op: Op) -> fn(F, F) -> F {
    match op {
        Op::Add => |a, b| one_nan(a + b),
        Op::Subtract => |a, b| one_nan(a - b),
        Op::Multiply => |a, b| one_nan(a * b),
        Op::Divide => |a, b| one_nan(a / b),
        Op::Modulo => |a, b| one_nan(a % b),
    }
}

/// The floating-point number itself, or the one NaN that there is in lake SQL:
/// processors make some with a sign, which Arrow sorts below and groups apart.
pub(super) fn one_nan<F: Float>(value: F) -> F {
    if value.is_nan() { F::NAN } else { value }
}

/// `real` and `double`.
pub(super) trait Float:
    Copy
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::Mul<Output = Self>
    + std::ops::Div<Output = Self>
    + std::ops::Rem<Output = Self>
{
    /// Not a number, with no sign.
    const NAN: Self;

    fn is_nan(self) -> bool;
}

impl Float for f32 {
    const NAN: f32 = f32::NAN;

    fn is_nan(self) -> bool {
        f32::is_nan(self)
    }
}

impl Float for f64 {
    const NAN: f64 = f64::NAN;

    fn is_nan(self) -> bool {
        f64::is_nan(self)
    }
}

fn negate(call: &Call<'_>) -> Result<ArrayRef> {
    fn checked<N: Checked>(ty: &str, value: N) -> Result<N, ArrowError> {
        match value.negated() {
            Some(value) => Ok(value),
            None => stop(format!("{ty} negation overflow: {value}")),
        }
    }
    let ty = types::name(call.gives());
    match call.gives() {
        DataType::Int8 => call.try_map::<Int8Type, Int8Type>(0, |v| checked(&ty, v)),
        DataType::Int16 => call.try_map::<Int16Type, Int16Type>(0, |v| checked(&ty, v)),
        DataType::Int32 => call.try_map::<Int32Type, Int32Type>(0, |v| checked(&ty, v)),
        DataType::Int64 => call.try_map::<Int64Type, Int64Type>(0, |v| checked(&ty, v)),
        DataType::Float32 => call.map::<Float32Type, Float32Type>(0, |v| one_nan(-v)),
        DataType::Float64 => call.map::<Float64Type, Float64Type>(0, |v| one_nan(-v)),
        DataType::Decimal128(..) => {
            call.map::<Decimal128Type, Decimal128Type>(0, i128::wrapping_neg)
        }
        DataType::Interval(IntervalUnit::YearMonth) => {
            call.try_map::<IntervalYearMonthType, IntervalYearMonthType>(0, |v| checked(&ty, v))
        }
        DataType::Duration(_) => {
            call.try_map::<DurationMillisecondType, DurationMillisecondType>(0, |v| checked(&ty, v))
        }
        other => internal_err!("cannot negate {other}"),
    }
}
