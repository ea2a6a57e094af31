//! [`Cell`]: one cell of an Arrow batch, in a column whose kind is found once.

use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::{
    Array, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array,
    Int8Array, Int16Array, Int32Array, Int64Array, StringArray,
};
use arrow_schema::DataType;

use super::decode_error::DecodeError;
use super::schema::type_name;

/// A column as the array that it is: what most columns are, so that reading a
/// cell of theirs asks nothing of the array's type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column<'a> {
    Boolean(&'a BooleanArray),
    Int8(&'a Int8Array),
    Int16(&'a Int16Array),
    Int32(&'a Int32Array),
    Int64(&'a Int64Array),
    Float32(&'a Float32Array),
    Float64(&'a Float64Array),
    Decimal128(&'a Decimal128Array),
    Utf8(&'a StringArray),
    Binary(&'a BinaryArray),
    Date32(&'a Date32Array),
    Other(&'a dyn Array),
}

impl<'a> Column<'a> {
    pub(crate) fn of(array: &'a dyn Array) -> Column<'a> {
        match array.data_type() {
            DataType::Boolean => array.as_boolean_opt().map(Column::Boolean),
            DataType::Int8 => array.as_primitive_opt().map(Column::Int8),
            DataType::Int16 => array.as_primitive_opt().map(Column::Int16),
            DataType::Int32 => array.as_primitive_opt().map(Column::Int32),
            DataType::Int64 => array.as_primitive_opt().map(Column::Int64),
            DataType::Float32 => array.as_primitive_opt().map(Column::Float32),
            DataType::Float64 => array.as_primitive_opt().map(Column::Float64),
            DataType::Decimal128(..) => array.as_primitive_opt().map(Column::Decimal128),
            DataType::Utf8 => array.as_string_opt().map(Column::Utf8),
            DataType::Binary => array.as_binary_opt().map(Column::Binary),
            DataType::Date32 => array.as_primitive_opt().map(Column::Date32),
            _ => None,
        }
        .unwrap_or(Column::Other(array))
    }

    fn array(self) -> &'a dyn Array {
        match self {
            Column::Boolean(array) => array,
            Column::Int8(array) => array,
            Column::Int16(array) => array,
            Column::Int32(array) => array,
            Column::Int64(array) => array,
            Column::Float32(array) => array,
            Column::Float64(array) => array,
            Column::Decimal128(array) => array,
            Column::Utf8(array) => array,
            Column::Binary(array) => array,
            Column::Date32(array) => array,
            Column::Other(array) => array,
        }
    }

    fn is_null(self, row: usize) -> bool {
        match self {
            Column::Boolean(array) => array.is_null(row),
            Column::Int8(array) => array.is_null(row),
            Column::Int16(array) => array.is_null(row),
            Column::Int32(array) => array.is_null(row),
            Column::Int64(array) => array.is_null(row),
            Column::Float32(array) => array.is_null(row),
            Column::Float64(array) => array.is_null(row),
            Column::Decimal128(array) => array.is_null(row),
            Column::Utf8(array) => array.is_null(row),
            Column::Binary(array) => array.is_null(row),
            Column::Date32(array) => array.is_null(row),
            // `NullArray` has no validity bitmap, and every cell of it is NULL.
            Column::Other(array) => {
                array.is_null(row) || matches!(array.data_type(), DataType::Null)
            }
        }
    }
}

/// One cell of a batch.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    pub(crate) column: &'a Column<'a>,
    pub(crate) row: usize,
}

impl<'a> Cell<'a> {
    pub(crate) fn new(column: &'a Column<'a>, row: usize) -> Cell<'a> {
        Cell { column, row }
    }

    /// Whether the cell holds NULL.
    #[inline]
    pub fn is_null(&self) -> bool {
        self.column.is_null(self.row)
    }

    /// The column that the cell is in, and the number of its row, for decoders
    /// that read Arrow themselves.
    pub fn arrow(&self) -> (&'a dyn Array, usize) {
        (self.column.array(), self.row)
    }

    pub(crate) fn data_type(&self) -> &'a DataType {
        self.column.array().data_type()
    }

    /// An error saying that the cell's type is not one that `rust` can be read from.
    pub fn mismatch(&self, rust: &str) -> DecodeError {
        DecodeError::new(format!("{} can't be read as {rust}", type_name(self.data_type())))
    }
}

impl fmt::Debug for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cell({}, row {})", self.data_type(), self.row)
    }
}
