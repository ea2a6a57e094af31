//! Where values of Rust meet SQL types: a trait for each type of parameter, list
//! and column that is not nested, with what rustc says where a Rust type does not fit.
//!
//! [`ToSql`], [`ToSqlList`] and [`FromSql`] decide what fits. They are generic over
//! the SQL type, and what rustc says of them names it as Rust does, with the Rust
//! types that fit all SQL types. Here the words are those of the one SQL type.

use crate::error::Result;
use crate::from_sql::FromSql;
use crate::rows::TypedRow;
use crate::sql_types;
use crate::to_sql::{ToSql, ToSqlList};
use crate::value::Value;

macro_rules! parameters {
    ($($kind:ident <- $ty:ty, $label:literal;)*) => {$(
        /// What may be a parameter of this type.
        #[diagnostic::on_unimplemented(
            message = "a Rust `{Self}` can't be this parameter",
            label = $label,
            note = "to send it as another type, write that type in the query: `CAST({{…}} AS …)`"
        )]
        pub trait $kind {
            /// The value to send.
            fn to_sql(&self) -> Value;
        }

        #[diagnostic::do_not_recommend]
        impl<T: ToSql<$ty> + ?Sized> $kind for T {
            #[inline]
            fn to_sql(&self) -> Value {
                ToSql::to_sql(self)
            }
        }
    )*};
}

// Where NULL makes no sense.
parameters! {
    BooleanParameter <- sql_types::Boolean, "expected a boolean that is never NULL: `bool`";
    TinyIntParameter <- sql_types::TinyInt, "expected a tinyint that is never NULL: `i8`";
    SmallIntParameter <- sql_types::SmallInt, "expected a smallint that is never NULL: `i16`, `i8` or `u8`";
    IntegerParameter <- sql_types::Integer, "expected an integer that is never NULL: `i32` or a smaller integer";
    BigIntParameter <- sql_types::BigInt, "expected a bigint that is never NULL: `i64` or another integer";
    RealParameter <- sql_types::Real, "expected a real that is never NULL: `f32` or an integer of at most 16 bits";
    DoubleParameter <- sql_types::Double, "expected a double that is never NULL: `f64`, `f32` or an integer of at most 32 bits";
    DecimalParameter <- sql_types::Decimal, "expected a decimal that is never NULL: `lakequery::Decimal` or an integer";
    VarcharParameter <- sql_types::Varchar, "expected a varchar that is never NULL: `&str` or `String`";
    VarbinaryParameter <- sql_types::Varbinary, "expected a varbinary that is never NULL: `&[u8]` or `Vec<u8>`";
    DateParameter <- sql_types::Date, "expected a date that is never NULL: `chrono::NaiveDate`";
    TimeParameter <- sql_types::Time, "expected a time that is never NULL: `chrono::NaiveTime`";
    TimestampParameter <- sql_types::Timestamp, "expected a timestamp that is never NULL: `chrono::NaiveDateTime`";
    TimestampTzParameter <- sql_types::TimestampTz, "expected a timestamp with time zone that is never NULL: `chrono::DateTime`";
    IntervalYearToMonthParameter <- sql_types::IntervalYearToMonth, "expected an interval of months that is never NULL: `lakequery::Months`";
    IntervalDayToSecondParameter <- sql_types::IntervalDayToSecond, "expected an interval of milliseconds that is never NULL: `chrono::TimeDelta`";
    JsonParameter <- sql_types::Json, "expected JSON that is never NULL: `&str` or `String`";
    UuidParameter <- sql_types::Uuid, "expected a UUID that is never NULL: `&str`, `String` or, with the feature, `uuid::Uuid`";
    IpAddressParameter <- sql_types::IpAddress, "expected an IP address that is never NULL: `std::net::IpAddr`, `&str` or `String`";
}

