//! Columns of Arrow types that servers send, as columns of the canonical types: what differs is
//! converted value by value, exactly or not at all.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, IntervalDayTimeType};
use arrow_array::{
    Array, ArrayRef, DurationMillisecondArray, Int64Array, ListArray, MapArray, StructArray,
    new_null_array,
};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{DataType, FieldRef, IntervalUnit, TimeUnit};
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
        (T::Timestamp(from, zone), T::Timestamp(unit, to_zone))
            if zone.is_some() == to_zone.is_some() =>
        {
            counted(array, to, |count| rescaled(count, per_second(*from), per_second(*unit)))
        }
        (T::Duration(from), T::Duration(unit)) => {
            counted(array, to, |count| rescaled(count, per_second(*from), per_second(*unit)))
        }
        (T::Date64, T::Date32) => counted(array, to, |count| rescaled(count, DAY * 1_000, 1)),
        (T::Time32(from) | T::Time64(from), T::Time64(unit)) => counted(array, to, |count| {
            let is_time = (0..DAY * per_second(*from)).contains(&count);
            rescaled(count, per_second(*from), per_second(*unit)).filter(|_| is_time)
        }),
        (T::Interval(IntervalUnit::DayTime), T::Duration(TimeUnit::Millisecond)) => {
            let intervals = array.as_primitive_opt::<IntervalDayTimeType>().ok_or(Unfit::Type)?;
            let millis: DurationMillisecondArray = intervals.unary(|interval| {
                i64::from(interval.days) * DAY * 1_000 + i64::from(interval.milliseconds)
            });
            Ok(Arc::new(millis))
        }
        (T::Dictionary(_, value), to) => convert(&cast(array, value)?, to),
        (from, to) if is_exact(from, to) => cast(array, to),
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
        (T::Timestamp(_, from), T::Timestamp(_, to)) => from.is_some() == to.is_some(),
        (T::Date64, T::Date32)
        | (T::Time32(_) | T::Time64(_), T::Time64(_))
        | (T::Interval(IntervalUnit::DayTime), T::Duration(TimeUnit::Millisecond)) => true,
        (T::Dictionary(_, value), to) => converts(value, to),
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
    use DataType::{
        Binary, BinaryView, Decimal128, FixedSizeBinary, Float16, Float32, Float64, LargeBinary,
        LargeUtf8, Utf8, Utf8View,
    };
    match (from, to) {
        (from, to) if from.is_integer() && to.is_signed_integer() => true,
        (from, Decimal128(..)) if from.is_integer() => true,
        (Decimal128(_, s), Decimal128(_, t)) => t >= s,
        (Float16, Float32 | Float64) | (Float32, Float64) => true,
        (LargeUtf8 | Utf8View, Utf8) => true,
        (LargeBinary | BinaryView | FixedSizeBinary(_), Binary) => true,
        _ => false,
    }
}

/// Arrow's cast, which fails at values that have no place in the other type.
fn cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, Unfit> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, to, &options).map_err(|_| Unfit::Value)
}

/// How many seconds a day has.
const DAY: i64 = 24 * 60 * 60;

const fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// A count of what there are `from` of in some time, as one of what there are `to` of in it;
/// each is a multiple of the other or a part of it.
fn rescaled(count: i64, from: i64, to: i64) -> Option<i64> {
    if to >= from {
        return count.checked_mul(to / from);
    }
    (count % (from / to) == 0).then_some(count / (from / to))
}

/// An array of counts of something, as one of counts of something else.
fn counted(
    array: &ArrayRef,
    to: &DataType,
    convert: impl Fn(i64) -> Option<i64>,
) -> Result<ArrayRef, Unfit> {
    // Arrow casts days and times of 32 bits to numbers of 32 bits only.
    let narrow = |ty: &DataType| matches!(ty, DataType::Time32(_) | DataType::Date32);
    let counts = match narrow(array.data_type()) {
        true => cast(&cast(array, &DataType::Int32)?, &DataType::Int64)?,
        false => cast(array, &DataType::Int64)?,
    };
    let counts = counts.as_primitive_opt::<Int64Type>().ok_or(Unfit::Type)?;
    let counts: Int64Array = counts.try_unary(|count| convert(count).ok_or(Unfit::Value))?;
    match narrow(to) {
        true => cast(&cast(&(Arc::new(counts) as ArrayRef), &DataType::Int32)?, to),
        false => cast(&(Arc::new(counts) as ArrayRef), to),
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::types::{Int8Type, TimestampMillisecondType};
    use arrow_array::{
        Date64Array, Decimal128Array, DictionaryArray, Int32Array, IntervalDayTimeArray,
        Time32MillisecondArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    };
    use arrow_buffer::IntervalDayTime;
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
        let kept = convert(&(Arc::new(instants(1_001_000)) as ArrayRef), &zoned).unwrap();
        assert_eq!((kept.data_type(), kept.null_count()), (&zoned, 1));
        assert_eq!(kept.as_primitive::<TimestampMillisecondType>().value(0), 1_001);
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

    #[test]
    fn dates_and_times_are_kept_or_refused() {
        let millis = |n| Date64Array::from(vec![Some(n), None]);
        assert_eq!(to(millis(-86_400_000), &DataType::Date32).as_deref(), Ok("1969-12-31"));
        assert_eq!(to(millis(86_400_001), &DataType::Date32), Err(Unfit::Value));
        assert_eq!(to(millis(i64::MAX / 86_400_000 * 86_400_000), &DataType::Date32), {
            Err(Unfit::Value)
        });
        let nanos = DataType::Time64(TimeUnit::Nanosecond);
        let times = |n| Time32MillisecondArray::from(vec![Some(n), None]);
        assert_eq!(to(times(86_399_999), &nanos).as_deref(), Ok("23:59:59.999"));
        assert_eq!(to(times(86_400_000), &nanos), Err(Unfit::Value));
        assert_eq!(to(times(-1), &nanos), Err(Unfit::Value));
        let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
        let instants = |n| TimestampMillisecondArray::from(vec![Some(n), None]);
        assert_eq!(to(instants(-1), &micros).as_deref(), Ok("1969-12-31T23:59:59.999"));
        assert_eq!(to(instants(i64::MAX), &micros), Err(Unfit::Value));
        let intervals = IntervalDayTimeArray::from(vec![Some(IntervalDayTime::new(-1, 5)), None]);
        let duration = DataType::Duration(TimeUnit::Millisecond);
        assert_eq!(to(intervals, &duration).as_deref(), Ok("-PT86399.995S"));
        let texts: DictionaryArray<Int8Type> = vec![Some("a"), None].into_iter().collect();
        let array: ArrayRef = Arc::new(texts);
        assert_eq!(convert(&array, &DataType::Utf8).unwrap().as_string::<i32>().value(0), "a");
    }
}
