//! `zip`: the elements of several arrays side by side.

use std::sync::Arc;

use arrow_array::builder::UInt64Builder;
use arrow_array::{ArrayRef, StructArray};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err, plan_err};

use super::super::function::{Call, Function, Gives, Takes};
use super::picked::Ends;
use crate::types;

pub(super) fn functions() -> Vec<Function> {
    vec![Function::new("zip", Takes::Rule(takes), Gives::Types(rows), zip).strict()]
}

fn takes(found: &[DataType]) -> Result<Vec<DataType>> {
    let array = |found: &DataType| match types::canonical(found) {
        DataType::Null => Some(types::list(DataType::Null)),
        list @ DataType::List(_) => Some(list),
        _ => None,
    };
    match found.iter().map(array).collect() {
        Some(taken) if (2..=5).contains(&found.len()) => Ok(taken),
        _ => plan_err!("zip takes two to five arrays, not ({})", types::names(found)),
    }
}

fn rows(taken: &[DataType]) -> Result<DataType> {
    let field = |ty: &DataType| match ty {
        DataType::List(item) => Ok((None, item.data_type().clone())),
        other => internal_err!("the elements of {other}"),
    };
    Ok(types::list(types::row(taken.iter().map(field).collect::<Result<Vec<_>>>()?)))
}

/// As many rows as the longest array has elements: the others have NULL in the last ones.
fn zip(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::List(item) = call.gives() else { return internal_err!("an array") };
    let DataType::Struct(fields) = item.data_type() else { return internal_err!("rows") };
    let lists = (0..call.count()).map(|index| call.lists(index)).collect::<Result<Vec<_>>>()?;
    let mut places: Vec<_> = lists.iter().map(|_| UInt64Builder::new()).collect();
    let (mut ends, mut count) = (Ends::new(), 0);
    for row in 0..call.rows() {
        let ranges: Option<Vec<_>> = lists.iter().map(|list| list.get(row)).collect();
        let Some(ranges) = ranges else {
            ends.null(count)?;
            continue;
        };
        let longest = ranges.iter().map(ExactSizeIterator::len).max().unwrap_or_default();
        for (range, places) in ranges.into_iter().zip(&mut places) {
            let missing = longest - range.len();
            places.append_slice(&range.map(|place| place as u64).collect::<Vec<_>>());
            places.append_nulls(missing);
        }
        count += longest;
        ends.end(count)?;
    }
    let columns = lists
        .iter()
        .zip(&mut places)
        .map(|(list, places)| Ok(compute::take(list.values().values(), &places.finish(), None)?));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    ends.finish(Arc::new(StructArray::try_new(fields.clone(), columns, None)?), call.gives())
}