// Where a parameter may be NULL.
parameters! {
    BooleanOrNullParameter <- sql_types::Nullable<sql_types::Boolean>, "expected a boolean: `bool` or `Option<bool>`";
    TinyIntOrNullParameter <- sql_types::Nullable<sql_types::TinyInt>, "expected a tinyint: `i8` or `Option<i8>`";
    SmallIntOrNullParameter <- sql_types::Nullable<sql_types::SmallInt>, "expected a smallint: `i16`, `i8`, `u8` or an `Option` of one";
    IntegerOrNullParameter <- sql_types::Nullable<sql_types::Integer>, "expected an integer: `i32`, a smaller integer or an `Option` of one";
    BigIntOrNullParameter <- sql_types::Nullable<sql_types::BigInt>, "expected a bigint: `i64`, another integer or an `Option` of one";
    RealOrNullParameter <- sql_types::Nullable<sql_types::Real>, "expected a real: `f32`, an integer of at most 16 bits or an `Option` of one";
    DoubleOrNullParameter <- sql_types::Nullable<sql_types::Double>, "expected a double: `f64`, `f32`, an integer of at most 32 bits or an `Option` of one";
    DecimalOrNullParameter <- sql_types::Nullable<sql_types::Decimal>, "expected a decimal: `lakequery::Decimal`, an integer or an `Option` of one";
    VarcharOrNullParameter <- sql_types::Nullable<sql_types::Varchar>, "expected a varchar: `&str`, `String` or an `Option` of one";
    VarbinaryOrNullParameter <- sql_types::Nullable<sql_types::Varbinary>, "expected a varbinary: `&[u8]`, `Vec<u8>` or an `Option` of one";
    DateOrNullParameter <- sql_types::Nullable<sql_types::Date>, "expected a date: `chrono::NaiveDate` or an `Option` of it";
    TimeOrNullParameter <- sql_types::Nullable<sql_types::Time>, "expected a time: `chrono::NaiveTime` or an `Option` of it";
    TimestampOrNullParameter <- sql_types::Nullable<sql_types::Timestamp>, "expected a timestamp: `chrono::NaiveDateTime` or an `Option` of it";
    TimestampTzOrNullParameter <- sql_types::Nullable<sql_types::TimestampTz>, "expected a timestamp with time zone: `chrono::DateTime` or an `Option` of it";
    IntervalYearToMonthOrNullParameter <- sql_types::Nullable<sql_types::IntervalYearToMonth>, "expected an interval of months: `lakequery::Months` or an `Option` of it";
    IntervalDayToSecondOrNullParameter <- sql_types::Nullable<sql_types::IntervalDayToSecond>, "expected an interval of milliseconds: `chrono::TimeDelta` or an `Option` of it";
    JsonOrNullParameter <- sql_types::Nullable<sql_types::Json>, "expected JSON: `&str`, `String` or an `Option` of one";
    UuidOrNullParameter <- sql_types::Nullable<sql_types::Uuid>, "expected a UUID: `&str`, `String`, with the feature `uuid::Uuid`, or an `Option` of one";
    IpAddressOrNullParameter <- sql_types::Nullable<sql_types::IpAddress>, "expected an IP address: `std::net::IpAddr`, `&str`, `String` or an `Option` of one";
}

macro_rules! lists {
    ($($kind:ident <- $ty:ty, $label:literal;)*) => {$(
        /// What may be a list of elements of this type.
        #[diagnostic::on_unimplemented(
            message = "a Rust `{Self}` can't be this list of parameters",
            label = $label,
            note = "a list is a slice, an array, a `Vec`, a `HashSet` or a `BTreeSet`, without `Option`: NULL is never IN a list; one value is compared with `=`"
        )]
        pub trait $kind {
            /// The values to send.
            fn to_sql_list(&self) -> Vec<Value>;
        }

        #[diagnostic::do_not_recommend]
        impl<T: ToSqlList<$ty> + ?Sized> $kind for T {
            #[inline]
            fn to_sql_list(&self) -> Vec<Value> {
                ToSqlList::to_sql_list(self)
            }
        }
    )*};
}

