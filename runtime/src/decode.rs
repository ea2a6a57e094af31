//! [`Decode`]: the one place where a cell of an Arrow batch becomes a Rust value.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::net::IpAddr;

use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions as temporal;
use arrow_array::timezone::Tz;
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, types};
use arrow_schema::{DataType, IntervalUnit, TimeUnit};
use chrono::{
    DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
};

use crate::schema::type_name;
use crate::{Decimal, Months, Value};

/// One cell of a batch.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    array: &'a dyn Array,
    row: usize,
}

impl<'a> Cell<'a> {
    pub(crate) fn new(array: &'a dyn Array, row: usize) -> Cell<'a> {
        Cell { array, row }
    }

    /// Whether the cell holds NULL.
    pub fn is_null(&self) -> bool {
        // `NullArray` has no validity bitmap, and every cell of it is NULL.
        self.array.is_null(self.row) || *self.array.data_type() == DataType::Null
    }

    /// The column that the cell is in, and the number of its row, for decoders
    /// that read Arrow themselves.
    pub fn arrow(&self) -> (&'a dyn Array, usize) {
        (self.array, self.row)
    }

    /// An error saying that the cell's type is not one that `rust` can be read from.
    pub fn mismatch(&self, rust: &str) -> DecodeError {
        DecodeError::new(format!("{} can't be read as {rust}", type_name(self.array.data_type())))
    }
}

impl fmt::Debug for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cell({}, row {})", self.array.data_type(), self.row)
    }
}

/// Why a cell could not be read.
#[derive(Debug)]
pub struct DecodeError {
    pub(crate) null: bool,
    pub(crate) message: String,
}

impl DecodeError {
    /// An error with this text; do not put the value into it.
    pub fn new(message: impl Into<String>) -> DecodeError {
        DecodeError { null: false, message: message.into() }
    }

    #[cold]
    fn null() -> DecodeError {
        DecodeError { null: true, message: "it is NULL".into() }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

/// A Rust type that can be read from a cell, whose Arrow type is checked.
///
/// To read a type of your own, derive [`SqlType`](crate::SqlType) on a newtype,
/// or decode a type that is already known and convert it:
///
/// ```
/// use lakequery::{Cell, Decode, DecodeError, FromSql, sql_types};
///
/// enum Status { Open, Done }
///
/// impl Decode for Status {
///     fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
///         match String::decode(cell)?.as_str() {
///             "O" => Ok(Status::Open),
///             "F" => Ok(Status::Done),
///             _ => Err(DecodeError::new("the status is neither O nor F")),
///         }
///     }
/// }
///
/// impl FromSql<sql_types::Varchar> for Status {}
/// ```
#[diagnostic::on_unimplemented(
    message = "no SQL value can be read into `{Self}`",
    label = "`{Self}` is not a type that a column can be read into",
    note = "use one of the types that lakequery knows (bool, i64, f64, String, lakequery::Decimal, chrono::NaiveDate, …), derive `lakequery::SqlType` on a newtype, or implement `lakequery::Decode` and `lakequery::FromSql`"
)]
pub trait Decode: Sized {
    /// Reads the cell.
    ///
    /// # Errors
    ///
    /// When the cell is NULL and `Self` has no place for that, when its type is
    /// another, or when the value does not fit.
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError>;
}

/// The cell's value, where its column is of this Arrow type.
#[inline]
fn primitive<T: ArrowPrimitiveType>(cell: Cell<'_>) -> Option<Result<T::Native, DecodeError>> {
    let array = cell.array.as_primitive_opt::<T>()?;
    Some(if array.is_null(cell.row) { Err(DecodeError::null()) } else { Ok(array.value(cell.row)) })
}

/// The error of a cell whose column is of none of the types that were tried.
#[cold]
fn other_type(cell: Cell<'_>, rust: &str) -> DecodeError {
    if cell.is_null() { DecodeError::null() } else { cell.mismatch(rust) }
}

macro_rules! primitives {
    ($($rust:ty = $($arrow:ident)|+;)*) => {$(
        impl Decode for $rust {
            #[inline]
            fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
                $(
                    if let Some(value) = primitive::<types::$arrow>(cell) {
                        return value.map(Into::into);
                    }
                )+
                Err(other_type(cell, stringify!($rust)))
            }
        }
    )*};
}

primitives! {
    i8 = Int8Type;
    i16 = Int16Type | Int8Type;
    i32 = Int32Type | Int16Type | Int8Type;
    i64 = Int64Type | Int32Type | Int16Type | Int8Type;
    f32 = Float32Type;
    f64 = Float64Type | Float32Type;
}

impl Decode for bool {
    #[inline]
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell.array.as_boolean_opt() {
            Some(array) if !array.is_null(cell.row) => Ok(array.value(cell.row)),
            Some(_) => Err(DecodeError::null()),
            None => Err(other_type(cell, "bool")),
        }
    }
}

