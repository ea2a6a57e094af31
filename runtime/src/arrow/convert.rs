//! Columns of Arrow types that servers send, as columns of the canonical types: what differs is
//! converted value by value, exactly or not at all.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowTimestampType, DurationMicrosecondType, DurationMillisecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, ListArray, MapArray, PrimitiveArray, StructArray,
    new_null_array,
};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{DataType, FieldRef, TimeUnit};
use lakequery_types::same_name;

use super::schema::UNNAMED;

/// Why a column can't be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// No value of its type is of the other one.
    Type,
    /// One of its values has no place in the other type.
    Value,
}

/// The array, as one of a canonical type.
pub(crate) fn convert(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, Unfit> {
    use DataType as T;
    match (array.data_type(), to) {
        (from, to) if from == to => Ok(Arc::clone(array)),
        (T::Null, to) => Ok(new_null_array(to, array.len())),
        (T::Timestamp(TimeUnit::Microsecond, from), T::Timestamp(unit, zone))
            if from.is_some() == zone.is_some() =>
        {
            let zone = zone.clone();
            match unit {
                TimeUnit::Second => {
                    timestamp::<TimestampSecondType>(array, zone, coarser::<1_000_000>)
                }
                TimeUnit::Millisecond => {
                    timestamp::<TimestampMillisecondType>(array, zone, coarser::<1_000>)
                }
                TimeUnit::Microsecond => timestamp::<TimestampMicrosecondType>(array, zone, Some),
                TimeUnit::Nanosecond => {
                    timestamp::<TimestampNanosecondType>(array, zone, |n| n.checked_mul(1_000))
                }
            }
        }
        (T::Duration(TimeUnit::Microsecond), T::Duration(TimeUnit::Millisecond)) => {
            let from = array.as_primitive_opt::<DurationMicrosecondType>().ok_or(Unfit::Type)?;
            let to: PrimitiveArray<DurationMillisecondType> = each(from, coarser::<1_000>)?;
            Ok(Arc::new(to))
        }
        (from, to) if is_exact(from, to) => {
            let options = CastOptions { safe: false, ..CastOptions::default() };
            cast_with_options(array, to, &options).map_err(|_| Unfit::Value)
        }
        (T::List(_), T::List(element)) => {
            let list = array.as_list::<i32>();
            let values = convert(list.values(), element.data_type())?;
            let nulls = list.nulls().cloned();
            ListArray::try_new(Arc::clone(element), list.offsets().clone(), values, nulls)
                .map(|list| Arc::new(list) as ArrayRef)
                .map_err(|_| Unfit::Type)
        }
        (T::Map(..), T::Map(entries, sorted)) => {
            let T::Struct(fields) = entries.data_type() else { return Err(Unfit::Type) };
            let map = array.as_map();
            let columns = [map.keys(), map.values()].into_iter().zip(fields);
            let columns = columns.map(|(array, field)| convert(array, field.data_type()));
            let columns = columns.collect::<Result<Vec<_>, _>>()?;
            StructArray::try_new(fields.clone(), columns, None)
                .and_then(|values| {
                    let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
                    MapArray::try_new(Arc::clone(entries), offsets, values, nulls, *sorted)
                })
                .map(|map| Arc::new(map) as ArrayRef)
                .map_err(|_| Unfit::Type)
        }
        (T::Struct(from), T::Struct(fields)) if from.len() == fields.len() => {
            members(array.as_struct(), fields.iter())
                .and_then(|columns| {
                    let nulls = array.nulls().cloned();
                    let length = array.len();
                    StructArray::try_new_with_length(fields.clone(), columns, nulls, length)
                        .map_err(|_| Unfit::Type)
                })
                .map(|row| Arc::new(row) as ArrayRef)
        }
        _ => Err(Unfit::Type),
    }
}

/// Whether values of one type can be values of the other, if they have a place in it.
pub(crate) fn converts(from: &DataType, to: &DataType) -> bool {
    use DataType as T;
    match (from, to) {
        (from, to) if from == to => true,
        (T::Null, _) => true,
        (T::Timestamp(TimeUnit::Microsecond, from), T::Timestamp(_, to)) => {
            from.is_some() == to.is_some()
        }
        (T::List(from), T::List(to)) => converts(from.data_type(), to.data_type()),
        (T::Map(from, _), T::Map(to, _)) => converts(from.data_type(), to.data_type()),
        (T::Struct(from), T::Struct(to)) => {
            let same = |(from, to): (&FieldRef, &FieldRef)| {
                let named = same_name(from.name(), to.name()) || to.name().starts_with(UNNAMED);
                named && converts(from.data_type(), to.data_type())
            };
            from.len() == to.len() && from.iter().zip(to).all(same)
        }
        (from, to) => is_exact(from, to),
    }
}

fn members<'a>(
    row: &StructArray,
    fields: impl Iterator<Item = &'a FieldRef>,
) -> Result<Vec<ArrayRef>, Unfit> {
    row.columns().iter().zip(fields).map(|(array, to)| convert(array, to.data_type())).collect()
}

