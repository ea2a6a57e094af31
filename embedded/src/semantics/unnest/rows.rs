//! The rows that UNNEST gives, as an array.

use std::sync::Arc;

use arrow_array::builder::{Int64Builder, UInt64Builder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, StructArray};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err, plan_err};

use super::super::function::{Call, Column, Function, Gives, Takes};
use super::super::nested::{Ends, field_values};
use crate::types;

/// The function that puts arrays and maps side by side: an array of rows, whose last field
/// is their number.
pub(super) const ROWS: &str = "lake_rows";

/// The function behind UNNEST.
pub(in super::super) fn functions() -> Vec<Function> {
    vec![rows()]
}

pub(super) fn rows() -> Function {
    Function::new(ROWS, Takes::Rule(takes), Gives::Types(gives), run)
}

fn takes(found: &[DataType]) -> Result<Vec<DataType>> {
    let taken: Vec<_> = found.iter().map(types::canonical).collect();
    match taken.iter().find(|ty| !matches!(ty, DataType::List(_) | DataType::Map(..))) {
        Some(other) => plan_err!("UNNEST takes arrays and maps, not {}", types::name(other)),
        None if taken.is_empty() => plan_err!("UNNEST takes at least one array or map"),
        None => Ok(taken),
    }
}

/// The columns of UNNEST: their names, where they have one, and types.
pub(super) fn columns(taken: &[DataType]) -> Vec<(Option<String>, DataType)> {
    let mut columns = Vec::new();
    for ty in taken {
        match (ty, types::entry(ty)) {
            (_, Some((key, value))) => {
                columns.extend([(None, key.clone()), (None, value.clone())]);
            }
            (DataType::List(item), None) => match item.data_type() {
                DataType::Struct(fields) => {
                    let named = |(index, name): (usize, &String)| {
                        Some(name.clone()).filter(|name| *name != format!("field{index}"))
                    };
                    columns.extend(fields.iter().enumerate().map(|(index, field)| {
                        (named((index, field.name())), field.data_type().clone())
                    }));
                }
                ty => columns.push((None, ty.clone())),
            },
            _ => {}
        }
    }
    columns
}

fn gives(taken: &[DataType]) -> Result<DataType> {
    let types = columns(taken).into_iter().map(|(_, ty)| ty);
    Ok(types::list(types::row(types.chain([DataType::Int64]).map(|ty| (None, ty)))))
}

/// An argument: its elements or entries, and which of them each row has.
struct Source {
    ranges: Column<ListArray>,
    places: UInt64Builder,
}

impl Source {
    fn of(call: &Call<'_>, index: usize) -> Result<Source> {
        let ranges = match call.ty(index) {
            DataType::List(_) => call.lists(index)?,
            _ => call.maps(index)?.into_lists(),
        };
        Ok(Source { ranges, places: UInt64Builder::new() })
    }

    /// The columns that it gives.
    fn finish(mut self, is_map: bool) -> Result<Vec<ArrayRef>> {
        let values = self.ranges.values().values();
        let taken = compute::take(values, &self.places.finish(), None)?;
        match taken.data_type() {
            DataType::Struct(fields) => {
                let rows = taken.as_struct();
                (0..fields.len()).map(|index| field_values(rows, index)).collect()
            }
            _ if is_map => internal_err!("entries are rows"),
            _ => Ok(vec![taken]),
        }
    }
}

fn run(call: &Call<'_>) -> Result<ArrayRef> {
    let mut sources =
        (0..call.count()).map(|index| Source::of(call, index)).collect::<Result<Vec<_>>>()?;
    let (mut numbers, mut ends, mut count) = (Int64Builder::new(), Ends::new(), 0);
    for row in 0..call.rows() {
        let ranges: Vec<_> =
            sources.iter().map(|source| source.ranges.get(row).unwrap_or_default()).collect();
        let longest = ranges.iter().map(ExactSizeIterator::len).max().unwrap_or_default();
        for (source, range) in sources.iter_mut().zip(ranges) {
            let missing = longest - range.len();
            range.for_each(|place| source.places.append_value(place as u64));
            source.places.append_nulls(missing);
        }
        (1..=longest).for_each(|number| numbers.append_value(number as i64));
        count += longest;
        ends.end(count)?;
    }
    let mut columns = Vec::new();
    for (index, source) in sources.into_iter().enumerate() {
        columns.extend(source.finish(matches!(call.ty(index), DataType::Map(..)))?);
    }
    columns.push(Arc::new(numbers.finish()));
    let DataType::List(item) = call.gives() else { return internal_err!("rows") };
    let DataType::Struct(fields) = item.data_type() else { return internal_err!("rows") };
    let rows = StructArray::try_new(fields.clone(), columns, None)?;
    ends.finish(Arc::new(rows), call.gives())
}