lists! {
    BooleanList <- sql_types::Boolean, "expected a list of booleans: of `bool`";
    TinyIntList <- sql_types::TinyInt, "expected a list of tinyints: of `i8`";
    SmallIntList <- sql_types::SmallInt, "expected a list of smallints: of `i16`, `i8` or `u8`";
    IntegerList <- sql_types::Integer, "expected a list of integers: of `i32` or a smaller integer";
    BigIntList <- sql_types::BigInt, "expected a list of bigints: of `i64` or another integer";
    RealList <- sql_types::Real, "expected a list of reals: of `f32` or an integer of at most 16 bits";
    DoubleList <- sql_types::Double, "expected a list of doubles: of `f64`, `f32` or an integer of at most 32 bits";
    DecimalList <- sql_types::Decimal, "expected a list of decimals: of `lakequery::Decimal` or an integer";
    VarcharList <- sql_types::Varchar, "expected a list of varchars: of `&str` or `String`";
    VarbinaryList <- sql_types::Varbinary, "expected a list of varbinaries: of `&[u8]` or `Vec<u8>`";
    DateList <- sql_types::Date, "expected a list of dates: of `chrono::NaiveDate`";
    TimeList <- sql_types::Time, "expected a list of times: of `chrono::NaiveTime`";
    TimestampList <- sql_types::Timestamp, "expected a list of timestamps: of `chrono::NaiveDateTime`";
    TimestampTzList <- sql_types::TimestampTz, "expected a list of timestamps with time zone: of `chrono::DateTime`";
    IntervalYearToMonthList <- sql_types::IntervalYearToMonth, "expected a list of intervals of months: of `lakequery::Months`";
    IntervalDayToSecondList <- sql_types::IntervalDayToSecond, "expected a list of intervals of milliseconds: of `chrono::TimeDelta`";
    JsonList <- sql_types::Json, "expected a list of JSON: of `&str` or `String`";
    UuidList <- sql_types::Uuid, "expected a list of UUIDs: of `&str`, `String` or, with the feature, `uuid::Uuid`";
    IpAddressList <- sql_types::IpAddress, "expected a list of IP addresses: of `std::net::IpAddr`, `&str` or `String`";
}

macro_rules! columns {
    ($note:literal: $($kind:ident <- $ty:ty, $label:literal;)*) => {$(
        /// What the column `C` of this type may be read into.
        #[diagnostic::on_unimplemented(
            message = "the column `{C}` can't be read into a Rust `{Self}`",
            label = $label,
            note = $note
        )]
        pub trait $kind<C>: Sized {
            /// The value of the column of this index.
            ///
            /// # Errors
            ///
            /// When it can't be read.
            fn read(row: &TypedRow<'_>, index: usize) -> Result<Self>;
        }

        #[diagnostic::do_not_recommend]
        impl<C, T: FromSql<$ty>> $kind<C> for T {
            #[inline]
            fn read(row: &TypedRow<'_>, index: usize) -> Result<T> {
                row.read(index)
            }
        }
    )*};
}

// Columns that are never NULL.
columns! {
    "a type of your own can be read into if it derives `lakequery::SqlType`; or CAST the column in the query":
    BooleanColumn <- sql_types::Boolean, "it is a boolean: expected `bool`";
    TinyIntColumn <- sql_types::TinyInt, "it is a tinyint: expected `i8` or a larger signed integer";
    SmallIntColumn <- sql_types::SmallInt, "it is a smallint: expected `i16` or a larger signed integer";
    IntegerColumn <- sql_types::Integer, "it is an integer: expected `i32` or `i64`";
    BigIntColumn <- sql_types::BigInt, "it is a bigint: expected `i64`";
    RealColumn <- sql_types::Real, "it is a real: expected `f32` or `f64`";
    DoubleColumn <- sql_types::Double, "it is a double: expected `f64`";
    DecimalColumn <- sql_types::Decimal, "it is a decimal: expected `lakequery::Decimal`";
    VarcharColumn <- sql_types::Varchar, "it is a varchar: expected `String`";
    VarbinaryColumn <- sql_types::Varbinary, "it is a varbinary: expected `Vec<u8>`";
    DateColumn <- sql_types::Date, "it is a date: expected `chrono::NaiveDate`";
    TimeColumn <- sql_types::Time, "it is a time: expected `chrono::NaiveTime`";
    TimestampColumn <- sql_types::Timestamp, "it is a timestamp: expected `chrono::NaiveDateTime`";
    TimestampTzColumn <- sql_types::TimestampTz, "it is a timestamp with time zone: expected `chrono::DateTime` of `FixedOffset` or `Utc`";
    IntervalYearToMonthColumn <- sql_types::IntervalYearToMonth, "it is an interval of months: expected `lakequery::Months`";
    IntervalDayToSecondColumn <- sql_types::IntervalDayToSecond, "it is an interval of milliseconds: expected `chrono::TimeDelta`";
    JsonColumn <- sql_types::Json, "it is JSON: expected `String`";
    UuidColumn <- sql_types::Uuid, "it is a UUID: expected `String` or, with the feature, `uuid::Uuid`";
    IpAddressColumn <- sql_types::IpAddress, "it is an IP address: expected `std::net::IpAddr` or `String`";
}