/// Whether Arrow's cast keeps each value as it is, or fails.
fn is_exact(from: &DataType, to: &DataType) -> bool {
    use DataType::{Decimal128, Float32, Float64};
    match (from, to) {
        (from, to) if from.is_signed_integer() && to.is_signed_integer() => true,
        (from, Decimal128(..)) if from.is_signed_integer() => true,
        (Decimal128(_, s), Decimal128(_, t)) => t >= s,
        (Float32, Float64) => true,
        _ => false,
    }
}

/// A count of microseconds in a unit of so many of them.
fn coarser<const MICROS: i64>(count: i64) -> Option<i64> {
    (count % MICROS == 0).then_some(count / MICROS)
}

fn timestamp<T: ArrowTimestampType>(
    array: &ArrayRef,
    zone: Option<Arc<str>>,
    convert: impl Fn(i64) -> Option<i64>,
) -> Result<ArrayRef, Unfit> {
    let from = array.as_primitive_opt::<TimestampMicrosecondType>().ok_or(Unfit::Type)?;
    let to: PrimitiveArray<T> = each(from, convert)?;
    Ok(Arc::new(to.with_timezone_opt(zone)))
}

fn each<F: ArrowPrimitiveType, T: ArrowPrimitiveType>(
    from: &PrimitiveArray<F>,
    convert: impl Fn(F::Native) -> Option<T::Native>,
) -> Result<PrimitiveArray<T>, Unfit> {
    from.try_unary(|value| convert(value).ok_or(Unfit::Value))
}

#[cfg(test)]
mod tests {
    use arrow_array::{Decimal128Array, Int32Array, TimestampMicrosecondArray};
    use arrow_cast::display::array_value_to_string;

    use super::*;

    fn to(array: impl Array + 'static, to: &DataType) -> Result<String, Unfit> {
        let array: ArrayRef = Arc::new(array);
        let converted = convert(&array, to)?;
        assert_eq!(converted.data_type(), to);
        assert_eq!(converted.nulls(), array.nulls());
        Ok(array_value_to_string(&converted, 0).unwrap())
    }

    #[test]
    fn values_are_kept_or_refused() {
        let zoned = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
        let instants = |micros| {
            TimestampMicrosecondArray::from(vec![Some(micros), None]).with_timezone("Etc/UTC")
        };
        assert!(to(instants(1_001_000), &zoned).unwrap().contains("1970-01-01T00:00:01.001"));
        assert_eq!(to(instants(1_001_001), &zoned), Err(Unfit::Value));
        let bare = DataType::Timestamp(TimeUnit::Millisecond, None);
        assert_eq!(to(instants(0), &bare), Err(Unfit::Type));
        let nanos = DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()));
        assert_eq!(to(instants(i64::MAX), &nanos), Err(Unfit::Value));
        let integers = || Int32Array::from(vec![Some(200), None]);
        assert_eq!(to(integers(), &DataType::Int64).as_deref(), Ok("200"));
        assert_eq!(to(integers(), &DataType::Int8), Err(Unfit::Value));
        assert_eq!(to(integers(), &DataType::Decimal128(5, 2)).as_deref(), Ok("200.00"));
        assert_eq!(to(integers(), &DataType::Decimal128(4, 2)), Err(Unfit::Value));
        assert_eq!(to(integers(), &DataType::Utf8), Err(Unfit::Type));
        let decimals = || {
            let array = Decimal128Array::from(vec![Some(1_234), None]);
            array.with_precision_and_scale(10, 2).unwrap()
        };
        assert_eq!(to(decimals(), &DataType::Decimal128(12, 4)).as_deref(), Ok("12.3400"));
        assert_eq!(to(decimals(), &DataType::Decimal128(12, 1)), Err(Unfit::Type));
    }
}
