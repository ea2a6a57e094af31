//! Arrays that are made of elements of others, one after another.

use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder, UInt64Builder};
use arrow_array::{Array, ArrayRef, ListArray};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err};

use super::super::function::refuse;

/// Arrays under construction: which elements of some values each of them has.
pub(in super::super) struct Picked {
    places: UInt64Builder,
    ends: Ends,
}

impl Picked {
    pub(in super::super) fn new() -> Picked {
        Picked { places: UInt64Builder::new(), ends: Ends::new() }
    }

    /// Adds the element at this place of the values to the array that is being made; NULL
    /// for `None`.
    pub(in super::super) fn push(&mut self, place: Option<usize>) {
        self.places.append_option(place.map(|place| place as u64));
    }

    /// Adds several elements.
    pub(in super::super) fn extend(&mut self, places: impl IntoIterator<Item = usize>) {
        places.into_iter().for_each(|place| self.push(Some(place)));
    }

    /// Ends the array that is being made.
    pub(in super::super) fn end(&mut self) -> Result<()> {
        self.ends.end(self.places.len())
    }

    /// NULL in the place of an array.
    pub(in super::super) fn null(&mut self) -> Result<()> {
        self.ends.null(self.places.len())
    }

    /// The arrays, as values of this type.
    pub(in super::super) fn finish(
        mut self,
        values: &dyn Array,
        ty: &DataType,
    ) -> Result<ArrayRef> {
        self.ends.finish(compute::take(values, &self.places.finish(), None)?, ty)
    }
}

/// Where arrays end, and which of them are NULL.
pub(in super::super) struct Ends {
    offsets: Vec<i32>,
    valid: NullBufferBuilder,
}

impl Ends {
    pub(in super::super) fn new() -> Ends {
        Ends { offsets: vec![0], valid: NullBufferBuilder::new(0) }
    }

    /// An array ends where there are so many elements in all.
    pub(in super::super) fn end(&mut self, elements: usize) -> Result<()> {
        self.push(elements)?;
        self.valid.append_non_null();
        Ok(())
    }

    /// NULL.
    pub(in super::super) fn null(&mut self, elements: usize) -> Result<()> {
        self.push(elements)?;
        self.valid.append_null();
        Ok(())
    }

    fn push(&mut self, elements: usize) -> Result<()> {
        match i32::try_from(elements) {
            Ok(end) => self.offsets.push(end),
            Err(_) => return refuse("the arrays of a batch have more than 2147483647 elements"),
        }
        Ok(())
    }

    /// The offsets and the NULLs.
    pub(in super::super) fn parts(
        mut self,
    ) -> (OffsetBuffer<i32>, Option<arrow_buffer::NullBuffer>) {
        (OffsetBuffer::new(ScalarBuffer::from(self.offsets)), self.valid.finish())
    }

    /// The arrays of these elements, as values of this type.
    pub(in super::super) fn finish(self, elements: ArrayRef, ty: &DataType) -> Result<ArrayRef> {
        let DataType::List(item) = ty else { return internal_err!("arrays of {ty}") };
        let (offsets, nulls) = self.parts();
        Ok(Arc::new(ListArray::try_new(Arc::clone(item), offsets, elements, nulls)?))
    }
}
