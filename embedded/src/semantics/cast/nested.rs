//! Casts of arrays, maps and rows: of each value in them. Where one cannot be cast, the whole
//! cannot.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use datafusion::common::{Result, internal_err};
use lakequery_types::Type;

use super::super::nested::{Maps, Picked, field_values, identities};
use super::convert::convert;
use super::source::Strict;
use crate::types;

/// Casts arrays to arrays, maps to maps and rows to rows.
pub(super) fn cast(
    strict: Strict,
    array: &ArrayRef,
    source: &Type,
    target: &Type,
) -> Result<ArrayRef> {
    let Some(gives) = types::arrow_type(target) else { return internal_err!("a cast to {target}") };
    match (source, target) {
        (Type::Array(source), Type::Array(target)) => {
            of_arrays(strict, array, &source.ty, &target.ty, &gives)
        }
        (Type::Map(key, value), Type::Map(to_key, to_value)) => {
            let (source, target) = ((&**key, &value.ty), (&**to_key, &to_value.ty));
            of_maps(strict, array, source, target, &gives)
        }
        (Type::Row(sources), Type::Row(targets)) => {
            let pairs = sources.iter().zip(targets).map(|(from, to)| (&from.ty, &to.ty));
            of_rows(strict, array, pairs, &gives)
        }
        _ => internal_err!("a cast of {source} to {target}"),
    }
}

fn of_arrays(
    strict: Strict,
    array: &ArrayRef,
    source: &Type,
    target: &Type,
    gives: &DataType,
) -> Result<ArrayRef> {
    let lists = array.as_list::<i32>();
    // The elements of the rows that are there: others may be ones that cannot be cast.
    let mut used = Picked::new();
    for (row, bounds) in lists.value_offsets().windows(2).enumerate() {
        if lists.is_valid(row) {
            used.extend(bounds[0] as usize..bounds[1] as usize);
            used.end()?;
        } else {
            used.null()?;
        }
    }
    let used = used.finish(lists.values(), lists.data_type())?;
    let used = used.as_list::<i32>();
    let elements = convert(strict, used.values(), source, target)?;
    let mut picked = Picked::new();
    for (row, bounds) in used.value_offsets().windows(2).enumerate() {
        let places = bounds[0] as usize..bounds[1] as usize;
        let failed = places.clone().any(|place| is_lost(used.values(), &elements, place));
        if used.is_null(row) || failed {
            picked.null()?;
        } else {
            picked.extend(places);
            picked.end()?;
        }
    }
    picked.finish(&elements, gives)
}

/// Whether a value became NULL on the way.
fn is_lost(before: &ArrayRef, after: &ArrayRef, place: usize) -> bool {
    before.data_type() != &DataType::Null && before.is_valid(place) && after.is_null(place)
}

fn of_maps(
    strict: Strict,
    array: &ArrayRef,
    source: (&Type, &Type),
    target: (&Type, &Type),
    gives: &DataType,
) -> Result<ArrayRef> {
    let maps = array.as_map();
    let mut used = Maps::new();
    for (row, bounds) in maps.value_offsets().windows(2).enumerate() {
        if maps.is_null(row) {
            used.null()?;
            continue;
        }
        (bounds[0] as usize..bounds[1] as usize).for_each(|place| used.push(place, place));
        used.end()?;
    }
    let used = used.finish(maps.keys(), maps.values(), maps.data_type())?;
    let used = used.as_map();
    let keys = convert(strict, used.keys(), source.0, target.0)?;
    let values = convert(strict, used.values(), source.1, target.1)?;
    let identities = identities(&keys)?;
    let mut made = Maps::new();
    for (row, bounds) in used.value_offsets().windows(2).enumerate() {
        let places = bounds[0] as usize..bounds[1] as usize;
        if used.is_null(row) {
            made.null()?;
            continue;
        }
        let failed = places
            .clone()
            .any(|place| keys.is_null(place) || is_lost(used.values(), &values, place));
        let mut seen = HashSet::new();
        let is_new = |place: usize| seen.insert(identities.row(place));
        let settled = if failed {
            None
        } else if places.clone().all(is_new) {
            Some(())
        } else {
            strict.settle(Err("two keys of a map are the same after a cast".to_owned()))?
        };
        match settled {
            Some(()) => {
                places.for_each(|place| made.push(place, place));
                made.end()?;
            }
            None => made.null()?,
        }
    }
    made.finish(&keys, &values, gives)
}

fn of_rows<'a>(
    strict: Strict,
    array: &ArrayRef,
    types: impl Iterator<Item = (&'a Type, &'a Type)>,
    gives: &DataType,
) -> Result<ArrayRef> {
    let DataType::Struct(fields) = gives else { return internal_err!("rows of {gives}") };
    let rows = array.as_struct();
    let mut columns = Vec::with_capacity(fields.len());
    let mut lost = vec![false; rows.len()];
    for (index, (source, target)) in types.enumerate() {
        let before = field_values(rows, index)?;
        let after = convert(strict, &before, source, target)?;
        for (place, lost) in lost.iter_mut().enumerate() {
            *lost |= is_lost(&before, &after, place);
        }
        columns.push(after);
    }
    let kept: NullBuffer = lost.into_iter().map(|lost| !lost).collect();
    let nulls = NullBuffer::union(rows.nulls(), Some(&kept));
    Ok(Arc::new(StructArray::try_new(fields.clone(), columns, nulls)?))
}
