//! Values as JSON.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, StringArray};
use datafusion::common::Result;
use lakequery_types::Type;

use super::super::super::floats::shown;
use super::super::super::json::string;
use super::super::super::nested::field_values;
use super::super::source::{Convert, Strict};

/// The values of an array of this type as JSON; NULL stays NULL. What is not JSON's own is
/// converted to texts.
pub(in super::super) fn write(
    convert: Convert,
    array: &ArrayRef,
    source: &Type,
) -> Result<ArrayRef> {
    Ok(Arc::new(StringArray::from(texts(convert, array, source)?)))
}

/// The JSON of each value; `None` for NULL.
fn texts(convert: Convert, array: &ArrayRef, source: &Type) -> Result<Vec<Option<String>>> {
    Ok(match source {
        Type::Unknown => vec![None; array.len()],
        Type::Json => plain(array)?,
        Type::Real | Type::Double => {
            let quote = |text: String| match text.ends_with(|last: char| last.is_ascii_digit()) {
                true => text,
                // NaN and the infinities.
                false => quoted(&text),
            };
            numbers(array).into_iter().map(|number| number.map(quote)).collect()
        }
        Type::Array(item) => {
            let lists = array.as_list::<i32>();
            let elements = texts(convert, lists.values(), &item.ty)?;
            let list = |places: Range<usize>| {
                let elements = places.map(|place| elements[place].as_deref().unwrap_or("null"));
                format!("[{}]", elements.collect::<Vec<_>>().join(","))
            };
            ranges(lists, lists.value_offsets()).map(|range| range.map(list)).collect()
        }
        Type::Map(key, value) => {
            let maps = array.as_map();
            let (keys, values) =
                (names(convert, maps.keys(), key)?, texts(convert, maps.values(), &value.ty)?);
            let object = |places: Range<usize>| {
                // The members of an object are in the order of their names.
                let mut places: Vec<usize> = places.collect();
                places.sort_by(|a, b| keys[*a].cmp(&keys[*b]));
                members(places.into_iter().map(|place| {
                    let key = keys[place].as_deref().unwrap_or_default();
                    (key, values[place].as_deref())
                }))
            };
            ranges(maps, maps.value_offsets()).map(|range| range.map(object)).collect()
        }
        Type::Row(fields) => {
            let rows = array.as_struct();
            let columns = fields.iter().enumerate();
            let columns = columns
                .map(|(index, field)| texts(convert, &field_values(rows, index)?, &field.ty))
                .collect::<Result<Vec<_>>>()?;
            let object = |row: usize| {
                members(fields.iter().zip(&columns).map(|(field, column)| {
                    (field.name.as_deref().unwrap_or_default(), column[row].as_deref())
                }))
            };
            (0..rows.len()).map(|row| rows.is_valid(row).then(|| object(row))).collect()
        }
        Type::Boolean => plain(&as_text(convert, array, source)?)?,
        other if other.is_numeric() => plain(&as_text(convert, array, source)?)?,
        _ => {
            let values = plain(&as_text(convert, array, source)?)?;
            values.into_iter().map(|value| value.map(|text| quoted(&text))).collect()
        }
    })
}

fn as_text(convert: Convert, array: &ArrayRef, source: &Type) -> Result<ArrayRef> {
    convert(Strict(true), array, source, &Type::VARCHAR)
}

fn plain(array: &ArrayRef) -> Result<Vec<Option<String>>> {
    Ok(array.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect())
}

/// Floating-point numbers as Java writes them.
fn numbers(array: &ArrayRef) -> Vec<Option<String>> {
    match array.as_primitive_opt::<Float32Type>() {
        Some(reals) => {
            let wide = |real: f32| real.to_string().parse().unwrap_or(f64::from(real));
            reals.iter().map(|real| real.map(|real| shown(wide(real)))).collect()
        }
        None => array.as_primitive::<Float64Type>().iter().map(|x| x.map(shown)).collect(),
    }
}

/// The names that keys have in an object.
fn names(convert: Convert, keys: &ArrayRef, ty: &Type) -> Result<Vec<Option<String>>> {
    match ty {
        Type::Unknown => Ok(vec![None; keys.len()]),
        Type::Real | Type::Double => Ok(numbers(keys)),
        _ => plain(&as_text(convert, keys, ty)?),
    }
}

fn members<'a>(members: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let members =
        members.map(|(key, value)| format!("{}:{}", quoted(key), value.unwrap_or("null")));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    string(text, &mut out);
    out
}

/// Where the elements of each array or map are; `None` for NULL.
fn ranges(array: &dyn Array, offsets: &[i32]) -> impl Iterator<Item = Option<Range<usize>>> {
    offsets.windows(2).enumerate().map(move |(row, bounds)| {
        array.is_valid(row).then(|| bounds[0] as usize..bounds[1] as usize)
    })
}
