//! Numbers as bytes, the highest one first.

use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{ArrayRef, ArrowPrimitiveType};
use arrow_schema::DataType;
use datafusion::common::Result;

use super::super::arithmetic::one_nan;
use super::super::function::{Call, Function, Gives, Param, Takes, refuse};
use super::kinds::{BYTES, TO_BIGINT, TO_BYTES};

pub(super) fn functions() -> Vec<Function> {
    const INTEGER: Takes = Takes::Lists(&[&[Param::Int]]);
    const BIGINT: Takes = Takes::Lists(&[&[Param::Bigint]]);
    const REAL: Takes = Takes::Lists(&[&[Param::Real]]);
    const DOUBLE: Takes = Takes::Lists(&[&[Param::Double]]);
    const TO_INTEGER: Gives = Gives::Fixed(&DataType::Int32);
    const TO_REAL: Gives = Gives::Fixed(&DataType::Float32);
    const TO_DOUBLE: Gives = Gives::Fixed(&DataType::Float64);
    vec![
        Function::new("to_big_endian_32", INTEGER, TO_BYTES, |call| {
            write::<Int32Type, 4>(call, i32::to_be_bytes)
        }),
        Function::new("to_big_endian_64", BIGINT, TO_BYTES, |call| {
            write::<Int64Type, 8>(call, i64::to_be_bytes)
        }),
        Function::new("to_ieee754_32", REAL, TO_BYTES, |call| {
            write::<Float32Type, 4>(call, |x| if x.is_nan() { f32::NAN } else { x }.to_be_bytes())
        }),
        Function::new("to_ieee754_64", DOUBLE, TO_BYTES, |call| {
            write::<Float64Type, 8>(call, |x| one_nan(x).to_be_bytes())
        }),
        Function::new("from_big_endian_32", BYTES, TO_INTEGER, |call| {
            read::<Int32Type, 4>(call, i32::from_be_bytes)
        }),
        Function::new("from_big_endian_64", BYTES, TO_BIGINT, |call| {
            read::<Int64Type, 8>(call, i64::from_be_bytes)
        }),
        Function::new("from_ieee754_32", BYTES, TO_REAL, |call| {
            read::<Float32Type, 4>(call, f32::from_be_bytes)
        }),
        Function::new("from_ieee754_64", BYTES, TO_DOUBLE, |call| {
            read::<Float64Type, 8>(call, f64::from_be_bytes)
        }),
    ]
}

fn write<T: ArrowPrimitiveType, const N: usize>(
    call: &Call<'_>,
    bytes: fn(T::Native) -> [u8; N],
) -> Result<ArrayRef> {
    let numbers = call.numbers::<T>(0)?;
    call.make_bytes(|row, out| Ok(numbers.get(row).map(|number| out.extend(bytes(number)))))
}

fn read<T: ArrowPrimitiveType, const N: usize>(
    call: &Call<'_>,
    number: fn([u8; N]) -> T::Native,
) -> Result<ArrayRef> {
    let values = call.bytes(0)?;
    call.make_numbers::<T>(|row| match values.get(row) {
        Some(value) => match <[u8; N]>::try_from(value) {
            Ok(bytes) => Ok(Some(number(bytes))),
            Err(_) => refuse(format!("{N} bytes are expected, not {}", value.len())),
        },
        None => Ok(None),
    })
}
