//! The order of values that may have others in them. A NULL inside is not in order with
//! anything: meeting one is an error.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, SortOptions};
use datafusion::arrow::array::make_comparator;
use datafusion::common::{Result, internal_err};

use super::super::function::refuse;

/// How the value at a place of the one array, which is not NULL, is in order with that at a
/// place of the other.
pub(in super::super) type Order = Box<dyn Fn(usize, usize) -> Result<Ordering>>;

/// Where NaN stands among numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum NaN {
    /// Below all.
    First,
    /// Above all.
    Last,
}

/// The order of the values of two arrays of one type.
pub(in super::super) fn order(left: &ArrayRef, right: &ArrayRef, nan: NaN) -> Result<Order> {
    Ok(match (left.data_type(), right.data_type()) {
        (DataType::Float32, DataType::Float32) => {
            let (left, right) =
                (left.as_primitive::<Float32Type>(), right.as_primitive::<Float32Type>());
            let (left, right) = (left.clone(), right.clone());
            Box::new(move |i, j| Ok(numbers(left.value(i).into(), right.value(j).into(), nan)))
        }
        (DataType::Float64, DataType::Float64) => {
            let (left, right) =
                (left.as_primitive::<Float64Type>(), right.as_primitive::<Float64Type>());
            let (left, right) = (left.clone(), right.clone());
            Box::new(move |i, j| Ok(numbers(left.value(i), right.value(j), nan)))
        }
        (DataType::List(_), DataType::List(_)) => {
            let (left, right) = (left.as_list::<i32>(), right.as_list::<i32>());
            let element = inside(left.values(), right.values(), nan, "an array")?;
            let (left, right) = (left.offsets().clone(), right.offsets().clone());
            Box::new(move |i, j| {
                let (from, to) = (left[i] as usize, left[i + 1] as usize);
                let (other, end) = (right[j] as usize, right[j + 1] as usize);
                for (i, j) in (from..to).zip(other..end) {
                    let order = element(i, j)?;
                    if order.is_ne() {
                        return Ok(order);
                    }
                }
                Ok((to - from).cmp(&(end - other)))
            })
        }
        (DataType::Struct(_), DataType::Struct(_)) => {
            let (left, right) = (left.as_struct(), right.as_struct());
            let fields = left.columns().iter().zip(right.columns());
            let fields = fields.map(|(left, right)| inside(left, right, nan, "a row"));
            let fields = fields.collect::<Result<Vec<_>>>()?;
            Box::new(move |i, j| {
                for field in &fields {
                    let order = field(i, j)?;
                    if order.is_ne() {
                        return Ok(order);
                    }
                }
                Ok(Ordering::Equal)
            })
        }
        (DataType::Map(..), _) => return internal_err!("maps have no order"),
        _ => {
            let compare = make_comparator(left, right, SortOptions::default())?;
            Box::new(move |i, j| Ok(compare(i, j)))
        }
    })
}

/// The order of what is in values.
fn inside(left: &ArrayRef, right: &ArrayRef, nan: NaN, what: &'static str) -> Result<Order> {
    let order = order(left, right, nan)?;
    let (left, right) = (left.logical_nulls(), right.logical_nulls());
    Ok(Box::new(move |i, j| {
        let is_null = |nulls: &Option<arrow_buffer::NullBuffer>, at| {
            nulls.as_ref().is_some_and(|nulls| nulls.is_null(at))
        };
        if is_null(&left, i) || is_null(&right, j) {
            return refuse(format!("a NULL in {what} is not in order with anything"));
        }
        order(i, j)
    }))
}

fn numbers(left: f64, right: f64, nan: NaN) -> Ordering {
    let nans = |left: bool, right: bool| match nan {
        NaN::Last => left.cmp(&right),
        NaN::First => right.cmp(&left),
    };
    left.partial_cmp(&right).unwrap_or_else(|| nans(left.is_nan(), right.is_nan()))
}
