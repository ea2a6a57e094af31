//! What makes maps, and arrays of what is in them.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder, UInt64Builder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, MapArray, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::arrow::row::Rows;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, internal_err, plan_err};

use super::super::function::{Call, Function, Gives, Takes, refuse};
use super::equal::equal;
use super::identity::identities;
use super::picked::Ends;
use super::shape::{self, Shape};
use crate::types;

/// The function behind `MAP()`.
pub(in super::super) const EMPTY_MAP: &str = "lake_empty_map";

pub(super) fn functions() -> Vec<Function> {
    const ONE: Takes = Takes::Shapes(&[&[Shape::Map]]);
    const MADE: Takes = Takes::Shapes(&[&[Shape::Keys, Shape::Values]]);
    const NONE: Takes = Takes::Shapes(&[&[]]);
    const SAME: Gives = Gives::Types(|taken| Ok(taken[0].clone()));
    const KEYS: Gives = Gives::Types(|taken| Ok(types::list(entry(&taken[0])?.0)));
    const VALUES: Gives = Gives::Types(|taken| Ok(types::list(entry(&taken[0])?.1)));
    vec![
        Function::new("map", MADE, Gives::Types(map_type), map),
        Function::new(EMPTY_MAP, NONE, Gives::Types(map_type), empty),
        Function::new("map_keys", ONE, KEYS, |call| side(call, true)).strict(),
        Function::new("map_values", ONE, VALUES, |call| side(call, false)).strict(),
        Function::new("map_concat", Takes::Rule(all_maps), SAME, concat).strict(),
    ]
}

/// The types of the keys and the values of maps.
pub(super) fn entry(ty: &DataType) -> Result<(DataType, DataType)> {
    match types::entry(ty) {
        Some((key, value)) => Ok((key.clone(), value.clone())),
        None => internal_err!("the entries of {ty}"),
    }
}

fn map_type(taken: &[DataType]) -> Result<DataType> {
    match taken {
        [DataType::List(keys), DataType::List(values)] => {
            Ok(types::map(keys.data_type().clone(), values.data_type().clone()))
        }
        _ => Ok(types::map(DataType::Null, DataType::Null)),
    }
}

fn all_maps(found: &[DataType]) -> Result<Vec<DataType>> {
    if found.is_empty() {
        return plan_err!("map_concat takes at least one map");
    }
    shape::fit("map_concat", &[&vec![Shape::Map; found.len()]], found)
}

/// Maps under construction: which of some keys and values each of them has.
pub(in super::super) struct Maps {
    keys: UInt64Builder,
    values: UInt64Builder,
    ends: Ends,
}

impl Maps {
    pub(in super::super) fn new() -> Maps {
        Maps { keys: UInt64Builder::new(), values: UInt64Builder::new(), ends: Ends::new() }
    }

    /// Adds the key and the value at these places to the map that is being made.
    pub(in super::super) fn push(&mut self, key: usize, value: usize) {
        self.keys.append_value(key as u64);
        self.values.append_value(value as u64);
    }

    /// Ends the map that is being made.
    pub(in super::super) fn end(&mut self) -> Result<()> {
        self.ends.end(self.keys.len())
    }

    /// NULL in the place of a map.
    pub(in super::super) fn null(&mut self) -> Result<()> {
        self.ends.null(self.keys.len())
    }

    /// The maps, as values of this type.
    pub(in super::super) fn finish(
        mut self,
        keys: &dyn Array,
        values: &dyn Array,
        ty: &DataType,
    ) -> Result<ArrayRef> {
        let DataType::Map(entries, _) = ty else { return internal_err!("maps of {ty}") };
        let DataType::Struct(members) = entries.data_type() else {
            return internal_err!("entries of {ty}");
        };
        let keys = compute::take(keys, &self.keys.finish(), None)?;
        let values = compute::take(values, &self.values.finish(), None)?;
        let pairs = StructArray::try_new(members.clone(), vec![keys, values], None)?;
        let (offsets, nulls) = self.ends.parts();
        Ok(Arc::new(MapArray::try_new(Arc::clone(entries), offsets, pairs, nulls, false)?))
    }
}

/// The keys of maps, which have to be there, and only once.
pub(in super::super) struct Keys {
    keys: ArrayRef,
    nulls: Option<NullBuffer>,
    identities: Rows,
}

