//! Equality of values that may have others in them: NULL where a NULL inside leaves it open.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, SortOptions};
use datafusion::arrow::array::make_comparator;
use datafusion::common::{Result, internal_err};

/// Whether the value at a place of the one array equals that at a place of the other.
pub(super) type Equal = Box<dyn Fn(usize, usize) -> Option<bool>>;

/// The equality of the values of two arrays of one type.
pub(super) fn equal(left: &ArrayRef, right: &ArrayRef) -> Result<Equal> {
    let inner = same(left, right)?;
    let (left_nulls, right_nulls) = (left.logical_nulls(), right.logical_nulls());
    Ok(Box::new(move |i, j| {
        let is_null = |nulls: &Option<arrow_buffer::NullBuffer>, at| {
            nulls.as_ref().is_some_and(|nulls| nulls.is_null(at))
        };
        if is_null(&left_nulls, i) || is_null(&right_nulls, j) { None } else { inner(i, j) }
    }))
}

/// The equality of values that are not NULL themselves.
fn same(left: &ArrayRef, right: &ArrayRef) -> Result<Equal> {
    Ok(match (left.data_type(), right.data_type()) {
        // By its value, which makes two zeros equal and NaN different from itself.
        (DataType::Float32, DataType::Float32) => {
            let (left, right) =
                (left.as_primitive::<Float32Type>(), right.as_primitive::<Float32Type>());
            let (left, right) = (left.clone(), right.clone());
            Box::new(move |i, j| Some(left.value(i) == right.value(j)))
        }
        (DataType::Float64, DataType::Float64) => {
            let (left, right) =
                (left.as_primitive::<Float64Type>(), right.as_primitive::<Float64Type>());
            let (left, right) = (left.clone(), right.clone());
            Box::new(move |i, j| Some(left.value(i) == right.value(j)))
        }
        (DataType::List(_), DataType::List(_)) => {
            let (left, right) = (left.as_list::<i32>(), right.as_list::<i32>());
            let element = equal(left.values(), right.values())?;
            let (left, right) = (left.offsets().clone(), right.offsets().clone());
            Box::new(move |i, j| {
                let (from, to) = (left[i] as usize, left[i + 1] as usize);
                let (other, end) = (right[j] as usize, right[j + 1] as usize);
                if to - from != end - other {
                    return Some(false);
                }
                all((from..to).zip(other..end).map(|(i, j)| element(i, j)))
            })
        }
        (DataType::Struct(_), DataType::Struct(_)) => {
            let (left, right) = (left.as_struct(), right.as_struct());
            if left.num_columns() != right.num_columns() {
                return internal_err!("rows of different lengths are compared");
            }
            let fields = left.columns().iter().zip(right.columns());
            let fields = fields.map(|(left, right)| equal(left, right));
            let fields = fields.collect::<Result<Vec<_>>>()?;
            Box::new(move |i, j| all(fields.iter().map(|field| field(i, j))))
        }
        (DataType::Map(..), DataType::Map(..)) => {
            let (left, right) = (left.as_map(), right.as_map());
            let key = equal(left.keys(), right.keys())?;
            let value = equal(left.values(), right.values())?;
            let (left, right) = (left.offsets().clone(), right.offsets().clone());
            Box::new(move |i, j| {
                let (from, to) = (left[i] as usize, left[i + 1] as usize);
                let (other, end) = (right[j] as usize, right[j + 1] as usize);
                if to - from != end - other {
                    return Some(false);
                }
                all((from..to).map(|i| match (other..end).find(|j| key(i, *j) == Some(true)) {
                    Some(j) => value(i, j),
                    None => Some(false),
                }))
            })
        }
        (DataType::Null, _) | (_, DataType::Null) => Box::new(|_, _| None),
        _ => {
            let compare = make_comparator(left, right, SortOptions::default())?;
            Box::new(move |i, j| Some(compare(i, j).is_eq()))
        }
    })
}

/// Whether all are true: false where one is false, else NULL where one is NULL.
fn all(equal: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut settled = Some(true);
    for equal in equal {
        match equal {
            Some(true) => {}
            Some(false) => return Some(false),
            None => settled = None,
        }
    }
    settled
}
