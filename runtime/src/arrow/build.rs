//! [`ArrayBuilder`]: the Arrow array of a column under construction, of any type of lake
//! SQL and nested to any depth. Whatever the engine, its values end up here.

use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder as _, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder,
    DurationMillisecondBuilder, Float32Builder, Float64Builder, Int8Builder, Int16Builder,
    Int32Builder, Int64Builder, IntervalYearMonthBuilder, NullBufferBuilder, StringBuilder,
    Time64NanosecondBuilder,
};
use arrow_array::types::{
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{ArrayRef, ListArray, MapArray, NullArray, PrimitiveArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, FieldRef, Fields, TimeUnit};
use lakequery_types::Type;

use super::scalar::{Fault, Result, Scalar};
use super::schema::{canonical, time_unit};
use super::text;
use crate::budget::{Budget, cost};

/// An array under construction. The memory of a value is charged to a budget where its
/// row begins, or the element that it is in: with all its fields, so that NULL needs no
/// charge of its own.
///
/// Protocols whose values have one width append them to the builders in here, column by
/// column; all others use [`append`](ArrayBuilder::append).
pub(crate) enum ArrayBuilder {
    Null(usize),
    Boolean(BooleanBuilder),
    TinyInt(Int8Builder),
    SmallInt(Int16Builder),
    Integer(Int32Builder),
    BigInt(Int64Builder),
    Real(Float32Builder),
    Double(Float64Builder),
    Decimal { values: Decimal128Builder, precision: u8, scale: u8 },
    Text(StringBuilder),
    Bytes(BinaryBuilder),
    Date(Date32Builder),
    Time { values: Time64NanosecondBuilder, precision: u8 },
    Timestamp { values: Int64Builder, precision: u8, zone: bool },
    Months(IntervalYearMonthBuilder),
    Milliseconds(DurationMillisecondBuilder),
    List(Box<ListBuilder>),
    Map(Box<MapBuilder>),
    Row(RowBuilder),
}

impl ArrayBuilder {
    /// An empty array for values of the type, with room for so many; `None` where the type
    /// has no Arrow type. A server can name many columns in few bytes: room is for values
    /// that have come.
    pub(crate) fn new(ty: &Type, capacity: usize) -> Option<ArrayBuilder> {
        ArrayBuilder::of(ty, &canonical(ty)?, capacity)
    }

    fn of(ty: &Type, arrow: &DataType, capacity: usize) -> Option<ArrayBuilder> {
        use DataType as A;
        Some(match (arrow, ty) {
            (A::Null, _) => ArrayBuilder::Null(0),
            (A::Boolean, _) => ArrayBuilder::Boolean(BooleanBuilder::with_capacity(capacity)),
            (A::Int8, _) => ArrayBuilder::TinyInt(Int8Builder::with_capacity(capacity)),
            (A::Int16, _) => ArrayBuilder::SmallInt(Int16Builder::with_capacity(capacity)),
            (A::Int32, _) => ArrayBuilder::Integer(Int32Builder::with_capacity(capacity)),
            (A::Int64, _) => ArrayBuilder::BigInt(Int64Builder::with_capacity(capacity)),
            (A::Float32, _) => ArrayBuilder::Real(Float32Builder::with_capacity(capacity)),
            (A::Float64, _) => ArrayBuilder::Double(Float64Builder::with_capacity(capacity)),
            (arrow @ A::Decimal128(..), &Type::Decimal { precision, scale }) => {
                let values = Decimal128Builder::with_capacity(capacity);
                ArrayBuilder::Decimal {
                    values: values.with_data_type(arrow.clone()),
                    precision,
                    scale,
                }
            }
            (A::Utf8, _) => ArrayBuilder::Text(StringBuilder::with_capacity(capacity, 0)),
            (A::Binary, _) => ArrayBuilder::Bytes(BinaryBuilder::with_capacity(capacity, 0)),
            (A::Date32, _) => ArrayBuilder::Date(Date32Builder::with_capacity(capacity)),
            (A::Time64(_), &Type::Time(precision)) => ArrayBuilder::Time {
                values: Time64NanosecondBuilder::with_capacity(capacity),
                precision,
            },
            (
                A::Timestamp(_, zone),
                &(Type::Timestamp(precision) | Type::TimestampTz(precision)),
            ) => ArrayBuilder::Timestamp {
                values: Int64Builder::with_capacity(capacity),
                precision,
                zone: zone.is_some(),
            },
            (A::Interval(_), _) => {
                ArrayBuilder::Months(IntervalYearMonthBuilder::with_capacity(capacity))
            }
            (A::Duration(_), _) => {
                ArrayBuilder::Milliseconds(DurationMillisecondBuilder::with_capacity(capacity))
            }
            (A::List(field), Type::Array(element)) => {
                let element = ArrayBuilder::of(&element.ty, field.data_type(), 0)?;
                let (field, ends) = (Arc::clone(field), Ends::with_capacity(capacity));
                let cost = cost(field.data_type());
                ArrayBuilder::List(Box::new(ListBuilder { element, field, ends, cost }))
            }
            (A::Map(field, _), Type::Map(key, value)) => {
                let A::Struct(members) = field.data_type() else { return None };
                let [of_keys, of_values] = &members[..] else { return None };
                ArrayBuilder::Map(Box::new(MapBuilder {
                    keys: ArrayBuilder::of(key, of_keys.data_type(), 0)?,
                    values: ArrayBuilder::of(&value.ty, of_values.data_type(), 0)?,
                    cost: cost(field.data_type()),
                    field: Arc::clone(field),
                    ends: Ends::with_capacity(capacity),
                }))
            }
            (A::Struct(fields), Type::Row(types)) => {
                let member = |(field, arrow): (&lakequery_types::Field, &FieldRef)| {
                    ArrayBuilder::of(&field.ty, arrow.data_type(), capacity)
                };
                ArrayBuilder::Row(RowBuilder {
                    members: types.iter().zip(fields).map(member).collect::<Option<_>>()?,
                    fields: fields.clone(),
                    nulls: NullBufferBuilder::new(capacity),
                })
            }
            _ => return None,
        })
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            ArrayBuilder::Null(len) => *len,
            ArrayBuilder::Boolean(values) => values.len(),
            ArrayBuilder::TinyInt(values) => values.len(),
            ArrayBuilder::SmallInt(values) => values.len(),
            ArrayBuilder::Integer(values) => values.len(),
            ArrayBuilder::BigInt(values) | ArrayBuilder::Timestamp { values, .. } => values.len(),
            ArrayBuilder::Real(values) => values.len(),
            ArrayBuilder::Double(values) => values.len(),
            ArrayBuilder::Decimal { values, .. } => values.len(),
            ArrayBuilder::Text(values) => values.len(),
            ArrayBuilder::Bytes(values) => values.len(),
            ArrayBuilder::Date(values) => values.len(),
            ArrayBuilder::Time { values, .. } => values.len(),
            ArrayBuilder::Months(values) => values.len(),
            ArrayBuilder::Milliseconds(values) => values.len(),
            ArrayBuilder::List(lists) => lists.ends.nulls.len(),
            ArrayBuilder::Map(maps) => maps.ends.nulls.len(),
            ArrayBuilder::Row(rows) => rows.nulls.len(),
        }
    }

    /// Appends NULL.
    pub(crate) fn append_null(&mut self) {
        match self {
            ArrayBuilder::Null(len) => *len += 1,
            ArrayBuilder::Boolean(values) => values.append_null(),
            ArrayBuilder::TinyInt(values) => values.append_null(),
            ArrayBuilder::SmallInt(values) => values.append_null(),
            ArrayBuilder::Integer(values) => values.append_null(),
            ArrayBuilder::BigInt(values) | ArrayBuilder::Timestamp { values, .. } => {
                values.append_null();
            }
            ArrayBuilder::Real(values) => values.append_null(),
            ArrayBuilder::Double(values) => values.append_null(),
            ArrayBuilder::Decimal { values, .. } => values.append_null(),
            ArrayBuilder::Text(values) => values.append_null(),
            ArrayBuilder::Bytes(values) => values.append_null(),
            ArrayBuilder::Date(values) => values.append_null(),
            ArrayBuilder::Time { values, .. } => values.append_null(),
            ArrayBuilder::Months(values) => values.append_null(),
            ArrayBuilder::Milliseconds(values) => values.append_null(),
            ArrayBuilder::List(lists) => lists.append_null(),
            ArrayBuilder::Map(maps) => maps.append_null(),
            ArrayBuilder::Row(rows) => rows.append_null(),
        }
    }

    /// Appends a value that is not nested, where it is of the type and the type holds it
    /// exactly. After a fault the array is of no use any more.
    // Where this is called it is known which kind of scalar comes: nothing is left of the rest.
    #[inline(always)]
    pub(crate) fn append(&mut self, value: Scalar<'_>) -> Result<()> {
        match self {
            ArrayBuilder::Boolean(values) => match value {
                Scalar::Bool(value) => values.append_value(value),
                _ => return Err(Fault::NotOfType),
            },
            ArrayBuilder::TinyInt(values) => values.append_value(integer(value)?),
            ArrayBuilder::SmallInt(values) => values.append_value(integer(value)?),
            ArrayBuilder::Integer(values) => values.append_value(integer(value)?),
            ArrayBuilder::BigInt(values) => values.append_value(integer(value)?),
            ArrayBuilder::Real(values) => values.append_value(match value {
                // The digits of a `real` were read as a `double` on the way: the nearest
                // `real` is the one that was written.
                Scalar::Float(value) => {
                    let nearest = value as f32;
                    if nearest.is_finite() != value.is_finite() {
                        return Err(Fault::NotOfType);
                    }
                    nearest
                }
                value => parsed(value)?,
            }),
            ArrayBuilder::Double(values) => values.append_value(match value {
                Scalar::Float(value) => value,
                value => parsed(value)?,
            }),
            ArrayBuilder::Decimal { values, precision, scale } => {
                let (precision, scale) = (*precision, *scale);
                values.append_value(decimal(value, precision, scale).ok_or(Fault::NotOfType)?);
            }
            ArrayBuilder::Text(values) => match value {
                Scalar::Text(text) => {
                    append_str(values, std::str::from_utf8(text).map_err(|_| Fault::NotUtf8)?)?;
                }
                _ => return Err(Fault::NotOfType),
            },
            ArrayBuilder::Bytes(values) => match value {
                Scalar::Bytes(bytes) => append_bytes(values, bytes)?,
                _ => return Err(Fault::NotOfType),
            },
            ArrayBuilder::Date(values) => values.append_value(written(value, text::date)?),
            ArrayBuilder::Time { values, precision } => {
                let count = |time: text::Instant| time.nanoseconds(*precision);
                let count = written(value, |text| text::time(text).and_then(count))?;
                values.append_value(count);
            }
            ArrayBuilder::Timestamp { values, precision, zone } => {
                let instant = match value {
                    Scalar::Instant(instant) => instant,
                    value if !*zone => written(value, text::timestamp)?,
                    _ => return Err(Fault::NotOfType),
                };
                values.append_value(instant.count(*precision).ok_or(Fault::OutOfRange)?);
            }
            ArrayBuilder::Months(values) => {
                values.append_value(written(value, text::year_to_month)?);
            }
            ArrayBuilder::Milliseconds(values) => {
                values.append_value(written(value, text::day_to_second)?);
            }
            ArrayBuilder::Null(_)
            | ArrayBuilder::List(_)
            | ArrayBuilder::Map(_)
            | ArrayBuilder::Row(_) => return Err(Fault::NotOfType),
        }
        Ok(())
    }

    /// The finished array; the builder is empty again.
    pub(crate) fn finish(&mut self) -> std::result::Result<ArrayRef, ArrowError> {
        Ok(match self {
            ArrayBuilder::Null(len) => Arc::new(NullArray::new(std::mem::take(len))),
            ArrayBuilder::Boolean(values) => Arc::new(values.finish()),
            ArrayBuilder::TinyInt(values) => Arc::new(values.finish()),
            ArrayBuilder::SmallInt(values) => Arc::new(values.finish()),
            ArrayBuilder::Integer(values) => Arc::new(values.finish()),
            ArrayBuilder::BigInt(values) => Arc::new(values.finish()),
            ArrayBuilder::Real(values) => Arc::new(values.finish()),
            ArrayBuilder::Double(values) => Arc::new(values.finish()),
            ArrayBuilder::Decimal { values, .. } => Arc::new(values.finish()),
            ArrayBuilder::Text(values) => Arc::new(values.finish()),
            ArrayBuilder::Bytes(values) => Arc::new(values.finish()),
            ArrayBuilder::Date(values) => Arc::new(values.finish()),
            ArrayBuilder::Time { values, .. } => Arc::new(values.finish()),
            ArrayBuilder::Months(values) => Arc::new(values.finish()),
            ArrayBuilder::Milliseconds(values) => Arc::new(values.finish()),
            ArrayBuilder::Timestamp { values, precision, zone } => {
                let (_, values, nulls) = values.finish().into_parts();
                macro_rules! array {
                    ($ty:ident) => {{
                        let array = PrimitiveArray::<$ty>::try_new(values, nulls)?;
                        Arc::new(if *zone { array.with_timezone("UTC") } else { array })
                    }};
                }
                match time_unit(*precision) {
                    TimeUnit::Second => array!(TimestampSecondType),
                    TimeUnit::Millisecond => array!(TimestampMillisecondType),
                    TimeUnit::Microsecond => array!(TimestampMicrosecondType),
                    TimeUnit::Nanosecond => array!(TimestampNanosecondType),
                }
            }
            ArrayBuilder::List(lists) => {
                let ListBuilder { element, field, ends, .. } = &mut **lists;
                let (ends, nulls) = ends.finish();
                Arc::new(ListArray::try_new(Arc::clone(field), ends, element.finish()?, nulls)?)
            }
            ArrayBuilder::Map(maps) => {
                let MapBuilder { keys, values, field, ends, .. } = &mut **maps;
                let (ends, nulls) = ends.finish();
                let DataType::Struct(members) = field.data_type() else {
                    return Err(ArrowError::SchemaError("a map without entries".into()));
                };
                let entries = vec![keys.finish()?, values.finish()?];
                let entries = StructArray::try_new(members.clone(), entries, None)?;
                Arc::new(MapArray::try_new(Arc::clone(field), ends, entries, nulls, false)?)
            }
            ArrayBuilder::Row(RowBuilder { members, fields, nulls }) => {
                let len = nulls.len();
                let nulls = nulls.finish();
                let arrays = members
                    .iter_mut()
                    .map(ArrayBuilder::finish)
                    .collect::<std::result::Result<_, _>>()?;
                Arc::new(StructArray::try_new_with_length(fields.clone(), arrays, nulls, len)?)
            }
        })
    }
}

