//! Decoding the columns of a result's rows straight into Arrow arrays.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, PrimitiveArray, RecordBatch, RecordBatchOptions,
    StringArray,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, SchemaRef};
use lakequery_types::Type;

use super::values::append;
use crate::arrow::build::ArrayBuilder;
use crate::arrow::scalar::{Fault, Scalar};
use crate::arrow::schema::canonical;
use crate::budget::{Budget, TooLarge, cost};
use crate::error::{Error, Kind, Result};
use crate::hive::message::{Fetched, Place, Values, carrier};

/// The batch of the columns that came in a reply, which are of these types.
pub(super) fn batch(
    schema: &SchemaRef,
    types: &[Type],
    reply: &[u8],
    columns: &[Place],
    budget: &mut Budget,
) -> Result<RecordBatch> {
    let rows = columns.first().map_or(0, |column| column.count);
    if columns.len() != types.len() || columns.iter().any(|column| column.count != rows) {
        return Err(Error::new(
            Kind::BrokenData,
            "the server sent rows that do not have the columns it announced",
        ));
    }
    let arrays = schema
        .fields()
        .iter()
        .zip(types)
        .zip(columns)
        .map(|((field, ty), place)| {
            column(&place.of(reply), ty, budget).map_err(|why| why.of(field.name(), ty))
        })
        .collect::<Result<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)
        .map_err(|error| Error::new(Kind::Internal, "the columns make no batch").caused_by(error))
}

/// The columns of texts that came in a reply.
pub(super) fn texts<const N: usize>(
    reply: &[u8],
    fetched: &Fetched,
    budget: &mut Budget,
) -> Result<[StringArray; N]> {
    let other = || Error::new(Kind::BrokenData, "the server tells about itself in another form");
    let mut texts = Vec::with_capacity(N);
    for index in 0..N {
        let place = fetched.columns.get(index).filter(|place| place.count == fetched.rows());
        let array = column(&place.ok_or_else(other)?.of(reply), &Type::VARCHAR, budget);
        let array = array.map_err(|why| match why {
            Unfit::Value(Fault::TooLarge) => TooLarge.into(),
            _ => other(),
        })?;
        texts.push(array.as_string::<i32>().clone());
    }
    texts.try_into().map_err(|_| other())
}

/// Why a column can't be decoded.
#[derive(Debug)]
pub(super) enum Unfit {
    /// A value is not of the type, or does not fit it or the memory.
    Value(Fault),
    /// The column is carried in a way that its type never is.
    Carrier,
    /// No array can be made of the values.
    Arrow(ArrowError),
}

impl<F: Into<Fault>> From<F> for Unfit {
    fn from(fault: F) -> Unfit {
        Unfit::Value(fault.into())
    }
}

impl Unfit {
    #[cold]
    fn of(self, column: &str, ty: &Type) -> Error {
        let error = |text: String| Error::new(Kind::BrokenData, text);
        match self {
            Unfit::Value(Fault::TooLarge) => TooLarge.into(),
            Unfit::Value(Fault::NotUtf8) => {
                error(format!("column {column} has a text that is not UTF-8"))
                    .help("read it as bytes: CAST(… AS BINARY)")
            }
            Unfit::Value(_) => {
                error(format!("column {column} has a value that no {ty} holds exactly"))
                    .help("CAST it in the query to a type that holds it")
            }
            Unfit::Carrier => error(format!("column {column} did not come as a {ty} does")),
            Unfit::Arrow(reason) => {
                error(format!("column {column} can't be made an array")).caused_by(reason)
            }
        }
    }
}

