//! `approx_most_frequent` and `approx_distinct` with a bound, which are exact here, and
//! `numeric_histogram`.

use std::cmp::Reverse;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{ArrayRef, Float64Array, Int64Array};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, ScalarValue};

use super::super::function::refuse;
use super::gathered::{Gathered, refuse_types};
use super::maps::{by_key, one_map};
use crate::types;

pub(super) fn aggregates() -> Vec<Gathered> {
    vec![
        Gathered::new("approx_most_frequent", takes_values, counts_type, &[0, 1, 2], most_frequent),
        Gathered::new("numeric_histogram", takes_numbers, numbers_type, &[0, 1, 2], histogram),
        Gathered::new(
            "lake_approx_distinct",
            takes_bound,
            |_| Ok(DataType::Int64),
            &[0, 1],
            distinct,
        )
        .without_rows(ScalarValue::Int64(Some(0))),
    ]
}

fn takes_values(found: &[DataType]) -> Result<Vec<DataType>> {
    let is_count = |ty: &DataType| types::is_integer(ty) || *ty == DataType::Null;
    match found {
        [count, value, capacity] if is_count(count) && is_count(capacity) => {
            let value = if types::is_integer(value) { &DataType::Int64 } else { value };
            Ok(vec![DataType::Int64, value.clone(), DataType::Int64])
        }
        _ => refuse_types("approx_most_frequent", found),
    }
}

fn counts_type(taken: &[DataType]) -> Result<DataType> {
    Ok(types::map(taken[1].clone(), DataType::Int64))
}

/// How many buckets there may be, as the first row says.
fn buckets(rows: &[ArrayRef]) -> Result<usize> {
    let count = rows[0].as_primitive::<Int64Type>().value(0);
    match usize::try_from(count) {
        Ok(count) if count > 1 => Ok(count),
        _ => refuse(format!("the number of buckets is {count}, and not at least 2")),
    }
}

/// The values that came most often; of those as frequent, the one that was so first.
fn most_frequent(rows: &[ArrayRef], gives: &DataType) -> Result<ArrayRef> {
    let buckets = buckets(rows)?;
    let capacity = rows[2].as_primitive::<Int64Type>().value(0);
    if capacity <= 0 {
        return refuse(format!("the capacity is {capacity}, and not positive"));
    }
    let mut groups = by_key(&rows[1])?;
    groups.sort_by_key(|places| (Reverse(places.len()), places.last().copied()));
    groups.truncate(buckets);
    let counts: ArrayRef =
        Arc::new(Int64Array::from_iter_values(groups.iter().map(|places| places.len() as i64)));
    let places = groups.iter().enumerate().map(|(group, places)| (places[0], group));
    one_map(places, &rows[1], &counts, gives)
}

fn takes_bound(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [value, bound] if types::is_number(bound) => Ok(vec![value.clone(), DataType::Float64]),
        _ => refuse_types("approx_distinct", found),
    }
}

fn distinct(rows: &[ArrayRef], _: &DataType) -> Result<ArrayRef> {
    let bound = rows[1].as_primitive::<Float64Type>().value(0);
    if !(0.004_062_5..=0.26).contains(&bound) {
        return refuse(format!("the standard error is {bound}, and not from 0.0040625 to 0.26"));
    }
    Ok(Arc::new(Int64Array::from_iter_values([by_key(&rows[0])?.len() as i64])))
}

fn takes_numbers(found: &[DataType]) -> Result<Vec<DataType>> {
    let is_number = |ty: &DataType| types::is_number(ty) || *ty == DataType::Null;
    match found {
        [count, value, weight @ ..]
            if types::is_integer(count)
                && is_number(value)
                && weight.len() <= 1
                && weight.iter().all(is_number) =>
        {
            let value = match value {
                DataType::Float32 => DataType::Float32,
                _ => DataType::Float64,
            };
            let weights = weight.iter().map(|_| DataType::Float64);
            Ok([DataType::Int64, value].into_iter().chain(weights).collect())
        }
        _ => refuse_types("numeric_histogram", found),
    }
}

fn numbers_type(taken: &[DataType]) -> Result<DataType> {
    Ok(types::map(taken[1].clone(), taken[1].clone()))
}

fn histogram(rows: &[ArrayRef], gives: &DataType) -> Result<ArrayRef> {
    let most = buckets(rows)?;
    let values = compute::cast(&rows[1], &DataType::Float64)?;
    let values = values.as_primitive::<Float64Type>();
    let weights = rows.get(2).map(|weights| weights.as_primitive::<Float64Type>());
    let spare = (most / 5).max(1);
    let mut kept: Vec<Bucket> = Vec::new();
    for place in 0..values.len() {
        if kept.len() == most + spare {
            shrink(&mut kept, most);
        }
        let weight = weights.map_or(1.0, |weights| weights.value(place));
        kept.push(Bucket { value: values.value(place), weight });
    }
    shrink(&mut kept, most);
    // All values that are NaN are one key.
    kept.dedup_by(|a, b| a.value.is_nan() && b.value.is_nan());
    let side = |of: fn(&Bucket) -> f64| {
        let side: ArrayRef = Arc::new(Float64Array::from_iter_values(kept.iter().map(of)));
        compute::cast(&side, rows[1].data_type())
    };
    let (keys, sums) = (side(|bucket| bucket.value)?, side(|bucket| bucket.weight)?);
    one_map((0..kept.len()).map(|place| (place, place)), &keys, &sums, gives)
}

/// Values that are counted as one.
#[derive(Clone, Copy)]
struct Bucket {
    value: f64,
    weight: f64,
}

impl Bucket {
    /// What is lost where the two become one: how far they are apart, and how heavy.
    fn penalty(&self, next: &Bucket) -> f64 {
        let weight = self.weight + next.weight;
        let distance = self.value - next.value;
        weight * (distance * distance) * ((self.weight * next.weight) / (weight * weight))
    }

    fn join(&self, next: &Bucket) -> Bucket {
        let weight = self.weight + next.weight;
        let value = (self.value * self.weight + next.value * next.weight) / weight;
        Bucket { value, weight }
    }
}

/// Puts buckets in order and joins those of one value; then, as long as there are more than so
/// many, the two neighbours that lose least by it.
fn shrink(buckets: &mut Vec<Bucket>, most: usize) {
    buckets.sort_by(|a, b| a.value.total_cmp(&b.value));
    buckets.dedup_by(|next, bucket| {
        let is_same = bucket.value == next.value;
        if is_same {
            bucket.weight += next.weight;
        }
        is_same
    });
    while buckets.len() > most {
        let penalties = buckets.windows(2).map(|pair| pair[0].penalty(&pair[1]));
        let least = penalties.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some((at, _)) = least else { break };
        buckets[at] = buckets[at].join(&buckets[at + 1]);
        buckets.remove(at + 1);
    }
}