impl Decode for Decimal {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        let Some(array) = cell.array.as_primitive_opt::<types::Decimal128Type>() else {
            let integer = i64::decode(cell).map(Decimal::from);
            return integer.map_err(|_| other_type(cell, "Decimal"));
        };
        if array.is_null(cell.row) {
            return Err(DecodeError::null());
        }
        u8::try_from(array.scale())
            .ok()
            .and_then(|scale| Decimal::new(array.value(cell.row), scale))
            .ok_or_else(|| DecodeError::new("the number has more than 38 digits"))
    }
}

fn text<'a>(cell: Cell<'a>, rust: &str) -> Result<&'a str, DecodeError> {
    match cell.array.as_string_opt::<i32>() {
        Some(array) if !array.is_null(cell.row) => Ok(array.value(cell.row)),
        Some(_) => Err(DecodeError::null()),
        None => Err(other_type(cell, rust)),
    }
}

impl Decode for String {
    #[inline]
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        text(cell, "String").map(str::to_owned)
    }
}

impl Decode for IpAddr {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        text(cell, "IpAddr")?.parse().map_err(|_| DecodeError::new("it is not an IP address"))
    }
}

#[cfg(feature = "uuid")]
impl Decode for uuid::Uuid {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        text(cell, "Uuid")?.parse().map_err(|_| DecodeError::new("it is not a UUID"))
    }
}

impl Decode for Vec<u8> {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell.array.as_binary_opt::<i32>() {
            Some(array) if !array.is_null(cell.row) => Ok(array.value(cell.row).to_owned()),
            Some(_) => Err(DecodeError::null()),
            None => Err(other_type(cell, "Vec<u8>")),
        }
    }
}

fn out_of_range() -> DecodeError {
    DecodeError::new("it is outside the range of years that chrono has")
}

impl Decode for NaiveDate {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        let days = primitive::<types::Date32Type>(cell)
            .unwrap_or_else(|| Err(other_type(cell, "NaiveDate")))?;
        let since = TimeDelta::days(days.into());
        NaiveDate::default().checked_add_signed(since).ok_or_else(out_of_range)
    }
}

impl Decode for NaiveTime {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        let nanoseconds = primitive::<types::Time64NanosecondType>(cell)
            .unwrap_or_else(|| Err(other_type(cell, "NaiveTime")))?;
        temporal::time64ns_to_time(nanoseconds).ok_or_else(out_of_range)
    }
}

/// The date and time of a timestamp, in UTC where it has a zone.
fn timestamp(cell: Cell<'_>, unit: TimeUnit) -> Result<NaiveDateTime, DecodeError> {
    let row = cell.row;
    let array = cell.array;
    match unit {
        TimeUnit::Second => temporal::timestamp_s_to_datetime(
            array.as_primitive::<types::TimestampSecondType>().value(row),
        ),
        TimeUnit::Millisecond => temporal::timestamp_ms_to_datetime(
            array.as_primitive::<types::TimestampMillisecondType>().value(row),
        ),
        TimeUnit::Microsecond => temporal::timestamp_us_to_datetime(
            array.as_primitive::<types::TimestampMicrosecondType>().value(row),
        ),
        TimeUnit::Nanosecond => temporal::timestamp_ns_to_datetime(
            array.as_primitive::<types::TimestampNanosecondType>().value(row),
        ),
    }
    .ok_or_else(out_of_range)
}

impl Decode for NaiveDateTime {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        if cell.is_null() {
            return Err(DecodeError::null());
        }
        match cell.array.data_type() {
            DataType::Timestamp(unit, None) => timestamp(cell, *unit),
            _ => Err(cell.mismatch("NaiveDateTime")),
        }
    }
}

impl Decode for DateTime<Utc> {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        if cell.is_null() {
            return Err(DecodeError::null());
        }
        match cell.array.data_type() {
            DataType::Timestamp(unit, Some(_)) => Ok(timestamp(cell, *unit)?.and_utc()),
            _ => Err(cell.mismatch("DateTime<Utc>")),
        }
    }
}

impl Decode for DateTime<FixedOffset> {
    /// The instant, at the offset of the column's zone; at UTC where that zone
    /// has a name whose rules are not known here.
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        if cell.is_null() {
            return Err(DecodeError::null());
        }
        let DataType::Timestamp(unit, Some(zone)) = cell.array.data_type() else {
            return Err(cell.mismatch("DateTime<FixedOffset>"));
        };
        let utc = timestamp(cell, *unit)?;
        let offset = match zone.parse::<Tz>() {
            Ok(zone) => zone.offset_from_utc_datetime(&utc).fix(),
            Err(_) => Utc.fix(),
        };
        Ok(offset.from_utc_datetime(&utc))
    }
}

impl Decode for Months {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        primitive::<types::IntervalYearMonthType>(cell)
            .unwrap_or_else(|| Err(other_type(cell, "Months")))
            .map(Months)
    }
}

impl Decode for TimeDelta {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        let milliseconds = primitive::<types::DurationMillisecondType>(cell)
            .unwrap_or_else(|| Err(other_type(cell, "TimeDelta")))?;
        TimeDelta::try_milliseconds(milliseconds).ok_or_else(out_of_range)
    }
}

