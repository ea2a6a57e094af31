//! Maps as arrays of rows, and rows as maps.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, StructArray};
use arrow_schema::DataType;
use datafusion::arrow::row::Rows;
use datafusion::common::{Result, internal_err, plan_err};

use super::super::function::{Call, Column, Function, Gives, Takes, refuse};
use super::access::field_values;
use super::identity::identities;
use super::maps::{Keys, Maps, entry, groups};
use super::picked::Picked;
use super::shape::Shape;
use crate::types;

pub(super) fn functions() -> Vec<Function> {
    const ROWS: Gives = Gives::Types(|taken| {
        let (key, value) = entry(&taken[0])?;
        Ok(types::list(types::row([(None, key), (None, value)])))
    });
    const MAP: Gives = Gives::Types(|taken| {
        let (key, value) = pair(&taken[0])?;
        Ok(types::map(key, value))
    });
    const MULTIMAP: Gives = Gives::Types(|taken| {
        let (key, value) = pair(&taken[0])?;
        Ok(types::map(key, types::list(value)))
    });
    const PAIRS: Takes = Takes::Rule(takes_pairs);
    vec![
        Function::new("map_entries", Takes::Shapes(&[&[Shape::Map]]), ROWS, entries).strict(),
        Function::new("map_from_entries", PAIRS, MAP, from_entries).strict(),
        Function::new("multimap_from_entries", PAIRS, MULTIMAP, many_from_entries).strict(),
    ]
}

/// Arrays of rows of two fields, whatever the names of these.
fn takes_pairs(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [DataType::Null] => {
            let nulls = [(None, DataType::Null), (None, DataType::Null)];
            Ok(vec![types::list(types::row(nulls))])
        }
        [found] if pair(found).is_ok() => Ok(vec![types::canonical(found)]),
        _ => plan_err!(
            "an array of rows of a key and a value is expected, not ({})",
            types::names(found)
        ),
    }
}

/// The types of the two fields of the rows in an array.
fn pair(ty: &DataType) -> Result<(DataType, DataType)> {
    if let DataType::List(item) = types::canonical(ty)
        && let DataType::Struct(fields) = item.data_type()
        && let [key, value] = &fields[..]
    {
        return Ok((key.data_type().clone(), value.data_type().clone()));
    }
    plan_err!("{} is not an array of rows of a key and a value", types::name(ty))
}

fn entries(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::List(item) = call.gives() else { return internal_err!("an array") };
    let DataType::Struct(fields) = item.data_type() else { return internal_err!("rows") };
    let maps = call.array(0)?;
    let maps = maps.as_map();
    let columns = maps.entries().columns().to_vec();
    let length = maps.entries().len();
    let rows = StructArray::try_new_with_length(fields.clone(), columns, None, length)?;
    let (offsets, nulls) = (maps.offsets().clone(), maps.nulls().cloned());
    Ok(Arc::new(ListArray::try_new(Arc::clone(item), offsets, Arc::new(rows), nulls)?))
}

/// Rows of a key and a value.
struct Pairs {
    lists: Column<ListArray>,
    keys: ArrayRef,
    values: ArrayRef,
    identities: Rows,
}

impl Pairs {
    fn of(call: &Call<'_>) -> Result<Pairs> {
        let lists = call.lists(0)?;
        let rows = lists.values().values().as_struct();
        let (keys, values) = (field_values(rows, 0)?, field_values(rows, 1)?);
        let identities = identities(&keys)?;
        Ok(Pairs { lists, keys, values, identities })
    }

    /// Where the entries of a row are, none of which lacks a key; `None` for NULL.
    fn get(&self, row: usize) -> Result<Option<Range<usize>>> {
        let Some(list) = self.lists.get(row) else { return Ok(None) };
        let is_null = |place| self.keys.is_null(place) || *self.keys.data_type() == DataType::Null;
        if list.clone().any(|place| self.lists.values().values().is_null(place)) {
            return refuse("an entry of a map is NULL");
        }
        if list.clone().any(is_null) {
            return refuse("a key of a map is NULL");
        }
        Ok(Some(list))
    }
}

fn from_entries(call: &Call<'_>) -> Result<ArrayRef> {
    let pairs = Pairs::of(call)?;
    let check = Keys::of(&pairs.keys)?;
    let mut maps = Maps::new();
    for row in 0..call.rows() {
        let Some(list) = pairs.get(row)? else {
            maps.null()?;
            continue;
        };
        check.check(list.clone())?;
        list.for_each(|place| maps.push(place, place));
        maps.end()?;
    }
    maps.finish(&pairs.keys, &pairs.values, call.gives())
}

fn many_from_entries(call: &Call<'_>) -> Result<ArrayRef> {
    let pairs = Pairs::of(call)?;
    let (mut maps, mut values, mut count) = (Maps::new(), Picked::new(), 0);
    for row in 0..call.rows() {
        let Some(list) = pairs.get(row)? else {
            maps.null()?;
            continue;
        };
        for places in groups(list.map(|place| (pairs.identities.row(place), place))) {
            maps.push(places[0], count);
            values.extend(places);
            values.end()?;
            count += 1;
        }
        maps.end()?;
    }
    let values = values.finish(&pairs.values, &types::list(pairs.values.data_type().clone()))?;
    maps.finish(&pairs.keys, &values, call.gives())
}
