//! The types of what is in values, and values in the shape of another type, which has other
//! names, or wider values, in it.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, MapArray, StructArray, new_null_array};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, plan_err};

use crate::types;

/// The same values as those of a type that differs in names only, or is wider.
pub(super) fn conform(array: &ArrayRef, ty: &DataType) -> Result<ArrayRef> {
    Ok(match (array.data_type(), ty) {
        (found, wanted) if found == wanted => Arc::clone(array),
        (DataType::Null, _) => new_null_array(ty, array.len()),
        (DataType::List(_), DataType::List(item)) => {
            let list = array.as_list::<i32>();
            let values = conform(list.values(), item.data_type())?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            Arc::new(ListArray::try_new(Arc::clone(item), offsets, values, nulls)?)
        }
        (DataType::Map(..), DataType::Map(entries, sorted)) => {
            let map = array.as_map();
            let inner: ArrayRef = Arc::new(map.entries().clone());
            let inner = conform(&inner, entries.data_type())?;
            let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
            let entries = Arc::clone(entries);
            Arc::new(MapArray::try_new(
                entries,
                offsets,
                inner.as_struct().clone(),
                nulls,
                *sorted,
            )?)
        }
        (DataType::Struct(from), DataType::Struct(to)) if from.len() == to.len() => {
            let row = array.as_struct();
            let columns = row.columns().iter().zip(to);
            let columns = columns.map(|(column, field)| conform(column, field.data_type()));
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let nulls = row.nulls().cloned();
            Arc::new(StructArray::try_new_with_length(to.clone(), columns, nulls, row.len())?)
        }
        _ => compute::cast(array, ty)?,
    })
}

/// The element type of an array; that of NULL for NULL.
pub(super) fn element(function: &str, ty: &DataType) -> Result<DataType> {
    match ty {
        DataType::List(item) => Ok(item.data_type().clone()),
        DataType::Null => Ok(DataType::Null),
        other => plan_err!("{function} takes an array, not {}", types::name(other)),
    }
}

/// The types that arguments meet in, which keep their own where only names differ.
pub(super) fn meet(what: &str, found: &[DataType]) -> Result<DataType> {
    match found.iter().try_fold(DataType::Null, |met, next| types::common(&met, next)) {
        Some(common) => Ok(common),
        None => plan_err!("{what} have no type in common ({}); cast them", types::names(found)),
    }
}
