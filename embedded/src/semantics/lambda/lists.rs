//! The arrays and maps that an argument is, and what is made of their elements.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, UInt32Array, new_null_array};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, exec_datafusion_err, internal_err};

/// The arrays, or maps, of an argument: one a row.
pub(super) struct Lists {
    offsets: OffsetBuffer<i32>,
    nulls: Option<NullBuffer>,
    /// All elements; of maps, the entries.
    pub(super) values: ArrayRef,
}

impl Lists {
    /// Those of an Arrow array.
    pub(super) fn from(array: &ArrayRef) -> Result<Lists> {
        Ok(match array.data_type() {
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                Lists {
                    offsets: list.offsets().clone(),
                    nulls: list.nulls().cloned(),
                    values: Arc::clone(list.values()),
                }
            }
            DataType::Map(..) => {
                let map = array.as_map();
                Lists {
                    offsets: map.offsets().clone(),
                    nulls: map.nulls().cloned(),
                    values: Arc::new(map.entries().clone()),
                }
            }
            DataType::Null => Lists {
                offsets: OffsetBuffer::new_zeroed(array.len()),
                nulls: Some(NullBuffer::new_null(array.len())),
                values: new_null_array(&DataType::Null, 0),
            },
            other => return internal_err!("{other} has no elements"),
        })
    }

    /// Where the elements of a row are among all; `None` where the array is NULL.
    pub(super) fn get(&self, row: usize) -> Option<Range<usize>> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        let at = |index: usize| usize::try_from(self.offsets[index]).unwrap_or_default();
        Some(at(row)..at(row + 1))
    }
}

/// The elements at these places; NULL for `None`.
pub(super) fn take(values: &ArrayRef, indices: &[Option<usize>]) -> Result<ArrayRef> {
    let index = |index: &Option<usize>| match index {
        Some(index) => u32::try_from(*index).map(Some).map_err(|_| too_many()),
        None => Ok(None),
    };
    let indices = indices.iter().map(index).collect::<Result<Vec<_>>>()?;
    Ok(compute::take(values, &UInt32Array::from(indices), None)?)
}

fn too_many() -> datafusion::common::DataFusionError {
    exec_datafusion_err!("the arrays of a batch of rows have more than 2 billion elements")
}