impl<T: Decode> Decode for Option<T> {
    #[inline]
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        if cell.is_null() { Ok(None) } else { T::decode(cell).map(Some) }
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        T::decode(cell).map(Box::new)
    }
}

/// Reads what lies in the cell's list, map or row, where a NULL is as wrong as
/// in a column, but has to be told from a NULL of the whole.
fn inner<T: Decode>(array: &dyn Array, row: usize, what: &str) -> Result<T, DecodeError> {
    T::decode(Cell::new(array, row)).map_err(|error| DecodeError {
        message: if error.null { format!("{what} is NULL") } else { error.message },
        ..error
    })
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        if cell.is_null() {
            return Err(DecodeError::null());
        }
        let Some(array) = cell.array.as_list_opt::<i32>() else {
            return Err(cell.mismatch("Vec"));
        };
        let values = array.value(cell.row);
        (0..values.len()).map(|i| inner(&*values, i, "an element")).collect()
    }
}

/// The entries of the cell's map.
fn entries<K: Decode, V: Decode>(
    cell: Cell<'_>,
) -> Result<impl Iterator<Item = Result<(K, V), DecodeError>>, DecodeError> {
    if cell.is_null() {
        return Err(DecodeError::null());
    }
    let Some(array) = cell.array.as_map_opt() else {
        return Err(cell.mismatch("a map"));
    };
    let entries = array.value(cell.row);
    Ok((0..entries.len()).map(move |i| {
        Ok((inner(entries.column(0), i, "a key")?, inner(entries.column(1), i, "a value")?))
    }))
}

impl<K: Decode + Eq + Hash, V: Decode, S: BuildHasher + Default> Decode for HashMap<K, V, S> {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        entries(cell)?.collect()
    }
}

impl<K: Decode + Ord, V: Decode> Decode for BTreeMap<K, V> {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        entries(cell)?.collect()
    }
}

/// The columns of the struct that the cell is in.
fn fields<'a>(cell: Cell<'a>, count: usize) -> Result<&'a [ArrayRef], DecodeError> {
    if cell.is_null() {
        return Err(DecodeError::null());
    }
    match cell.array.as_struct_opt() {
        Some(array) if array.num_columns() == count => Ok(array.columns()),
        _ => Err(cell.mismatch(&format!("a tuple of {count}"))),
    }
}

macro_rules! tuples {
    ($($count:literal: $($field:ident $at:tt)+;)*) => {$(
        impl<$($field: Decode),+> Decode for ($($field,)+) {
            fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
                let fields = fields(cell, $count)?;
                Ok(($(inner::<$field>(&*fields[$at], cell.row, "a field")?,)+))
            }
        }
    )*};
}

tuples! {
    1: A 0;
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
    5: A 0 B 1 C 2 D 3 E 4;
    6: A 0 B 1 C 2 D 3 E 4 F 5;
    7: A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}

impl Decode for Value {
    /// Reads a cell of any type of lake SQL.
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        if cell.is_null() {
            return Ok(Value::Null);
        }
        Ok(match cell.array.data_type() {
            DataType::Boolean => Value::Boolean(bool::decode(cell)?),
            DataType::Int8 => Value::TinyInt(i8::decode(cell)?),
            DataType::Int16 => Value::SmallInt(i16::decode(cell)?),
            DataType::Int32 => Value::Integer(i32::decode(cell)?),
            DataType::Int64 => Value::BigInt(i64::decode(cell)?),
            DataType::Float32 => Value::Real(f32::decode(cell)?),
            DataType::Float64 => Value::Double(f64::decode(cell)?),
            DataType::Decimal128(..) => Value::Decimal(Decimal::decode(cell)?),
            DataType::Utf8 => Value::Varchar(String::decode(cell)?),
            DataType::Binary => Value::Varbinary(Vec::decode(cell)?),
            DataType::Date32 => Value::Date(NaiveDate::decode(cell)?),
            DataType::Time64(_) => Value::Time(NaiveTime::decode(cell)?),
            DataType::Timestamp(_, None) => Value::Timestamp(NaiveDateTime::decode(cell)?),
            DataType::Timestamp(_, Some(_)) => Value::TimestampTz(DateTime::decode(cell)?),
            DataType::Interval(IntervalUnit::YearMonth) => {
                Value::IntervalYearToMonth(Months::decode(cell)?)
            }
            DataType::Duration(_) => Value::IntervalDayToSecond(TimeDelta::decode(cell)?),
            DataType::List(_) => Value::Array(Vec::decode(cell)?),
            DataType::Map(..) => Value::Map(entries(cell)?.collect::<Result<_, _>>()?),
            DataType::Struct(members) => {
                let fields = fields(cell, members.len())?;
                let value = |field: &ArrayRef| Value::decode(Cell::new(&**field, cell.row));
                Value::Row(fields.iter().map(value).collect::<Result<_, _>>()?)
            }
            _ => return Err(cell.mismatch("a value of lake SQL")),
        })
    }
}