/// Lists under construction.
pub(crate) struct ListBuilder {
    element: ArrayBuilder,
    field: FieldRef,
    ends: Ends,
    /// What an element takes.
    cost: usize,
}

impl ListBuilder {
    /// Where the next so many elements of a list are appended.
    #[inline]
    pub(crate) fn elements(
        &mut self,
        count: usize,
        budget: &mut Budget,
    ) -> Result<&mut ArrayBuilder> {
        budget.charge(count, self.cost)?;
        Ok(&mut self.element)
    }

    /// Ends a list behind the elements that there are.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.ends.push(self.element.len())
    }

    /// Appends NULL instead of a list.
    pub(crate) fn append_null(&mut self) {
        self.ends.append_null();
    }
}

/// Maps under construction.
pub(crate) struct MapBuilder {
    keys: ArrayBuilder,
    values: ArrayBuilder,
    field: FieldRef,
    ends: Ends,
    /// What an entry takes.
    cost: usize,
}

impl MapBuilder {
    /// Where the keys and the values of the next so many entries of a map are appended.
    #[inline]
    pub(crate) fn entries(
        &mut self,
        count: usize,
        budget: &mut Budget,
    ) -> Result<(&mut ArrayBuilder, &mut ArrayBuilder)> {
        budget.charge(count, self.cost)?;
        Ok((&mut self.keys, &mut self.values))
    }

