//! Building the Arrow array of a column, of any type and nested to any depth,
//! from the values that Spark sends one by one.

use std::sync::Arc;

use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, DurationMillisecondType, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, IntervalYearMonthType,
    Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, ListArray, MapArray, NullArray, PrimitiveArray,
    StringArray, StructArray,
};
use arrow_buffer::{BooleanBufferBuilder, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use lakequery_types::{Type, same_name};

use super::json::{Json, Token};
use super::text;
use crate::budget::{Budget, cost};
use crate::schema::canonical;

/// A value as it came.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scalar<'a> {
    Bool(bool),
    Int(i64),
    Float(f64),
    /// A number's text, in JSON.
    Number(&'a [u8]),
    Text(&'a [u8]),
    Bytes(&'a [u8]),
}

/// An array being built. The memory of a value is charged to a budget with its row
/// or the element that it is in: with all its fields, NULL or not.
pub(super) struct Build {
    ty: Type,
    arrow: DataType,
    /// What a value takes.
    cost: usize,
    nulls: NullBufferBuilder,
    store: Store,
}

/// The values, as Arrow keeps them.
enum Store {
    Nothing,
    Bool(BooleanBufferBuilder),
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    I128(Vec<i128>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    Bytes { offsets: Vec<i32>, data: Vec<u8> },
    List { offsets: Vec<i32>, element: Box<Build> },
    Map { offsets: Vec<i32>, entries: Box<(Build, Build)> },
    Row { fields: Vec<(String, Build)> },
}

impl Build {
    /// Begins an array for values of the type; `None` where it has no Arrow type.
    pub(super) fn new(ty: &Type, capacity: usize) -> Option<Build> {
        let arrow = canonical(ty)?;
        let offsets = || {
            let mut offsets = Vec::with_capacity(capacity + 1);
            offsets.push(0);
            offsets
        };
        let store = match (ty, &arrow) {
            (Type::Array(element), _) => {
                Store::List { offsets: offsets(), element: Box::new(Build::new(&element.ty, 0)?) }
            }
            (Type::Map(key, value), _) => Store::Map {
                offsets: offsets(),
                entries: Box::new((Build::new(key, 0)?, Build::new(&value.ty, 0)?)),
            },
            (Type::Row(types), DataType::Struct(members)) => Store::Row {
                fields: types
                    .iter()
                    .zip(members)
                    .map(|(field, member)| {
                        Some((member.name().clone(), Build::new(&field.ty, capacity)?))
                    })
                    .collect::<Option<_>>()?,
            },
            (_, DataType::Null) => Store::Nothing,
            (_, DataType::Boolean) => Store::Bool(BooleanBufferBuilder::new(capacity)),
            (_, DataType::Int8) => Store::I8(Vec::with_capacity(capacity)),
            (_, DataType::Int16) => Store::I16(Vec::with_capacity(capacity)),
            (_, DataType::Int32 | DataType::Date32 | DataType::Interval(_)) => {
                Store::I32(Vec::with_capacity(capacity))
            }
            (
                _,
                DataType::Int64
                | DataType::Timestamp(..)
                | DataType::Time64(_)
                | DataType::Duration(_),
            ) => Store::I64(Vec::with_capacity(capacity)),
            (_, DataType::Decimal128(..)) => Store::I128(Vec::with_capacity(capacity)),
            (_, DataType::Float32) => Store::F32(Vec::with_capacity(capacity)),
            (_, DataType::Float64) => Store::F64(Vec::with_capacity(capacity)),
            (_, DataType::Utf8 | DataType::Binary) => {
                Store::Bytes { offsets: offsets(), data: Vec::new() }
            }
            _ => return None,
        };
        let (ty, cost) = (ty.clone(), cost(&arrow));
        Some(Build { ty, arrow, cost, nulls: NullBufferBuilder::new(capacity), store })
    }

    /// Adds a NULL.
    pub(super) fn null(&mut self) {
        self.nulls.append_null();
        let again = |offsets: &mut Vec<i32>| offsets.push(offsets.last().copied().unwrap_or(0));
        match &mut self.store {
            Store::Nothing => {}
            Store::Bool(values) => values.append(false),
            Store::I8(values) => values.push(0),
            Store::I16(values) => values.push(0),
            Store::I32(values) => values.push(0),
            Store::I64(values) => values.push(0),
            Store::I128(values) => values.push(0),
            Store::F32(values) => values.push(0.0),
            Store::F64(values) => values.push(0.0),
            Store::Bytes { offsets, .. }
            | Store::List { offsets, .. }
            | Store::Map { offsets, .. } => again(offsets),
            Store::Row { fields } => fields.iter_mut().for_each(|(_, field)| field.null()),
        }
    }

    /// Adds a value; `None` where it is not of the type, or does not fit it
    /// without loss, or the budget is spent. The array is of no use then.
    pub(super) fn push(&mut self, value: Scalar<'_>, budget: &mut Budget) -> Option<()> {
        match &mut self.store {
            Store::Nothing => return None,
            Store::Bool(values) => match value {
                Scalar::Bool(value) => values.append(value),
                _ => return None,
            },
            Store::I8(values) => values.push(integer(value)?.try_into().ok()?),
            Store::I16(values) => values.push(integer(value)?.try_into().ok()?),
            Store::I32(values) => values.push(match (&self.ty, value) {
                (Type::Date, Scalar::Text(text)) => text::date(text)?,
                (Type::IntervalYearToMonth, Scalar::Text(text)) => text::months(text)?,
                (Type::Integer, value) => integer(value)?.try_into().ok()?,
                _ => return None,
            }),
            Store::I64(values) => values.push(match (&self.ty, value) {
                (Type::Time(precision), Scalar::Text(text)) => {
                    digits(text::time(text)?, *precision, 9)?
                }
                (Type::Timestamp(precision), Scalar::Text(text)) => {
                    let (micros, None) = text::timestamp(text)? else { return None };
                    instant(micros, *precision)?
                }
                (Type::TimestampTz(precision), Scalar::Text(text)) => {
                    let (micros, offset) = text::timestamp(text)?;
                    let ahead = offset.unwrap_or(0) * 60_000_000;
                    instant(micros.checked_sub(ahead)?, *precision)?
                }
                (Type::TimestampTz(precision), value) => instant(integer(value)?, *precision)?,
                (Type::IntervalDayToSecond, Scalar::Text(text)) => {
                    let micros = text::microseconds(text)?;
                    (micros % 1_000 == 0).then_some(micros / 1_000)?
                }
                (Type::BigInt, value) => integer(value)?,
                _ => return None,
            }),
            Store::I128(values) => {
                let Type::Decimal { precision, scale } = self.ty else { return None };
                let number = match value {
                    Scalar::Int(value) => {
                        text::decimal(value.to_string().as_bytes(), precision, scale)
                    }
                    Scalar::Text(text) | Scalar::Number(text) => {
                        text::decimal(text, precision, scale)
                    }
                    _ => None,
                };
                values.push(number?);
            }
            Store::F32(values) => values.push(match value {
                Scalar::Float(value) => {
                    // Spark writes a real's digits and reads those as a double:
                    // it is the real nearest to that.
                    #[expect(clippy::cast_possible_truncation, reason = "the nearest is wanted")]
                    let nearest = value as f32;
                    (nearest.is_finite() == value.is_finite()).then_some(nearest)?
                }
                Scalar::Text(text) | Scalar::Number(text) => text::float(text)?,
                _ => return None,
            }),
            Store::F64(values) => values.push(match value {
                Scalar::Float(value) => value,
                Scalar::Text(text) | Scalar::Number(text) => text::float(text)?,
                _ => return None,
            }),
            Store::Bytes { offsets, data } => {
                match (&self.arrow, value) {
                    (DataType::Binary, Scalar::Bytes(bytes))
                    | (DataType::Utf8, Scalar::Text(bytes)) => data.extend_from_slice(bytes),
                    (DataType::Binary, Scalar::Text(text)) => unhex(text, data)?,
                    _ => return None,
                }
                offsets.push(i32::try_from(data.len()).ok()?);
            }
            Store::List { .. } | Store::Map { .. } | Store::Row { .. } => {
                let Scalar::Text(text) = value else { return None };
                let mut json = Json::new(text);
                self.json(&mut json, &mut Vec::new(), budget)?;
                return json.ended().then_some(());
            }
        }
        self.nulls.append_non_null();
        Some(())
    }

    /// Adds the value that stands next in a JSON text. The depth is that of the type.
    fn json(
        &mut self,
        json: &mut Json<'_>,
        buffer: &mut Vec<u8>,
        budget: &mut Budget,
    ) -> Option<()> {
        let token = json.token(buffer)?;
        match (&mut self.store, token) {
            (_, Token::Null) => {
                self.null();
                return Some(());
            }
            (Store::List { offsets, element }, Token::Array) => {
                let mut first = true;
                while json.more(first)? {
                    budget.charge(1, element.cost).ok()?;
                    element.json(json, buffer, budget)?;
                    first = false;
                }
                offsets.push(i32::try_from(element.len()).ok()?);
            }
            // A map with texts for keys, as `to_json` writes it.
            (Store::Map { offsets, entries }, Token::Object) => {
                let (keys, values) = &mut **entries;
                let mut first = true;
                while json.key(first, buffer)? {
                    budget.charge(1, keys.cost + values.cost).ok()?;
                    keys.push(Scalar::Text(buffer), budget)?;
                    values.json(json, buffer, budget)?;
                    first = false;
                }
                offsets.push(i32::try_from(keys.len()).ok()?);
            }
            // A map as its entries: see `wire`.
            (Store::Map { offsets, entries }, Token::Array) => {
                let (keys, values) = &mut **entries;
                let mut first = true;
                while json.more(first)? {
                    first = false;
                    budget.charge(1, keys.cost + values.cost).ok()?;
                    (json.token(buffer)? == Token::Object).then_some(())?;
                    (json.key(true, buffer)? && buffer == b"key").then_some(())?;
                    keys.json(json, buffer, budget)?;
                    (json.key(false, buffer)? && buffer == b"value").then_some(())?;
                    values.json(json, buffer, budget)?;
                    (!json.key(false, buffer)?).then_some(())?;
                }
                offsets.push(i32::try_from(keys.len()).ok()?);
            }
            (Store::Row { fields }, Token::Object) => {
                row(fields, self.nulls.len(), json, buffer, budget)?;
            }
            (Store::List { .. } | Store::Map { .. } | Store::Row { .. }, _) => return None,
            (_, Token::Bool(value)) => return self.push(Scalar::Bool(value), budget),
            (_, Token::Number(text)) => return self.push(Scalar::Number(text), budget),
            (_, Token::String) => return self.push(Scalar::Text(buffer), budget),
            (_, Token::Array | Token::Object) => return None,
        }
        self.nulls.append_non_null();
        Some(())
    }

    fn len(&self) -> usize {
        self.nulls.len()
    }

    /// The array. Its texts are checked to be UTF-8 here, all at once.
    pub(super) fn finish(self) -> Result<ArrayRef, ArrowError> {
        let Build { arrow, mut nulls, store, .. } = self;
        let length = nulls.len();
        let nulls = nulls.finish();
        let offsets = |offsets: Vec<i32>| OffsetBuffer::new(ScalarBuffer::from(offsets));
        Ok(match store {
            Store::Nothing => Arc::new(NullArray::new(length)),
            Store::Bool(mut values) => Arc::new(BooleanArray::new(values.finish(), nulls)),
            Store::I8(values) => primitive::<Int8Type>(values, nulls)?,
            Store::I16(values) => primitive::<Int16Type>(values, nulls)?,
            Store::I32(values) => match arrow {
                DataType::Date32 => primitive::<Date32Type>(values, nulls)?,
                DataType::Interval(_) => primitive::<IntervalYearMonthType>(values, nulls)?,
                _ => primitive::<Int32Type>(values, nulls)?,
            },
            Store::I64(values) => i64s(values, nulls, &arrow)?,
            Store::I128(values) => {
                let array = PrimitiveArray::<Decimal128Type>::try_new(values.into(), nulls)?;
                match arrow {
                    DataType::Decimal128(precision, scale) => {
                        Arc::new(array.with_precision_and_scale(precision, scale)?)
                    }
                    _ => Arc::new(array),
                }
            }
            Store::F32(values) => primitive::<Float32Type>(values, nulls)?,
            Store::F64(values) => primitive::<Float64Type>(values, nulls)?,
            Store::Bytes { offsets: ends, data } => match arrow {
                DataType::Utf8 => {
                    Arc::new(StringArray::try_new(offsets(ends), data.into(), nulls)?)
                }
                _ => Arc::new(BinaryArray::try_new(offsets(ends), data.into(), nulls)?),
            },
            Store::List { offsets: ends, element } => {
                let DataType::List(field) = arrow else { return Err(unlike()) };
                Arc::new(ListArray::try_new(field, offsets(ends), element.finish()?, nulls)?)
            }
            Store::Map { offsets: ends, entries } => {
                let DataType::Map(field, _) = arrow else { return Err(unlike()) };
                let DataType::Struct(members) = field.data_type() else { return Err(unlike()) };
                let (keys, values) = *entries;
                let columns = vec![keys.finish()?, values.finish()?];
                let entries = StructArray::try_new(members.clone(), columns, None)?;
                Arc::new(MapArray::try_new(field.clone(), offsets(ends), entries, nulls, false)?)
            }
            Store::Row { fields } => {
                let DataType::Struct(members) = arrow else { return Err(unlike()) };
                let columns = fields
                    .into_iter()
                    .map(|(_, field)| field.finish())
                    .collect::<Result<Vec<_>, _>>()?;
                Arc::new(StructArray::try_new_with_length(members, columns, nulls, length)?)
            }
        })
    }
}

fn unlike() -> ArrowError {
    ArrowError::SchemaError("a builder and its type are not alike".into())
}

/// Reads a row's fields, which come in their order; one that does not come is NULL.
fn row(
    fields: &mut [(String, Build)],
    before: usize,
    json: &mut Json<'_>,
    buffer: &mut Vec<u8>,
    budget: &mut Budget,
) -> Option<()> {
    let mut next = 0;
    let mut first = true;
    while json.key(first, buffer)? {
        first = false;
        let is = |(name, field): &(String, Build)| {
            field.len() == before
                && (name.as_bytes() == buffer.as_slice()
                    || std::str::from_utf8(buffer).is_ok_and(|key| same_name(name, key)))
        };
        let at = match fields.get(next) {
            Some(field) if is(field) => next,
            _ => fields.iter().position(is)?,
        };
        fields.get_mut(at)?.1.json(json, buffer, budget)?;
        next = at + 1;
    }
    for (_, field) in fields {
        if field.len() == before {
            field.null();
        }
    }
    Some(())
}

fn integer(value: Scalar<'_>) -> Option<i64> {
    match value {
        Scalar::Int(value) => Some(value),
        Scalar::Number(text) => text::float(text),
        _ => None,
    }
}

/// The number, counted in 10^-unit, where it has no more digits than the precision.
fn digits(number: i64, precision: u8, unit: u8) -> Option<i64> {
    let Some(fewer) = unit.checked_sub(precision) else { return Some(number) };
    (number % 10i64.pow(fewer.into()) == 0).then_some(number)
}

/// Microseconds in the unit of a timestamp of the precision.
fn instant(micros: i64, precision: u8) -> Option<i64> {
    let micros = digits(micros, precision, 6)?;
    match precision {
        0 => Some(micros / 1_000_000),
        1..=3 => Some(micros / 1_000),
        4..=6 => Some(micros),
        _ => micros.checked_mul(1_000),
    }
}

fn unhex(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (pairs, rest) = text.as_chunks::<2>();
    for [high, low] in pairs {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        out.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
    }
    rest.is_empty().then_some(())
}

type Nulls = Option<arrow_buffer::NullBuffer>;

pub(super) fn primitive<T: ArrowPrimitiveType>(
    values: Vec<T::Native>,
    nulls: Nulls,
) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(PrimitiveArray::<T>::try_new(values.into(), nulls)?))
}

fn i64s(values: Vec<i64>, nulls: Nulls, arrow: &DataType) -> Result<ArrayRef, ArrowError> {
    macro_rules! timestamp {
        ($ty:ty, $zone:expr) => {
            Arc::new(PrimitiveArray::<$ty>::try_new(values.into(), nulls)?.with_timezone_opt($zone))
        };
    }
    Ok(match arrow {
        DataType::Timestamp(TimeUnit::Second, zone) => {
            timestamp!(TimestampSecondType, zone.clone())
        }
        DataType::Timestamp(TimeUnit::Millisecond, zone) => {
            timestamp!(TimestampMillisecondType, zone.clone())
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            timestamp!(TimestampMicrosecondType, zone.clone())
        }
        DataType::Timestamp(TimeUnit::Nanosecond, zone) => {
            timestamp!(TimestampNanosecondType, zone.clone())
        }
        DataType::Time64(_) => primitive::<Time64NanosecondType>(values, nulls)?,
        DataType::Duration(_) => primitive::<DurationMillisecondType>(values, nulls)?,
        _ => primitive::<Int64Type>(values, nulls)?,
    })
}
