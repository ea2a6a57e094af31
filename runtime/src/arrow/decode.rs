//! [`Decode`]: the one place where a cell of an Arrow batch becomes a Rust value.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::net::IpAddr;

use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions as temporal;
use arrow_array::timezone::Tz;
use arrow_array::{Array, ArrayAccessor, ArrayRef, ArrowPrimitiveType, types};
use arrow_schema::{DataType, IntervalUnit, TimeUnit};
use chrono::{
    DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
};

use super::cell::{Cell, Column};
use super::decode_error::DecodeError;
use crate::decimal::Decimal;
use crate::value::{Months, Value};

/// A Rust type that can be read from a cell, whose Arrow type is checked.
///
/// To read a type of your own, derive [`SqlType`](crate::SqlType) on a newtype,
/// or decode a type that is already known and convert it:
///
/// ```
/// use lakequery::{Cell, Decode, DecodeError, FromSql, ToSql, Value, sql_types};
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
///
/// // As a parameter too; `Nullable` is for places that take NULL, such as WHERE.
/// impl ToSql<sql_types::Varchar> for Status {
///     fn to_sql(&self) -> Value {
///         Value::from(match self { Status::Open => "O", Status::Done => "F" })
///     }
/// }
///
/// impl ToSql<sql_types::Nullable<sql_types::Varchar>> for Status {
///     fn to_sql(&self) -> Value {
///         ToSql::<sql_types::Varchar>::to_sql(self)
///     }
/// }
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

/// The value of a cell in an array that is known.
#[inline]
fn value<A: ArrayAccessor>(array: A, row: usize) -> Result<A::Item, DecodeError> {
    if array.is_null(row) { Err(DecodeError::null()) } else { Ok(array.value(row)) }
}

/// The value of a cell in a column of this Arrow type, which is rare enough to be
/// found out each time.
fn rare<T: ArrowPrimitiveType>(cell: Cell<'_>, rust: &str) -> Result<T::Native, DecodeError> {
    let (array, row) = cell.arrow();
    array
        .as_primitive_opt::<T>()
        .map_or_else(|| Err(other_type(cell, rust)), |array| value(array, row))
}

/// The error of a cell whose column is of none of the types that were tried.
#[cold]
fn other_type(cell: Cell<'_>, rust: &str) -> DecodeError {
    if cell.is_null() { DecodeError::null() } else { cell.mismatch(rust) }
}

macro_rules! primitives {
    ($($rust:ty = $($column:ident)|+;)*) => {$(
        impl Decode for $rust {
            fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
                match *cell.column {
                    $(Column::$column(array) => value(array, cell.row).map(Into::into),)+
                    _ => Err(other_type(cell, stringify!($rust))),
                }
            }
        }
    )*};
}

primitives! {
    bool = Boolean;
    i8 = Int8;
    i16 = Int16 | Int8;
    i32 = Int32 | Int16 | Int8;
    i64 = Int64 | Int32 | Int16 | Int8;
    f32 = Float32;
    f64 = Float64 | Float32;
}

impl Decode for Decimal {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        let Column::Decimal128(array) = *cell.column else {
            let integer = i64::decode(cell).map(Decimal::from);
            return integer.map_err(|_| other_type(cell, "Decimal"));
        };
        let unscaled = value(array, cell.row)?;
        u8::try_from(array.scale())
            .ok()
            .and_then(|scale| Decimal::new(unscaled, scale))
            .ok_or_else(|| DecodeError::new("the number has more than 38 digits"))
    }
}

fn text<'a>(cell: Cell<'a>, rust: &str) -> Result<&'a str, DecodeError> {
    match *cell.column {
        Column::Utf8(array) => value(array, cell.row),
        _ => Err(other_type(cell, rust)),
    }
}

impl Decode for String {
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
        match *cell.column {
            Column::Binary(array) => value(array, cell.row).map(<[u8]>::to_owned),
            _ => Err(other_type(cell, "Vec<u8>")),
        }
    }
}

fn out_of_range() -> DecodeError {
    DecodeError::new("it is outside the range of years that chrono has")
}

impl Decode for NaiveDate {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match *cell.column {
            Column::Date32(array) => {
                let days = value(array, cell.row)?;
                NaiveDate::from_epoch_days(days).ok_or_else(out_of_range)
            }
            _ => Err(other_type(cell, "NaiveDate")),
        }
    }
}

impl Decode for NaiveTime {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        let nanoseconds = rare::<types::Time64NanosecondType>(cell, "NaiveTime")?;
        temporal::time64ns_to_time(nanoseconds)
            .ok_or_else(|| DecodeError::new("it is not a time of day"))
    }
}

