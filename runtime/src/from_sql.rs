//! [`FromSql`]: which SQL types may be read into which Rust types, for the compiler.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::net::IpAddr;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::arrow::decode::Decode;
use crate::sql_types::*;
use crate::value::{Months, Value};

/// Says that a column of the SQL type `K` may be read into this Rust type.
///
/// Only conversions that lose nothing are there: a `bigint` is not read into an `i32`.
#[diagnostic::on_unimplemented(
    message = "a column of the SQL type `{K}` can't be read into a Rust `{Self}`",
    label = "`{Self}` can't hold every value of `{K}`"
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

#[diagnostic::do_not_recommend]
impl<K, T: FromSql<K>> FromSql<Nullable<K>> for Option<T> {}
#[diagnostic::do_not_recommend]
impl<K> FromSql<Nullable<K>> for Value where Value: FromSql<K> {}

#[diagnostic::do_not_recommend]
impl<K, T: FromSql<K>> FromSql<Array<K>> for Vec<T> {}
#[diagnostic::do_not_recommend]
impl<K> FromSql<Array<K>> for Value {}
#[diagnostic::do_not_recommend]
impl<K, T: FromSql<Array<K>>> FromSql<Array<K>> for Option<T> {}

#[diagnostic::do_not_recommend]
impl<A, B, K, V, S> FromSql<Map<A, B>> for HashMap<K, V, S>
where
    K: FromSql<A> + Eq + Hash,
    V: FromSql<B>,
    S: BuildHasher + Default,
{
}
#[diagnostic::do_not_recommend]
impl<A, B, K: FromSql<A> + Ord, V: FromSql<B>> FromSql<Map<A, B>> for BTreeMap<K, V> {}
#[diagnostic::do_not_recommend]
impl<A, B> FromSql<Map<A, B>> for Value {}
#[diagnostic::do_not_recommend]
impl<A, B, T: FromSql<Map<A, B>>> FromSql<Map<A, B>> for Option<T> {}

macro_rules! tuples {
    ($($($kind:ident $rust:ident)+;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($kind, $rust: FromSql<$kind>),+> FromSql<Row<($($kind,)+)>> for ($($rust,)+) {}
    )*};
}

tuples! {
    A T;
    A T B U;
    A T B U C V;
    A T B U C V D W;
    A T B U C V D W E X;
    A T B U C V D W E X F Y;
    A T B U C V D W E X F Y G Z;
    A T B U C V D W E X F Y G Z H Q;
}

#[diagnostic::do_not_recommend]
impl<F> FromSql<Row<F>> for Value {}
#[diagnostic::do_not_recommend]
impl<F, T: FromSql<Row<F>>> FromSql<Row<F>> for Option<T> {}
