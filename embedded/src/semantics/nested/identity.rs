//! Which values are the same where distinct ones are told apart: NULL and NaN are the same
//! as themselves, the two zeros are one, and the entries of a map have no order.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, MapArray, StructArray, UInt64Array};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::Result;

use super::super::floats::one_of_each;

/// The bytes of each value: the same bytes where values are the same.
pub(in super::super) fn identities(values: &ArrayRef) -> Result<Rows> {
    let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
    Ok(converter.convert_columns(&[one_of_each(&in_order(values)?)?])?)
}

/// The values, with the entries of maps in the order of their keys.
pub(in super::super) fn in_order(values: &ArrayRef) -> Result<ArrayRef> {
    Ok(match values.data_type() {
        ty if !has_maps(ty) => Arc::clone(values),
        DataType::List(item) => {
            let lists = values.as_list::<i32>();
            let elements = in_order(lists.values())?;
            let (offsets, nulls) = (lists.offsets().clone(), lists.nulls().cloned());
            Arc::new(ListArray::try_new(Arc::clone(item), offsets, elements, nulls)?)
        }
        DataType::Struct(fields) => {
            let rows = values.as_struct();
            let columns = rows.columns().iter().map(in_order).collect::<Result<Vec<_>>>()?;
            Arc::new(StructArray::try_new(fields.clone(), columns, rows.nulls().cloned())?)
        }
        DataType::Map(entries, is_sorted) => {
            let maps = values.as_map();
            let keys = identities(maps.keys())?;
            let mut places: Vec<u64> = (0..maps.keys().len() as u64).collect();
            for bounds in maps.value_offsets().windows(2) {
                places[bounds[0] as usize..bounds[1] as usize]
                    .sort_unstable_by(|a, b| keys.row(*a as usize).cmp(&keys.row(*b as usize)));
            }
            let taken = compute::take(maps.entries(), &UInt64Array::from(places), None)?;
            let columns = taken.as_struct().columns();
            let columns = columns.iter().map(in_order).collect::<Result<Vec<_>>>()?;
            let fields = taken.as_struct().fields().clone();
            let taken = StructArray::try_new(fields, columns, None)?;
            let (offsets, nulls) = (maps.offsets().clone(), maps.nulls().cloned());
            Arc::new(MapArray::try_new(Arc::clone(entries), offsets, taken, nulls, *is_sorted)?)
        }
        _ => Arc::clone(values),
    })
}

/// Whether there are maps in values of the type.
pub(in super::super) fn has_maps(ty: &DataType) -> bool {
    match ty {
        DataType::Map(..) => true,
        DataType::List(item) => has_maps(item.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_maps(field.data_type())),
        _ => false,
    }
}
