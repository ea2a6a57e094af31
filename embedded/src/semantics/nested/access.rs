//! What takes values apart: subscripts, fields, `element_at`, `cardinality`.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, StructArray, make_array};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};

use super::super::function::{Call, Function, Gives, Param, Takes, refuse};
use super::equal::equal;
use super::shape::Shape;
use crate::types;

/// The function behind `x[i]`.
pub(in super::super) const SUBSCRIPT: &str = "lake_subscript";

/// The function behind `x.field`: a row, and the number of the field, as a text.
pub(in super::super) const FIELD: &str = "lake_field";

pub(super) fn functions() -> Vec<Function> {
    use Shape::{Array, Key, Map, Of};
    const AT: Takes = Takes::Shapes(&[&[Array, Of(Param::Bigint)], &[Map, Key]]);
    const COUNTED: Takes = Takes::Shapes(&[&[Array], &[Map]]);
    vec![
        Function::new(SUBSCRIPT, AT, Gives::Types(inner), |call| at(call, true)),
        Function::new("element_at", AT, Gives::Types(inner), |call| at(call, false)),
        field_function(),
        Function::new("cardinality", COUNTED, Gives::BIGINT, cardinality).strict(),
    ]
}

/// The function of [`FIELD`].
pub(in super::super) fn field_function() -> Function {
    Function::new(FIELD, Takes::Rule(field_takes), Gives::Literals(field_type), field)
}

/// The type of what is in an array or a map.
fn inner(taken: &[DataType]) -> Result<DataType> {
    match (&taken[0], types::entry(&taken[0])) {
        (DataType::List(item), _) => Ok(item.data_type().clone()),
        (_, Some((_, value))) => Ok(value.clone()),
        (other, None) => plan_err!("{} has no elements", types::name(other)),
    }
}

fn at(call: &Call<'_>, strict: bool) -> Result<ArrayRef> {
    match call.ty(0) {
        DataType::List(_) => element(call, strict),
        _ => value(call, strict),
    }
}

fn element(call: &Call<'_>, strict: bool) -> Result<ArrayRef> {
    let (lists, indices) = (call.lists(0)?, call.numbers::<Int64Type>(1)?);
    let mut places = arrow_array::builder::UInt64Builder::with_capacity(call.rows());
    for row in 0..call.rows() {
        let (Some(list), Some(index)) = (lists.get(row), indices.get(row)) else {
            places.append_null();
            continue;
        };
        if index == 0 {
            return refuse("array subscripts start at 1, not at 0");
        }
        if strict && index < 0 {
            return refuse(format!("the array subscript {index} is negative"));
        }
        let count = list.len() as i64;
        let place = if index < 0 { count.saturating_add(index) } else { index - 1 };
        if (0..count).contains(&place) {
            places.append_value(list.start as u64 + place as u64);
        } else if strict {
            return refuse(format!("the array subscript {index} is beyond the {count} elements"));
        } else {
            places.append_null();
        }
    }
    Ok(compute::take(lists.values().values(), &places.finish(), None)?)
}

fn value(call: &Call<'_>, strict: bool) -> Result<ArrayRef> {
    let (maps, keys) = (call.maps(0)?, call.any(1)?);
    let is_key = equal(maps.values().keys(), keys.values())?;
    let mut places = arrow_array::builder::UInt64Builder::with_capacity(call.rows());
    for row in 0..call.rows() {
        let (Some(mut entries), Some(key)) = (maps.get(row), keys.at(row)) else {
            places.append_null();
            continue;
        };
        match entries.find(|entry| is_key(*entry, key) == Some(true)) {
            Some(entry) => places.append_value(entry as u64),
            None if strict => {
                let key = array_value_to_string(keys.values(), key)?;
                return refuse(format!("the key {key} is not in the map"));
            }
            None => places.append_null(),
        }
    }
    Ok(compute::take(maps.values().values(), &places.finish(), None)?)
}

fn field_takes(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [row @ DataType::Struct(_), _] => Ok(vec![types::canonical(row), DataType::Utf8]),
        [row, _] => plan_err!("{} has no fields", types::name(row)),
        _ => plan_err!("{FIELD} takes a row and the number of a field"),
    }
}

fn field_type(taken: &[DataType], literals: &[Option<&ScalarValue>]) -> Result<DataType> {
    let (DataType::Struct(fields), Some(Some(ScalarValue::Utf8(Some(number))))) =
        (&taken[0], literals.get(1))
    else {
        return plan_err!("{FIELD} takes the number of the field as a literal");
    };
    match index_of(number).and_then(|index| fields.get(index)) {
        Some(field) => Ok(field.data_type().clone()),
        None => plan_err!("the row has {} fields, and not a field {number}", fields.len()),
    }
}

fn index_of(number: &str) -> Option<usize> {
    number.parse::<usize>().ok()?.checked_sub(1)
}

fn field(call: &Call<'_>) -> Result<ArrayRef> {
    let numbers = call.texts(1)?;
    let Some(index) = numbers.get(0).and_then(index_of) else {
        return internal_err!("{FIELD} without a number");
    };
    field_values(call.array(0)?.as_struct(), index)
}

/// The values of a field: NULL where the row is, which its column may not say.
pub(in super::super) fn field_values(rows: &StructArray, index: usize) -> Result<ArrayRef> {
    let Some(column) = rows.columns().get(index) else {
        return internal_err!("there is no field {index} in {}", rows.data_type());
    };
    if *column.data_type() == DataType::Null {
        return Ok(ArrayRef::clone(column));
    }
    let nulls = NullBuffer::union(column.nulls(), rows.nulls());
    Ok(make_array(column.to_data().into_builder().nulls(nulls).build()?))
}

fn cardinality(call: &Call<'_>) -> Result<ArrayRef> {
    if let DataType::List(_) = call.ty(0) {
        let lists = call.lists(0)?;
        return call.make_numbers::<Int64Type>(|row| Ok(lists.get(row).map(|l| l.len() as i64)));
    }
    let maps = call.maps(0)?;
    call.make_numbers::<Int64Type>(|row| Ok(maps.get(row).map(|map| map.len() as i64)))
}