    /// Ends a map behind the entries that there are.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.ends.push(self.keys.len())
    }

    /// Appends NULL instead of a map.
    pub(crate) fn append_null(&mut self) {
        self.ends.append_null();
    }
}

/// Rows under construction.
pub(crate) struct RowBuilder {
    pub(crate) members: Vec<ArrayBuilder>,
    pub(crate) fields: Fields,
    nulls: NullBufferBuilder,
}

impl RowBuilder {
    /// How many rows there are, all of whose fields are there.
    #[cfg(feature = "spark")]
    pub(crate) fn len(&self) -> usize {
        self.nulls.len()
    }

    /// Ends a row, each of whose fields has been appended.
    pub(crate) fn end(&mut self) {
        self.nulls.append_non_null();
    }

    /// Appends NULL instead of a row.
    pub(crate) fn append_null(&mut self) {
        self.members.iter_mut().for_each(ArrayBuilder::append_null);
        self.nulls.append_null();
    }
}

/// Where lists or maps end, and which of them are NULL.
struct Ends {
    ends: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl Ends {
    fn with_capacity(capacity: usize) -> Ends {
        let mut ends = Vec::with_capacity(capacity + 1);
        ends.push(0);
        Ends { ends, nulls: NullBufferBuilder::new(capacity) }
    }

    fn push(&mut self, end: usize) -> Result<()> {
        self.ends.push(i32::try_from(end).map_err(|_| Fault::OutOfRange)?);
        self.nulls.append_non_null();
        Ok(())
    }

    fn append_null(&mut self) {
        self.ends.push(self.ends.last().copied().unwrap_or_default());
        self.nulls.append_null();
    }

    fn finish(&mut self) -> (OffsetBuffer<i32>, Option<NullBuffer>) {
        let ends = std::mem::replace(&mut self.ends, vec![0]);
        (OffsetBuffer::new(ends.into()), self.nulls.finish())
    }
}

/// Appends a text, where an array has room for it.
#[inline]
pub(crate) fn append_str(values: &mut StringBuilder, text: &str) -> Result<()> {
    room(values.values_slice().len(), text.len())?;
    values.append_value(text);
    Ok(())
}

/// Appends bytes, where an array has room for them.
#[inline]
pub(crate) fn append_bytes(values: &mut BinaryBuilder, bytes: &[u8]) -> Result<()> {
    room(values.values_slice().len(), bytes.len())?;
    values.append_value(bytes);
    Ok(())
}

/// Arrow counts the bytes of an array in 31 bits.
#[inline]
fn room(held: usize, more: usize) -> Result<()> {
    const MOST: usize = i32::MAX as usize;
    if held.saturating_add(more) > MOST { Err(Fault::OutOfRange) } else { Ok(()) }
}

fn integer<T: TryFrom<i64> + std::str::FromStr>(value: Scalar<'_>) -> Result<T> {
    match value {
        Scalar::Int(value) => value.try_into().map_err(|_| Fault::NotOfType),
        Scalar::Number(text) => text.parse().map_err(|_| Fault::NotOfType),
        _ => Err(Fault::NotOfType),
    }
}

/// A floating-point number that was written.
fn parsed<T: std::str::FromStr>(value: Scalar<'_>) -> Result<T> {
    let text = match value {
        Scalar::Number(text) => text,
        Scalar::Text(text) => std::str::from_utf8(text).map_err(|_| Fault::NotOfType)?,
        _ => return Err(Fault::NotOfType),
    };
    text.parse().map_err(|_| Fault::NotOfType)
}

fn decimal(value: Scalar<'_>, precision: u8, scale: u8) -> Option<i128> {
    match value {
        Scalar::Int(value) => {
            let unscaled = i128::from(value).checked_mul(10i128.checked_pow(scale.into())?)?;
            (unscaled.unsigned_abs() < 10u128.checked_pow(precision.into())?).then_some(unscaled)
        }
        Scalar::Text(text) => text::decimal(text, precision, scale),
        Scalar::Number(text) => text::decimal(text.as_bytes(), precision, scale),
        _ => None,
    }
}

/// A value that came as a text.
#[inline]
fn written<T>(value: Scalar<'_>, read: impl FnOnce(&[u8]) -> Option<T>) -> Result<T> {
    match value {
        Scalar::Text(text) => read(text).ok_or(Fault::OutOfRange),
        _ => Err(Fault::NotOfType),
    }
}

#[cfg(test)]
mod tests;