/// The array of a column.
pub(super) fn column(
    values: &Values<'_>,
    ty: &Type,
    budget: &mut Budget,
) -> Result<ArrayRef, Unfit> {
    let arrow = canonical(ty).ok_or(Unfit::Carrier)?;
    budget.charge(values.count, cost(&arrow))?;
    let nulls = || nulls(values);
    let bytes = values.bytes;
    // As it came, where carrier and type agree.
    Ok(match (values.carrier, &arrow) {
        (carrier::BOOL, DataType::Boolean) => {
            let bits = BooleanBuffer::collect_bool(values.count, |i| {
                bytes.get(i).is_some_and(|byte| *byte != 0)
            });
            Arc::new(BooleanArray::new(bits, nulls()))
        }
        (carrier::BYTE, DataType::Int8) => {
            primitive::<Int8Type>(bytes.iter().map(|byte| byte.cast_signed()).collect(), nulls())?
        }
        (carrier::I16, DataType::Int16) => {
            primitive::<Int16Type>(numbers(bytes, i16::from_be_bytes), nulls())?
        }
        (carrier::I32, DataType::Int32) => {
            primitive::<Int32Type>(numbers(bytes, i32::from_be_bytes), nulls())?
        }
        (carrier::I64, DataType::Int64) => {
            primitive::<Int64Type>(numbers(bytes, i64::from_be_bytes), nulls())?
        }
        (carrier::DOUBLE, DataType::Float64) => {
            primitive::<Float64Type>(numbers(bytes, f64::from_be_bytes), nulls())?
        }
        (carrier::STRING, DataType::Utf8) => {
            let (offsets, data) = packed(values)?;
            // All of them at once: nothing else is wrong with them.
            let texts = StringArray::try_new(offsets, data.into(), nulls());
            Arc::new(texts.map_err(|_| Fault::NotUtf8)?)
        }
        (carrier::BINARY, DataType::Binary) => {
            let (offsets, data) = packed(values)?;
            let array = BinaryArray::try_new(offsets, data.into(), nulls());
            Arc::new(array.map_err(Unfit::Arrow)?)
        }
        _ => converted(values, ty, budget)?,
    })
}

/// The array of a column whose values are converted one by one.
fn converted(values: &Values<'_>, ty: &Type, budget: &mut Budget) -> Result<ArrayRef, Unfit> {
    let mut array = ArrayBuilder::new(ty, values.count).ok_or(Unfit::Carrier)?;
    let mut rest = values.bytes;
    for row in 0..values.count {
        let value = next(values.carrier, &mut rest).ok_or(Unfit::Carrier)?;
        if is_null(values, row) {
            array.append_null();
        } else {
            append(&mut array, value, budget)?;
        }
    }
    array.finish().map_err(Unfit::Arrow)
}

/// Reads the next value.
fn next<'a>(carrier: i16, rest: &mut &'a [u8]) -> Option<Scalar<'a>> {
    fn fixed<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
        let (value, after) = rest.split_first_chunk()?;
        *rest = after;
        Some(*value)
    }
    Some(match carrier {
        carrier::BOOL => Scalar::Bool(fixed::<1>(rest)? != [0]),
        carrier::BYTE => Scalar::Int(i8::from_be_bytes(fixed(rest)?).into()),
        carrier::I16 => Scalar::Int(i16::from_be_bytes(fixed(rest)?).into()),
        carrier::I32 => Scalar::Int(i32::from_be_bytes(fixed(rest)?).into()),
        carrier::I64 => Scalar::Int(i64::from_be_bytes(fixed(rest)?)),
        carrier::DOUBLE => Scalar::Float(f64::from_be_bytes(fixed(rest)?)),
        carrier::STRING => Scalar::Text(text(rest)?),
        carrier::BINARY => Scalar::Bytes(text(rest)?),
        _ => return None,
    })
}

/// Reads a length and so many bytes.
fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk()?;
    let length = usize::try_from(i32::from_be_bytes(*length)).ok()?;
    let (text, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(text)
}

fn primitive<T: ArrowPrimitiveType>(
    values: Vec<T::Native>,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, Unfit> {
    let array = PrimitiveArray::<T>::try_new(values.into(), nulls).map_err(Unfit::Arrow)?;
    Ok(Arc::new(array))
}

fn numbers<T, const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks().0.iter().map(|chunk| read(*chunk)).collect()
}

/// All texts, one after the other.
fn packed(values: &Values<'_>) -> Result<(OffsetBuffer<i32>, Vec<u8>), Unfit> {
    let mut rest = values.bytes;
    let mut offsets = Vec::with_capacity(values.count + 1);
    let mut data = Vec::with_capacity(rest.len().saturating_sub(4 * values.count));
    offsets.push(0);
    for _ in 0..values.count {
        data.extend_from_slice(text(&mut rest).ok_or(Unfit::Carrier)?);
        offsets.push(i32::try_from(data.len()).map_err(|_| Unfit::Carrier)?);
    }
    Ok((OffsetBuffer::new(ScalarBuffer::from(offsets)), data))
}

fn is_null(values: &Values<'_>, row: usize) -> bool {
    values.nulls.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)
}

/// Arrow's nulls, where there are any.
fn nulls(values: &Values<'_>) -> Option<NullBuffer> {
    if values.nulls.iter().all(|byte| *byte == 0) {
        return None;
    }
    let valid = BooleanBuffer::collect_bool(values.count, |row| !is_null(values, row));
    Some(NullBuffer::new(valid)).filter(|nulls| nulls.null_count() > 0)
}