// Columns that can be NULL.
columns! {
    "or keep NULL out of the column: `WHERE … IS NOT NULL`, `coalesce(…)`, or `AS name!` if you know better":
    BooleanOrNullColumn <- sql_types::Nullable<sql_types::Boolean>, "it is a boolean that can be NULL: expected `Option<bool>`";
    TinyIntOrNullColumn <- sql_types::Nullable<sql_types::TinyInt>, "it is a tinyint that can be NULL: expected `Option<i8>` or one of a larger signed integer";
    SmallIntOrNullColumn <- sql_types::Nullable<sql_types::SmallInt>, "it is a smallint that can be NULL: expected `Option<i16>` or one of a larger signed integer";
    IntegerOrNullColumn <- sql_types::Nullable<sql_types::Integer>, "it is an integer that can be NULL: expected `Option<i32>` or `Option<i64>`";
    BigIntOrNullColumn <- sql_types::Nullable<sql_types::BigInt>, "it is a bigint that can be NULL: expected `Option<i64>`";
    RealOrNullColumn <- sql_types::Nullable<sql_types::Real>, "it is a real that can be NULL: expected `Option<f32>` or `Option<f64>`";
    DoubleOrNullColumn <- sql_types::Nullable<sql_types::Double>, "it is a double that can be NULL: expected `Option<f64>`";
    DecimalOrNullColumn <- sql_types::Nullable<sql_types::Decimal>, "it is a decimal that can be NULL: expected `Option<lakequery::Decimal>`";
    VarcharOrNullColumn <- sql_types::Nullable<sql_types::Varchar>, "it is a varchar that can be NULL: expected `Option<String>`";
    VarbinaryOrNullColumn <- sql_types::Nullable<sql_types::Varbinary>, "it is a varbinary that can be NULL: expected `Option<Vec<u8>>`";
    DateOrNullColumn <- sql_types::Nullable<sql_types::Date>, "it is a date that can be NULL: expected `Option<chrono::NaiveDate>`";
    TimeOrNullColumn <- sql_types::Nullable<sql_types::Time>, "it is a time that can be NULL: expected `Option<chrono::NaiveTime>`";
    TimestampOrNullColumn <- sql_types::Nullable<sql_types::Timestamp>, "it is a timestamp that can be NULL: expected `Option<chrono::NaiveDateTime>`";
    TimestampTzOrNullColumn <- sql_types::Nullable<sql_types::TimestampTz>, "it is a timestamp with time zone that can be NULL: expected an `Option` of `chrono::DateTime` of `FixedOffset` or `Utc`";
    IntervalYearToMonthOrNullColumn <- sql_types::Nullable<sql_types::IntervalYearToMonth>, "it is an interval of months that can be NULL: expected `Option<lakequery::Months>`";
    IntervalDayToSecondOrNullColumn <- sql_types::Nullable<sql_types::IntervalDayToSecond>, "it is an interval of milliseconds that can be NULL: expected `Option<chrono::TimeDelta>`";
    JsonOrNullColumn <- sql_types::Nullable<sql_types::Json>, "it is JSON that can be NULL: expected `Option<String>`";
    UuidOrNullColumn <- sql_types::Nullable<sql_types::Uuid>, "it is a UUID that can be NULL: expected `Option<String>` or, with the feature, `Option<uuid::Uuid>`";
    IpAddressOrNullColumn <- sql_types::Nullable<sql_types::IpAddress>, "it is an IP address that can be NULL: expected `Option<std::net::IpAddr>` or `Option<String>`";
}
