//! `approx_percentile`, which is exact here: the values of all rows are there.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array, ListArray};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err};

use super::super::function::refuse;
use super::gathered::{Gathered, refuse_types};
use crate::types;

pub(super) fn aggregates() -> Vec<Gathered> {
    vec![Gathered::new("approx_percentile", takes, gives, &[0, 1, 2], finish)]
}

fn takes(found: &[DataType]) -> Result<Vec<DataType>> {
    let refuse = || refuse_types("approx_percentile", found);
    let ([value, weight @ .., share], 2..=3) = (found, found.len()) else { return refuse() };
    let value = match value {
        DataType::Float32 => DataType::Float32,
        ty if types::is_integer(ty) => DataType::Int64,
        ty if types::is_number(ty) || *ty == DataType::Null => DataType::Float64,
        _ => return refuse(),
    };
    let share = match share {
        DataType::List(_) => types::list(DataType::Float64),
        _ => DataType::Float64,
    };
    let weights = weight.iter().map(|_| DataType::Float64);
    Ok([value].into_iter().chain(weights).chain([share]).collect())
}

fn gives(taken: &[DataType]) -> Result<DataType> {
    match taken {
        [value, .., DataType::List(_)] => Ok(types::list(value.clone())),
        [value, ..] => Ok(value.clone()),
        [] => internal_err!("approx_percentile of nothing"),
    }
}

fn finish(rows: &[ArrayRef], gives: &DataType) -> Result<ArrayRef> {
    let numbers = compute::cast(&rows[0], &DataType::Float64)?;
    let numbers = numbers.as_primitive::<Float64Type>();
    if numbers.values().iter().any(|number| number.is_nan()) {
        return refuse("NaN is not in order with anything: it has no percentile");
    }
    let weights = match rows {
        [_, weights, _] => Some(weights.as_primitive::<Float64Type>()),
        _ => None,
    };
    let weight = |place: usize| weights.map_or(1.0, |weights| weights.value(place));
    if let Some(wrong) =
        (0..numbers.len()).map(weight).find(|weight| weight.is_nan() || *weight <= 0.0)
    {
        return refuse(format!("the weight of a percentile is {wrong}, and not positive"));
    }
    let mut places: Vec<usize> = (0..numbers.len()).collect();
    places.sort_by(|a, b| numbers.value(*a).total_cmp(&numbers.value(*b)));
    let total: f64 = places.iter().map(|place| weight(*place)).sum();
    // The first value that has more than the share below it and with it.
    let at = |share: f64| {
        if !(0.0..=1.0).contains(&share) {
            return refuse(format!("the percentile is {share}, and not from 0 to 1"));
        }
        let mut below = 0.0;
        let found = places.iter().find(|place| {
            below += weight(**place);
            below > share * total
        });
        Ok(found.or(places.last()).map(|place| *place as u64))
    };
    let Some(shares) = rows.last() else { return internal_err!("a percentile is missing") };
    let shares: Float64Array = match shares.as_list_opt::<i32>() {
        Some(lists) => lists.value(0).as_primitive::<Float64Type>().clone(),
        None => shares.slice(0, 1).as_primitive::<Float64Type>().clone(),
    };
    if shares.null_count() > 0 {
        return refuse("a percentile is NULL");
    }
    let found = shares.values().iter().map(|share| at(*share)).collect::<Result<Vec<_>>>()?;
    let found = arrow_array::UInt64Array::from(found);
    let values = compute::take(&rows[0], &found, None)?;
    Ok(match gives {
        DataType::List(item) => {
            let offsets = arrow_buffer::OffsetBuffer::from_lengths([values.len()]);
            Arc::new(ListArray::try_new(Arc::clone(item), offsets, values, None)?)
        }
        _ => values,
    })
}
