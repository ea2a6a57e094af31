//! The values that a cast starts from, and what it does with those that it cannot cast.

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float32Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray, StringArray};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, exec_err};
use lakequery_types::Type;

use super::super::function::{Call, refuse};
use super::temporal_values::TemporalValues;
use crate::types;

/// The source of a cast: values of one type.
pub(super) enum Source {
    Booleans(BooleanArray),
    Integers(PrimitiveArray<Int64Type>),
    Reals(PrimitiveArray<Float32Type>),
    Doubles(PrimitiveArray<Float64Type>),
    Decimals(PrimitiveArray<Decimal128Type>, u8),
    Texts(StringArray),
    Temporal(TemporalValues),
}

impl Source {
    pub(super) fn of(array: &ArrayRef, ty: &Type) -> Result<Source> {
        Ok(match array.data_type() {
            DataType::Boolean => Source::Booleans(array.as_boolean().clone()),
            integer if types::is_integer(integer) => {
                let wide = compute::cast(array, &DataType::Int64)?;
                Source::Integers(wide.as_primitive::<Int64Type>().clone())
            }
            DataType::Float32 => Source::Reals(array.as_primitive().clone()),
            DataType::Float64 => Source::Doubles(array.as_primitive().clone()),
            DataType::Decimal128(_, scale) => {
                let scale = u8::try_from(*scale).or_else(|_| exec_err!("negative scale"))?;
                Source::Decimals(array.as_primitive().clone(), scale)
            }
            DataType::Utf8 => Source::Texts(array.as_string().clone()),
            _ => Source::Temporal(TemporalValues::of(array, ty)?),
        })
    }
}

/// What casts values of one type to another one.
pub(super) type Convert = fn(Strict, &ArrayRef, &Type, &Type) -> Result<ArrayRef>;

/// What to do with a value that cannot be cast.
#[derive(Clone, Copy)]
pub(super) struct Strict(pub(super) bool);

impl Strict {
    /// The value, or an error, or NULL.
    pub(super) fn settle<T>(self, result: std::result::Result<T, String>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(_) if !self.0 => Ok(None),
            Err(message) => refuse(message),
        }
    }

    /// Casts the values of a primitive array one by one.
    pub(super) fn each<A: ArrowPrimitiveType, R: ArrowPrimitiveType>(
        self,
        call: &Call<'_>,
        array: &PrimitiveArray<A>,
        cast: impl Fn(A::Native) -> std::result::Result<R::Native, String>,
    ) -> Result<ArrayRef> {
        call.make_numbers::<R>(|row| {
            if array.is_null(row) {
                return Ok(None);
            }
            self.settle(cast(array.value(row)))
        })
    }

    /// Casts the values of a text array one by one.
    pub(super) fn each_text<R: ArrowPrimitiveType>(
        self,
        call: &Call<'_>,
        array: &StringArray,
        cast: impl Fn(&str) -> std::result::Result<R::Native, String>,
    ) -> Result<ArrayRef> {
        call.make_numbers::<R>(|row| {
            if array.is_null(row) {
                return Ok(None);
            }
            self.settle(cast(array.value(row)))
        })
    }
}