/// The date and time of a timestamp, in UTC where it has a zone.
fn timestamp(cell: Cell<'_>, unit: TimeUnit) -> Result<NaiveDateTime, DecodeError> {
    let (array, row) = cell.arrow();
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
        match cell.data_type() {
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
        match cell.data_type() {
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
        let DataType::Timestamp(unit, Some(zone)) = cell.data_type() else {
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
        rare::<types::IntervalYearMonthType>(cell, "Months").map(Months)
    }
}

impl Decode for TimeDelta {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        let milliseconds = rare::<types::DurationMillisecondType>(cell, "TimeDelta")?;
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

/// What was read of what lies in an array, a map or a row. Where a NULL has no place in it,
/// the error tells which one, and what type of the whole has one: `whole` makes it of
/// that of the part.
pub(super) fn inner<T>(
    decoded: Result<T, DecodeError>,
    part: impl FnOnce() -> String,
    whole: impl FnOnce(&str) -> String,
) -> Result<T, DecodeError> {
    decoded.map_err(|mut error| {
        if let Some(null) = error.unexpected_null_mut() {
            if null.path.is_empty() {
                null.rust = format!("Option<{}>", short_name::<T>());
            }
            if null.field.is_none() {
                null.rust = whole(&null.rust);
            }
            null.path.push(part());
        }
        error
    })
}

/// The name of a Rust type without its paths.
pub(super) fn short_name<T>() -> String {
    let outside = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
    let name = |part: &'static str| &part[part.rfind("::").map_or(0, |at| at + 2)..];
    std::any::type_name::<T>().split_inclusive(outside).map(name).collect()
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        if cell.is_null() {
            return Err(DecodeError::null());
        }
        let (array, row) = cell.arrow();
        let Some(array) = array.as_list_opt::<i32>() else {
            return Err(cell.mismatch("Vec"));
        };
        let values = array.value(row);
        let column = Column::of(&*values);
        let element = |row| {
            let whole = |element: &str| format!("Vec<{element}>");
            inner(T::decode(Cell::new(&column, row)), || format!("element {}", row + 1), whole)
        };
        (0..values.len()).map(element).collect()
    }
}

/// The entries of the cell's map, which is read into a Rust type of this name.
fn entries<K: Decode, V: Decode>(
    cell: Cell<'_>,
    rust: &'static str,
) -> Result<impl Iterator<Item = Result<(K, V), DecodeError>>, DecodeError> {
    if cell.is_null() {
        return Err(DecodeError::null());
    }
    let (array, row) = cell.arrow();
    let Some(array) = array.as_map_opt() else {
        return Err(cell.mismatch("a map"));
    };
    let entries = array.value(row);
    Ok((0..entries.len()).map(move |row| {
        let [key, value] = [0, 1].map(|index| Column::of(entries.column(index)));
        let value = Cell::new(&value, row);
        let whole = |value: &str| format!("{rust}<{}, {value}>", short_name::<K>());
        Ok((K::decode(Cell::new(&key, row))?, inner(V::decode(value), || "a value".into(), whole)?))
    }))
}

impl<K: Decode + Eq + Hash, V: Decode, S: BuildHasher + Default> Decode for HashMap<K, V, S> {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        entries(cell, "HashMap")?.collect()
    }
}

impl<K: Decode + Ord, V: Decode> Decode for BTreeMap<K, V> {
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        entries(cell, "BTreeMap")?.collect()
    }
}

/// The columns of the struct that the cell is in.
fn fields<'a>(cell: Cell<'a>, count: usize) -> Result<&'a [ArrayRef], DecodeError> {
    if cell.is_null() {
        return Err(DecodeError::null());
    }
    match cell.arrow().0.as_struct_opt() {
        Some(array) if array.num_columns() == count => Ok(array.columns()),
        _ => Err(cell.mismatch(&format!("a tuple of {count}"))),
    }
}

/// Reads a field of the cell's row; `rust` are the types of all of them.
fn field<T: Decode>(
    cell: Cell<'_>,
    columns: &[ArrayRef],
    index: usize,
    rust: fn() -> Vec<String>,
) -> Result<T, DecodeError> {
    let name = || match cell.data_type() {
        DataType::Struct(members) => format!("field {}", members[index].name()),
        _ => format!("field {}", index + 1),
    };
    let whole = |field: &str| {
        let mut rust = rust();
        rust[index] = field.to_owned();
        format!("({})", rust.join(", "))
    };
    inner(T::decode(Cell::new(&Column::of(&*columns[index]), cell.row)), name, whole)
}

macro_rules! tuples {
    ($($count:literal: $($field:ident $at:tt)+;)*) => {$(
        impl<$($field: Decode),+> Decode for ($($field,)+) {
            fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
                let fields = fields(cell, $count)?;
                let rust = || vec![$(short_name::<$field>()),+];
                Ok(($(field::<$field>(cell, fields, $at, rust)?,)+))
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
    9: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8;
    10: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9;
    11: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10;
    12: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11;
}

impl Decode for Value {
    /// Reads a cell of any type of lake SQL.
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        if cell.is_null() {
            return Ok(Value::Null);
        }
        Ok(match cell.data_type() {
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
            DataType::Map(..) => Value::Map(entries(cell, "HashMap")?.collect::<Result<_, _>>()?),
            DataType::Struct(members) => {
                let fields = fields(cell, members.len())?;
                let value =
                    |field: &ArrayRef| Value::decode(Cell::new(&Column::of(&**field), cell.row));
                Value::Row(fields.iter().map(value).collect::<Result<_, _>>()?)
            }
            _ => return Err(cell.mismatch("a value of lake SQL")),
        })
    }
}
