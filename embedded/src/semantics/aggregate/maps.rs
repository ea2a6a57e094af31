//! `map_agg`, `multimap_agg`, `map_union` and `histogram`: maps of what comes with each key.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Int64Array, new_null_array};
use arrow_schema::DataType;
use datafusion::common::Result;

use super::super::nested::{Maps, Picked, groups, identities};
use super::gathered::{Gathered, refuse_types};
use crate::types;

pub(super) fn aggregates() -> Vec<Gathered> {
    vec![
        Gathered::new("map_agg", two, one_of_each, &[0], first_values),
        Gathered::new("multimap_agg", two, all_of_each, &[0], all_values),
        Gathered::new("histogram", one, counts_type, &[0], counts),
        Gathered::new("map_union", map, |taken| Ok(taken[0].clone()), &[0], union),
    ]
}

fn two(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [_, _] => Ok(found.to_vec()),
        _ => refuse_types("an aggregate of keys and values", found),
    }
}

fn one(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [_] => Ok(found.to_vec()),
        _ => refuse_types("histogram", found),
    }
}

fn map(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [DataType::Map(..)] => Ok(found.to_vec()),
        _ => refuse_types("map_union", found),
    }
}

fn one_of_each(taken: &[DataType]) -> Result<DataType> {
    Ok(types::map(taken[0].clone(), taken[1].clone()))
}

fn all_of_each(taken: &[DataType]) -> Result<DataType> {
    Ok(types::map(taken[0].clone(), types::list(taken[1].clone())))
}

fn counts_type(taken: &[DataType]) -> Result<DataType> {
    Ok(types::map(taken[0].clone(), DataType::Int64))
}

/// The places of each key.
pub(super) fn by_key(keys: &ArrayRef) -> Result<Vec<Vec<usize>>> {
    let identities = identities(keys)?;
    Ok(groups((0..keys.len()).map(|place| (identities.row(place), place))))
}

/// One map, of these places of keys and values.
pub(super) fn one_map(
    places: impl Iterator<Item = (usize, usize)>,
    keys: &dyn Array,
    values: &dyn Array,
    gives: &DataType,
) -> Result<ArrayRef> {
    let mut maps = Maps::new();
    places.for_each(|(key, value)| maps.push(key, value));
    maps.end()?;
    maps.finish(keys, values, gives)
}

/// The first value that came with each key.
fn first_values(rows: &[ArrayRef], gives: &DataType) -> Result<ArrayRef> {
    let (keys, values) = (&rows[0], &rows[1]);
    let groups = by_key(keys)?;
    one_map(groups.iter().map(|places| (places[0], places[0])), keys, values, gives)
}

/// All values that came with each key.
fn all_values(rows: &[ArrayRef], gives: &DataType) -> Result<ArrayRef> {
    let (keys, values) = (&rows[0], &rows[1]);
    let groups = by_key(keys)?;
    let mut picked = Picked::new();
    for places in &groups {
        picked.extend(places.iter().copied());
        picked.end()?;
    }
    let values = picked.finish(values, &types::list(values.data_type().clone()))?;
    let places = groups.iter().enumerate().map(|(group, places)| (places[0], group));
    one_map(places, keys, &values, gives)
}

/// How often each key came.
fn counts(rows: &[ArrayRef], gives: &DataType) -> Result<ArrayRef> {
    let groups = by_key(&rows[0])?;
    let counts: ArrayRef =
        Arc::new(Int64Array::from_iter_values(groups.iter().map(|places| places.len() as i64)));
    let places = groups.iter().enumerate().map(|(group, places)| (places[0], group));
    one_map(places, &rows[0], &counts, gives)
}

/// The entries of all maps; of those with the same key, the first. NULL where no map has any.
fn union(rows: &[ArrayRef], gives: &DataType) -> Result<ArrayRef> {
    let maps = rows[0].as_map();
    let identities = identities(maps.keys())?;
    let entries = maps.value_offsets().windows(2).enumerate();
    let entries = entries.filter(|(row, _)| maps.is_valid(*row));
    let places = entries.flat_map(|(_, bounds)| bounds[0] as usize..bounds[1] as usize);
    let groups = groups(places.map(|place| (identities.row(place), place)));
    if groups.is_empty() {
        return Ok(new_null_array(gives, 1));
    }
    let places = groups.iter().map(|places| (places[0], places[0]));
    one_map(places, maps.keys(), maps.values(), gives)
}
