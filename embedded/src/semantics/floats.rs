//! Floating point numbers, wherever they are in values.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, Float32Array, Float64Array, ListArray, MapArray, StructArray};
use arrow_schema::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, internal_err};

/// Whether there are floating point numbers in values of the type.
pub(super) fn has_floats(ty: &DataType) -> bool {
    with_floats(ty, &|_| DataType::Int64) != *ty
}

/// The type with others in the place of those of floating point numbers.
pub(super) fn with_floats(ty: &DataType, other: &dyn Fn(&DataType) -> DataType) -> DataType {
    let inner = |field: &FieldRef| -> FieldRef {
        Arc::new(field.as_ref().clone().with_data_type(with_floats(field.data_type(), other)))
    };
    match ty {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => other(ty),
        DataType::List(element) => DataType::List(inner(element)),
        DataType::Struct(members) => DataType::Struct(members.iter().map(inner).collect()),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        other => other.clone(),
    }
}

/// The values with others in the place of floating point numbers, at any depth.
pub(super) fn map_floats(
    array: &ArrayRef,
    map: &dyn Fn(&ArrayRef) -> Result<ArrayRef>,
) -> Result<ArrayRef> {
    fn same_as(field: &Field, array: &ArrayRef) -> FieldRef {
        Arc::new(field.clone().with_data_type(array.data_type().clone()))
    }
    Ok(match array.data_type() {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => map(array)?,
        ty if !has_floats(ty) => Arc::clone(array),
        DataType::List(element) => {
            let list = array.as_list::<i32>();
            let values = map_floats(list.values(), map)?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            Arc::new(ListArray::try_new(same_as(element, &values), offsets, values, nulls)?)
        }
        DataType::Struct(members) => {
            let row = array.as_struct();
            let columns = row.columns().iter().map(|column| map_floats(column, map));
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let members: Fields =
                members.iter().zip(&columns).map(|(field, array)| same_as(field, array)).collect();
            Arc::new(StructArray::try_new(members, columns, row.nulls().cloned())?)
        }
        DataType::Map(entries, sorted) => {
            let pairs = array.as_map();
            let inner: ArrayRef = Arc::new(pairs.entries().clone());
            let inner = map_floats(&inner, map)?;
            let field = same_as(entries, &inner);
            let (offsets, nulls) = (pairs.offsets().clone(), pairs.nulls().cloned());
            Arc::new(MapArray::try_new(field, offsets, inner.as_struct().clone(), nulls, *sorted)?)
        }
        other => return internal_err!("no key is made of {other}"),
    })
}

/// The values with one zero and one NaN.
pub(super) fn one_of_each(array: &ArrayRef) -> Result<ArrayRef> {
    map_floats(array, &same)
}

/// One number of the two zeros.
pub(super) fn one_zero(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x }
}

fn same(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(match array.data_type() {
        DataType::Float32 => {
            let reals: Float32Array = array.as_primitive::<Float32Type>().unary(|x| match x {
                x if x.is_nan() => f32::NAN,
                // Of the two zeros.
                0.0 => 0.0,
                x => x,
            });
            Arc::new(reals)
        }
        DataType::Float64 => {
            let doubles: Float64Array = array.as_primitive::<Float64Type>().unary(|x| match x {
                x if x.is_nan() => f64::NAN,
                x => one_zero(x),
            });
            Arc::new(doubles)
        }
        other => return internal_err!("{other} has no zero and no NaN"),
    })
}

/// A double as Java writes it: without a power of ten from 0.001 up to ten million.
pub(super) fn shown(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        "NaN".to_owned()
    } else if size.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if size == 0.0 || (1e-3..1e7).contains(&size) {
        format!("{value:?}")
    } else {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let point = if digits.contains('.') { "" } else { ".0" };
        format!("{digits}{point}E{exponent}")
    }
}
