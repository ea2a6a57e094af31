//! The least or the greatest few values, and those in the rows with the least or greatest keys.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use datafusion::common::Result;

use super::super::function::refuse;
use super::super::nested::{NaN, Picked, has_maps, order};
use super::gathered::{Gathered, refuse_types};
use crate::types;

pub(super) fn aggregates() -> Vec<Gathered> {
    vec![
        Gathered::new("lake_min_n", values, array, &[0, 1], |rows, gives| {
            best(rows, gives, Ordering::Less, NaN::Last)
        }),
        Gathered::new("lake_max_n", values, array, &[0, 1], |rows, gives| {
            best(rows, gives, Ordering::Greater, NaN::First)
        }),
        Gathered::new("lake_min_by_n", by_keys, array, &[1, 2], |rows, gives| {
            best(rows, gives, Ordering::Less, NaN::Last)
        }),
        Gathered::new("lake_max_by_n", by_keys, array, &[1, 2], |rows, gives| {
            best(rows, gives, Ordering::Greater, NaN::First)
        }),
    ]
}

fn values(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [value, count] if is_count(count) && !has_maps(value) => {
            Ok(vec![value.clone(), DataType::Int64])
        }
        _ => refuse_types("an aggregate of the best values", found),
    }
}

fn by_keys(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [value, key, count] if is_count(count) && !has_maps(key) => {
            Ok(vec![value.clone(), key.clone(), DataType::Int64])
        }
        _ => refuse_types("an aggregate of the values with the best keys", found),
    }
}

fn is_count(ty: &DataType) -> bool {
    types::is_integer(ty) || *ty == DataType::Null
}

fn array(taken: &[DataType]) -> Result<DataType> {
    Ok(types::list(taken[0].clone()))
}

/// The values of so many rows: those whose key, which is the argument before the count, is best.
fn best(rows: &[ArrayRef], gives: &DataType, wanted: Ordering, nan: NaN) -> Result<ArrayRef> {
    const MOST: i64 = 10_000;
    let [.., keys, counts] = rows else { return refuse("a key and a count are missing") };
    let count = counts.as_primitive::<Int64Type>().value(0);
    let count = match usize::try_from(count) {
        Ok(count) if (1..=MOST).contains(&(count as i64)) => count,
        _ => return refuse(format!("the number of values is {count}, and not from 1 to {MOST}")),
    };
    let order = order(keys, keys, nan)?;
    let mut failed = None;
    let mut places: Vec<usize> = (0..keys.len()).collect();
    places.sort_by(|a, b| {
        let order = order(*a, *b).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            Ordering::Equal
        });
        if wanted == Ordering::Less { order } else { order.reverse() }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let mut picked = Picked::new();
    picked.extend(places.into_iter().take(count));
    picked.end()?;
    picked.finish(&rows[0], gives)
}
