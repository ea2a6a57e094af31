//! The SQL types as Rust types, so that the compiler can match them.
//!
//! Nothing of these types ever exists: they only stand in bounds such as
//! [`FromSql<BigInt>`](crate::FromSql) and [`ToSql<Nullable<Date>>`](crate::ToSql).
//! Lengths, precisions and scales are left out; they are checked when a query
//! is compiled and when its first batch arrives.

use std::marker::PhantomData;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        $($(#[$doc])* #[derive(Debug)] pub enum $name {})*
    };
}

kinds! {
    /// `boolean`
    Boolean,
    /// `tinyint`: 8 bits, signed.
    TinyInt,
    /// `smallint`: 16 bits, signed.
    SmallInt,
    /// `integer`: 32 bits, signed.
    Integer,
    /// `bigint`: 64 bits, signed.
    BigInt,
    /// `real`: 32-bit floating point.
    Real,
    /// `double`: 64-bit floating point.
    Double,
    /// `decimal(p,s)`: exact, at most 38 digits.
    Decimal,
    /// `varchar`, `varchar(n)` and `char(n)`.
    Varchar,
    /// `varbinary`: bytes.
    Varbinary,
    /// `date`
    Date,
    /// `time(p)`
    Time,
    /// `timestamp(p)`: date and time of day, no zone.
    Timestamp,
    /// `timestamp(p) with time zone`: an instant.
    TimestampTz,
    /// `interval year to month`: whole months.
    IntervalYearToMonth,
    /// `interval day to second`: milliseconds.
    IntervalDayToSecond,
    /// `json`
    Json,
    /// `uuid`
    Uuid,
    /// `ipaddress`
    IpAddress,
}

/// `array(K)`
#[derive(Debug)]
pub struct Array<K>(Never, PhantomData<K>);

/// `map(K,V)`
#[derive(Debug)]
pub struct Map<K, V>(Never, PhantomData<(K, V)>);

/// `row(…)`; the parameter is the tuple of the fields' kinds or, where the fields have
/// names, a type that the macros make for the row.
#[derive(Debug)]
pub struct Row<F>(Never, PhantomData<F>);

/// `K` or NULL.
#[derive(Debug)]
pub struct Nullable<K>(Never, PhantomData<K>);

#[derive(Debug)]
enum Never {}
