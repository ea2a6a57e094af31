//! An aggregate over the distinct values of a primitive type.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow_schema::DataType;
use datafusion::arrow::datatypes::ToByteSlice;
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

/// Keeps the distinct values and gives each to another accumulator at the end.
pub(super) struct Distinct<T: ArrowPrimitiveType> {
    inner: Box<dyn Accumulator>,
    /// The bytes of values: all types have those, and equality.
    seen: HashSet<Vec<u8>>,
    values: Vec<T::Native>,
    ty: Option<DataType>,
}

impl<T: ArrowPrimitiveType> fmt::Debug for Distinct<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Distinct({:?}, {} values)", self.inner, self.values.len())
    }
}

impl<T: ArrowPrimitiveType> Distinct<T> {
    pub(super) fn new(inner: Box<dyn Accumulator>) -> Self {
        Distinct { inner, seen: HashSet::new(), values: Vec::new(), ty: None }
    }

    fn include(&mut self, array: &ArrayRef) -> Result<()> {
        let Some(values) = array.as_primitive_opt::<T>() else {
            return internal_err!("distinct values are not of {}", T::DATA_TYPE);
        };
        self.ty.get_or_insert_with(|| array.data_type().clone());
        for value in values.iter().flatten() {
            if self.seen.insert(value.to_byte_slice().to_vec()) {
                self.values.push(value);
            }
        }
        Ok(())
    }

    fn array(&self) -> ArrayRef {
        let array = PrimitiveArray::<T>::from_iter_values(self.values.iter().copied());
        match &self.ty {
            Some(ty) => Arc::new(array.with_data_type(ty.clone())),
            None => Arc::new(array),
        }
    }
}

impl<T: ArrowPrimitiveType> Accumulator for Distinct<T> {
    fn update_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        arrays.first().map_or(Ok(()), |array| self.include(array))
    }

    fn merge_batch(&mut self, arrays: &[ArrayRef]) -> Result<()> {
        let lists = arrays.first().and_then(|array| array.as_list_opt::<i32>());
        let Some(lists) = lists else { return internal_err!("a state without values") };
        for list in lists.iter().flatten() {
            self.include(&list)?;
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![SingleRowListArrayBuilder::new(self.array()).build_list_scalar()])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let array = self.array();
        self.inner.update_batch(&[array])?;
        self.inner.evaluate()
    }

    fn size(&self) -> usize {
        let value = size_of::<T::Native>();
        size_of_val(self) + self.values.capacity() * value + self.seen.capacity() * (value + 24)
    }
}
