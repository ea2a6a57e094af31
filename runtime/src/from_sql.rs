//! [`FromSql`]: which SQL types may be read into which Rust types, for the compiler.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::net::IpAddr;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::arrow::decode::Decode;
use crate::row::RowFields;
use crate::sql_types::*;
use crate::value::{Months, Value};

/// Says that a column of the SQL type `K` may be read into this Rust type.
///
/// Only conversions that lose nothing are there: a `bigint` is not read into an `i32`.
#[diagnostic::on_unimplemented(
    message = "a value of the SQL type `{K}` can't be read into a Rust `{Self}`",
    label = "`{Self}` can't hold every value of `{K}`",
    note = "an array is read into a `Vec`, a map into a `HashMap` or `BTreeMap`, a row into a tuple of its fields or a struct that derives `lakequery::SqlRow`; what is `Nullable` into an `Option`"
)]
pub trait FromSql<K>: Decode {}

macro_rules! from_sql {
    ($($kind:ident => $($rust:ty)|+;)*) => {$(
        // The notes of the trait list them better than rustc would.
        $(#[diagnostic::do_not_recommend]
        impl FromSql<$kind> for $rust {})+
        #[diagnostic::do_not_recommend]
        impl FromSql<$kind> for Value {}
        // A column that is never NULL may be read into an `Option`, too.
        #[diagnostic::do_not_recommend]
        impl<T: FromSql<$kind>> FromSql<$kind> for Option<T> {}
    )*};
}

from_sql! {
    Boolean => bool;
    TinyInt => i8 | i16 | i32 | i64 | crate::Decimal;
    SmallInt => i16 | i32 | i64 | crate::Decimal;
    Integer => i32 | i64 | crate::Decimal;
    BigInt => i64 | crate::Decimal;
    Real => f32 | f64;
    Double => f64;
    Decimal => crate::Decimal;
    Varchar => String;
    Varbinary => Vec<u8>;
    Date => NaiveDate;
    Time => NaiveTime;
    Timestamp => NaiveDateTime;
    TimestampTz => DateTime<FixedOffset> | DateTime<Utc>;
    IntervalYearToMonth => Months;
    IntervalDayToSecond => TimeDelta;
    Json => String;
    Uuid => String;
    IpAddress => IpAddr | String;
}

#[cfg(feature = "uuid")]
#[diagnostic::do_not_recommend]
impl FromSql<Uuid> for uuid::Uuid {}

impl<K, T: FromSql<K>> FromSql<Nullable<K>> for Option<T> {}
#[diagnostic::do_not_recommend]
impl<K, T: FromSql<K>> FromSql<K> for Box<T> {}
#[diagnostic::do_not_recommend]
impl<K> FromSql<Nullable<K>> for Value where Value: FromSql<K> {}

// Of what is nested, rustc reports the innermost part that does not fit.
impl<K, T: FromSql<K>> FromSql<Array<K>> for Vec<T> {}
#[diagnostic::do_not_recommend]
impl<K> FromSql<Array<K>> for Value {}
impl<K, T: FromSql<Array<K>>> FromSql<Array<K>> for Option<T> {}

impl<A, B, K, V, S> FromSql<Map<A, B>> for HashMap<K, V, S>
where
    K: FromSql<A> + Eq + Hash,
    V: FromSql<B>,
    S: BuildHasher + Default,
{
}
impl<A, B, K: FromSql<A> + Ord, V: FromSql<B>> FromSql<Map<A, B>> for BTreeMap<K, V> {}
#[diagnostic::do_not_recommend]
impl<A, B> FromSql<Map<A, B>> for Value {}
impl<A, B, T: FromSql<Map<A, B>>> FromSql<Map<A, B>> for Option<T> {}

macro_rules! tuples {
    ($($count:literal: $($kind:ident $rust:ident)+;)*) => {$(
        // The notes of a column tell the whole row.
        #[diagnostic::do_not_recommend]
        impl<F: RowFields<$count, Kinds = ($($kind,)+)>, $($kind, $rust: FromSql<$kind>),+> FromSql<Row<F>>
            for ($($rust,)+)
        {
        }
    )*};
}

tuples! {
    1: A T;
    2: A T B U;
    3: A T B U C V;
    4: A T B U C V D W;
    5: A T B U C V D W E X;
    6: A T B U C V D W E X G Y;
    7: A T B U C V D W E X G Y H Z;
    8: A T B U C V D W E X G Y H Z I Q;
    9: A T B U C V D W E X G Y H Z I Q J O;
    10: A T B U C V D W E X G Y H Z I Q J O L N;
    11: A T B U C V D W E X G Y H Z I Q J O L N M P;
    12: A T B U C V D W E X G Y H Z I Q J O L N M P R S;
}

#[diagnostic::do_not_recommend]
impl<F> FromSql<Row<F>> for Value {}
impl<F, T: FromSql<Row<F>>> FromSql<Row<F>> for Option<T> {}
