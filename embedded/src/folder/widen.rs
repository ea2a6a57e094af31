//! How columns grow from file to file: the type that holds the values of two types without
//! a change, and arrays of one type as those of a wider one.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, MapArray, StructArray, new_null_array};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields};
use lakequery_types::{MAX_PRECISION, same_name};

use crate::types::{as_decimal, decimal, finer, is_integer};

/// The narrowest type that holds all values of both, each as what it is; `None` where no
/// type does.
pub(crate) fn wider(a: &DataType, b: &DataType) -> Option<DataType> {
    use DataType::{Date32, Decimal128, Float32, Float64, List, Map, Null, Struct, Timestamp};
    if a == b || (a.equals_datatype(b) && !a.is_nested()) {
        return Some(a.clone());
    }
    match (a, b) {
        (Null, other) | (other, Null) => Some(other.clone()),
        (a, b) if is_integer(a) && is_integer(b) => {
            Some(if a.primitive_width() >= b.primitive_width() { a.clone() } else { b.clone() })
        }
        (Decimal128(..), other) | (other, Decimal128(..))
            if is_integer(other) || matches!(other, Decimal128(..)) =>
        {
            let ((p, s), (q, r)) = (as_decimal(a)?, as_decimal(b)?);
            let (whole, scale) = ((p - s).max(q - r), s.max(r));
            (whole + scale <= MAX_PRECISION).then(|| decimal(whole + scale, scale))
        }
        (Float32, Float64) | (Float64, Float32) => Some(Float64),
        // What a `double` counts exactly; a `bigint` has more digits.
        (Float64, other) | (other, Float64) if is_narrow(other) => Some(Float64),
        (Float32, other) | (other, Float32) if is_narrow(other) => {
            let fits = other.primitive_width() <= Some(2);
            Some(if fits { Float32 } else { Float64 })
        }
        (Timestamp(unit, None), Date32) | (Date32, Timestamp(unit, None)) => {
            Some(Timestamp(*unit, None))
        }
        (Timestamp(x, zone), Timestamp(y, other)) if zone.is_some() == other.is_some() => {
            Some(Timestamp(finer(*x, *y), zone.clone()))
        }
        (List(a), List(b)) => Some(List(wider_field(a, b)?)),
        (Map(a, sorted), Map(b, _)) => {
            let (Struct(a), Struct(b)) = (a.data_type(), b.data_type()) else { return None };
            let ([key, value], [other_key, other_value]) = (&**a, &**b) else { return None };
            // Two keys of one file would be one if they were widened.
            if !key.data_type().equals_datatype(other_key.data_type()) {
                return None;
            }
            let members = vec![Arc::clone(key), wider_field(value, other_value)?];
            let entries = Field::new("entries", Struct(members.into()), false);
            Some(Map(Arc::new(entries), *sorted))
        }
        (Struct(a), Struct(b)) => wider_row(a, b).map(Struct),
        _ => None,
    }
}

/// Whether it is an integer of fewer digits than a `double` has.
fn is_narrow(data_type: &DataType) -> bool {
    is_integer(data_type) && *data_type != DataType::Int64
}

fn wider_field(a: &FieldRef, b: &FieldRef) -> Option<FieldRef> {
    let ty = wider(a.data_type(), b.data_type())?;
    Some(Arc::new(Field::new(a.name(), ty, a.is_nullable() || b.is_nullable())))
}

/// The fields of both rows; those that only one has can be NULL.
fn wider_row(a: &Fields, b: &Fields) -> Option<Fields> {
    let mut fields = Vec::with_capacity(a.len().max(b.len()));
    let mut matched = vec![false; b.len()];
    for field in a {
        fields.push(match find(b, field.name()) {
            Some(i) => {
                matched[i] = true;
                wider_field(field, &b[i])?
            }
            None => Arc::new(field.as_ref().clone().with_nullable(true)),
        });
    }
    for (field, matched) in b.iter().zip(matched) {
        if !matched {
            fields.push(Arc::new(field.as_ref().clone().with_nullable(true)));
        }
    }
    Some(fields.into())
}

