//! The arrays and maps that an argument is, and what is made of their elements.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, MapArray, StructArray, UInt32Array, new_null_array};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, internal_err};

use super::super::function::refuse;
use super::super::nested::identities;
use super::conform::conform;

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

/// Whether an element is NULL.
pub(super) fn is_null(values: &ArrayRef, index: usize) -> bool {
    values.data_type() == &DataType::Null || values.is_null(index)
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

/// Where arrays of such lengths begin and end.
pub(super) fn offsets(lengths: impl IntoIterator<Item = usize>) -> Result<OffsetBuffer<i32>> {
    let (mut all, mut end) = (vec![0], 0_i32);
    for length in lengths {
        let length = i32::try_from(length).map_err(|_| too_many())?;
        end = end.checked_add(length).ok_or_else(too_many)?;
        all.push(end);
    }
    Ok(OffsetBuffer::new(all.into()))
}

fn too_many() -> datafusion::common::DataFusionError {
    exec_datafusion_err!("the arrays of a batch of rows have more than 2 billion elements")
}

/// Maps of entries that lie one map after the other: each key is one, and only once.
pub(super) fn make_map(
    ty: &DataType,
    keys: ArrayRef,
    values: ArrayRef,
    lengths: &[usize],
    valid: Vec<bool>,
) -> Result<ArrayRef> {
    let DataType::Map(entries, sorted) = ty else { return internal_err!("{ty} is not a map") };
    let DataType::Struct(members) = entries.data_type() else { return internal_err!("{ty}") };
    let compared = identities(&keys)?;
    let mut start = 0;
    for length in lengths {
        let mut seen = HashSet::with_capacity(*length);
        for index in start..start + length {
            if is_null(&keys, index) {
                return refuse("a key of a map is NULL, or has a NULL inside");
            }
            if !seen.insert(compared.row(index)) {
                let key = ScalarValue::try_from_array(&keys, index)?;
                return refuse(format!("the key {key} is in the map twice"));
            }
        }
        start += length;
    }
    let columns =
        vec![conform(&keys, members[0].data_type())?, conform(&values, members[1].data_type())?];
    let pairs = StructArray::try_new_with_length(members.clone(), columns, None, keys.len())?;
    let offsets = offsets(lengths.iter().copied())?;
    let nulls = Some(NullBuffer::from(valid)).filter(|nulls| nulls.null_count() > 0);
    Ok(Arc::new(MapArray::try_new(Arc::clone(entries), offsets, pairs, nulls, *sorted)?))
}