impl Keys {
    pub(in super::super) fn of(keys: &ArrayRef) -> Result<Keys> {
        let identities = identities(keys)?;
        Ok(Keys { keys: Arc::clone(keys), nulls: keys.logical_nulls(), identities })
    }

    /// Refuses a map whose keys are at these places, where one is NULL or there twice.
    pub(in super::super) fn check(&self, places: Range<usize>) -> Result<()> {
        let mut seen = HashSet::with_capacity(places.len());
        for place in places {
            if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(place)) {
                return refuse("a key of a map is NULL");
            }
            if !seen.insert(self.identities.row(place)) {
                let key = array_value_to_string(&self.keys, place)?;
                return refuse(format!("the key {key} is in the map twice"));
            }
        }
        Ok(())
    }
}

/// The places of each key, in the order of the keys' first ones.
pub(in super::super) fn groups<K: Eq + Hash>(
    keys: impl Iterator<Item = (K, usize)>,
) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known = HashMap::new();
    for (key, place) in keys {
        let group = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(places) => places.push(place),
            None => groups.push(vec![place]),
        }
    }
    groups
}

fn empty(call: &Call<'_>) -> Result<ArrayRef> {
    let mut maps = Maps::new();
    for _ in 0..call.rows() {
        maps.end()?;
    }
    let none = arrow_array::new_empty_array(&DataType::Null);
    maps.finish(&none, &none, call.gives())
}

fn map(call: &Call<'_>) -> Result<ArrayRef> {
    let mut maps = Maps::new();
    let (lists, value_lists) = (call.lists(0)?, call.lists(1)?);
    let (keys, values) = (lists.values().values(), value_lists.values().values());
    let (check, itself) = (Keys::of(keys)?, equal(keys, keys)?);
    for row in 0..call.rows() {
        let (Some(list), Some(values)) = (lists.get(row), value_lists.get(row)) else {
            maps.null()?;
            continue;
        };
        if list.len() != values.len() {
            return refuse(format!(
                "a map is made of {} keys and {} values",
                list.len(),
                values.len()
            ));
        }
        if list.clone().any(|key| itself(key, key).is_none()) {
            return refuse("a key of a map is NULL, or has a NULL inside");
        }
        check.check(list.clone())?;
        list.zip(values).for_each(|(key, value)| maps.push(key, value));
        maps.end()?;
    }
    maps.finish(keys, values, call.gives())
}

fn side(call: &Call<'_>, is_key: bool) -> Result<ArrayRef> {
    let DataType::List(item) = call.gives() else { return internal_err!("an array") };
    let maps = call.array(0)?;
    let maps = maps.as_map();
    let values = if is_key { maps.keys() } else { maps.values() };
    let (offsets, nulls) = (maps.offsets().clone(), maps.nulls().cloned());
    Ok(Arc::new(ListArray::try_new(Arc::clone(item), offsets, Arc::clone(values), nulls)?))
}

/// The entries of all maps. Of those with the same key, that of the last map.
fn concat(call: &Call<'_>) -> Result<ArrayRef> {
    let arguments = (0..call.count()).map(|index| call.maps(index)).collect::<Result<Vec<_>>>()?;
    let mut first = Vec::with_capacity(arguments.len());
    let mut count = 0;
    for argument in &arguments {
        first.push(count);
        count += argument.values().entries().len();
    }
    let side = |of: fn(&MapArray) -> &ArrayRef| {
        let arrays: Vec<&dyn Array> = arguments.iter().map(|arg| &**of(arg.values())).collect();
        compute::concat(&arrays)
    };
    let (keys, values) = (side(MapArray::keys)?, side(MapArray::values)?);
    let identities = identities(&keys)?;
    let mut maps = Maps::new();
    for row in 0..call.rows() {
        let entries: Option<Vec<_>> = arguments.iter().map(|argument| argument.get(row)).collect();
        let Some(entries) = entries else {
            maps.null()?;
            continue;
        };
        let mut seen = HashSet::new();
        for (range, first) in entries.into_iter().zip(&first).rev() {
            for place in range.map(|place| first + place) {
                if seen.insert(identities.row(place)) {
                    maps.push(place, place);
                }
            }
        }
        maps.end()?;
    }
    maps.finish(&keys, &values, call.gives())
}