/// The number of the field of a name: of exactly this one, or else of the only one that
/// differs in case.
pub(super) fn find(fields: &Fields, name: &str) -> Option<usize> {
    if let Some(i) = fields.iter().position(|field| field.name() == name) {
        return Some(i);
    }
    let mut found = (0..fields.len()).filter(|i| same_name(fields[*i].name(), name));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The same values as those of a type that is [`wider`], or that is another of Arrow's
/// types for the same values.
pub(crate) fn widened(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, ArrowError> {
    if array.data_type() == to {
        return Ok(Arc::clone(array));
    }
    match (array.data_type(), to) {
        (DataType::Dictionary(_, value), _) if value.is_nested() => {
            widened(&cast(array, value)?, to)
        }
        (DataType::Struct(from), DataType::Struct(fields)) => {
            let rows = array.as_struct();
            let column = |field: &FieldRef| match find(from, field.name()) {
                Some(i) => widened(rows.column(i), field.data_type()),
                None => Ok(new_null_array(field.data_type(), rows.len())),
            };
            let columns = fields.iter().map(column).collect::<Result<_, _>>()?;
            let nulls = rows.nulls().cloned();
            Ok(Arc::new(StructArray::try_new(fields.clone(), columns, nulls)?))
        }
        (DataType::Map(..), DataType::Map(entries, sorted)) => {
            let map = array.as_map();
            let pairs = match entries.data_type() {
                DataType::Struct(fields) if fields.len() == 2 => {
                    let columns = vec![
                        widened(map.keys(), fields[0].data_type())?,
                        widened(map.values(), fields[1].data_type())?,
                    ];
                    let nulls = map.entries().nulls().cloned();
                    StructArray::try_new(fields.clone(), columns, nulls)?
                }
                _ => return cast(array, to),
            };
            let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
            Ok(Arc::new(MapArray::try_new(Arc::clone(entries), offsets, pairs, nulls, *sorted)?))
        }
        (from, DataType::List(element)) if let Some(inner) = element_of(from) => {
            // The elements stay as they are, in a list of the one kind.
            let list = cast(array, &DataType::List(Arc::clone(inner)))?;
            let list = list.as_list::<i32>();
            let values = widened(list.values(), element.data_type())?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            Ok(Arc::new(ListArray::try_new(Arc::clone(element), offsets, values, nulls)?))
        }
        _ => cast(array, to),
    }
}

fn element_of(list: &DataType) -> Option<&FieldRef> {
    match list {
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => Some(element),
        _ => None,
    }
}

/// The cast; a value that is not of the type is an error.
fn cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, ArrowError> {
    cast_with_options(array, to, &CastOptions { safe: false, ..CastOptions::default() })
}

#[cfg(test)]
mod tests {
    use lakequery_types::Type;

    use super::*;
    use crate::types::{arrow_type, column_name};

    #[test]
    fn types_grow_without_loss() {
        for (a, b, expected) in [
            ("tinyint", "bigint", Some("bigint")),
            ("integer", "smallint", Some("integer")),
            ("integer", "decimal(5,2)", Some("decimal(12,2)")),
            ("bigint", "decimal(38,20)", None),
            ("bigint", "decimal(38,19)", Some("decimal(38,19)")),
            ("decimal(10,2)", "decimal(9,4)", Some("decimal(12,4)")),
            ("decimal(38,0)", "decimal(38,1)", None),
            ("real", "double", Some("double")),
            ("integer", "double", Some("double")),
            ("smallint", "real", Some("real")),
            ("integer", "real", Some("double")),
            ("bigint", "double", None),
            ("bigint", "real", None),
            ("decimal(5,2)", "double", None),
            ("date", "timestamp(6)", Some("timestamp(6)")),
            ("date", "timestamp(6) with time zone", None),
            ("timestamp(3)", "timestamp(6)", Some("timestamp(6)")),
            ("timestamp(3)", "timestamp(3) with time zone", None),
            ("varchar", "bigint", None),
            ("varchar", "varbinary", None),
            ("boolean", "integer", None),
            ("array(integer)", "array(bigint)", Some("array(bigint)")),
            ("array(integer)", "array(varchar)", None),
            ("map(integer,integer)", "map(integer,double)", Some("map(integer,double)")),
            ("map(integer,integer)", "map(bigint,integer)", None),
            ("row(a integer)", "row(b date, A bigint)", Some("row(\"a\" bigint,\"b\" date)")),
            ("row(a integer)", "row(a varchar)", None),
            (
                "row(a row(x date))",
                "row(a row(y date))",
                Some("row(\"a\" row(\"x\" date,\"y\" date))"),
            ),
            (
                "array(row(a date))",
                "array(row(a timestamp(0)))",
                Some("array(row(\"a\" timestamp(0)))"),
            ),
        ] {
            let [a, b] = [a, b].map(|name| arrow_type(&Type::parse(name).unwrap()).unwrap());
            let met = wider(&a, &b).map(|ty| column_name(&ty).replace(", ", ","));
            assert_eq!(met.as_deref(), expected, "{a} with {b}");
            assert_eq!(wider(&b, &a).is_some(), expected.is_some(), "{b} with {a}");
        }
    }
}
