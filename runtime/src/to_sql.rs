//! [`ToSql`] and [`ToSqlList`]: which Rust values may be parameters of which
//! SQL types.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};

use crate::row::RowFields;
use crate::sql_types::*;
use crate::value::{Months, Value};

/// Says that this Rust type may be a parameter of the SQL type `K`, and makes
/// the value that is sent.
///
/// Only conversions that lose nothing are there: an `i32` may be a `bigint`
/// parameter, an `i64` not an `integer` one. What may be too large (`u64` and
/// `usize` for a `bigint`) or too exact (decimals and timestamps, where they are
/// not only compared) is checked when it is sent.
#[diagnostic::on_unimplemented(
    message = "a Rust `{Self}` can't be a parameter of the SQL type `{K}`",
    label = "expected what can be `{K}`",
    note = "an array is given by a `Vec` or a slice, a map by a `HashMap` or `BTreeMap`, a row by a tuple of its fields or a struct that derives `lakequery::SqlRow`; what is `Nullable` may be an `Option`"
)]
pub trait ToSql<K> {
    /// The value to send.
    fn to_sql(&self) -> Value;
}

/// Says that this is a list whose elements may be parameters of the SQL type
/// `K`, for `IN {list}`.
#[diagnostic::on_unimplemented(
    message = "a Rust `{Self}` can't be a list of parameters of the SQL type `{K}`",
    label = "expected a list of what can be `{K}`"
)]
pub trait ToSqlList<K> {
    /// The values to send.
    fn to_sql_list(&self) -> Vec<Value>;
}

macro_rules! to_sql {
    ($($rust:ty => $($kind:ident)|+;)*) => {$($(
        #[diagnostic::do_not_recommend]
        impl ToSql<$kind> for $rust {
            fn to_sql(&self) -> Value {
                Value::from(<$rust>::clone(self))
            }
        }

        #[diagnostic::do_not_recommend]
        impl ToSql<Nullable<$kind>> for $rust {
            fn to_sql(&self) -> Value {
                Value::from(<$rust>::clone(self))
            }
        }
    )+)*};
}

to_sql! {
    bool => Boolean;
    i8 => TinyInt | SmallInt | Integer | BigInt | Decimal | Real | Double;
    i16 => SmallInt | Integer | BigInt | Decimal | Real | Double;
    i32 => Integer | BigInt | Decimal | Double;
    i64 => BigInt | Decimal;
    u8 => SmallInt | Integer | BigInt | Decimal | Real | Double;
    u16 => Integer | BigInt | Decimal | Real | Double;
    u32 => BigInt | Decimal | Double;
    u64 => BigInt | Decimal;
    isize => BigInt | Decimal;
    usize => BigInt | Decimal;
    f32 => Real | Double;
    f64 => Double;
    crate::Decimal => Decimal;
    String => Varchar | Json | Uuid | IpAddress;
    char => Varchar;
    Vec<u8> => Varbinary;
    NaiveDate => Date;
    NaiveTime => Time;
    NaiveDateTime => Timestamp;
    Months => IntervalYearToMonth;
    TimeDelta => IntervalDayToSecond;
    IpAddr => IpAddress;
}

#[cfg(feature = "uuid")]
to_sql! {
    uuid::Uuid => Uuid;
}

macro_rules! to_sql_unsized {
    ($($(#[$generics:tt])? $rust:ty => $($kind:ident)|+;)*) => {$($(
        #[diagnostic::do_not_recommend]
        impl ToSql<$kind> for $rust {
            fn to_sql(&self) -> Value {
                Value::from(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl ToSql<Nullable<$kind>> for $rust {
            fn to_sql(&self) -> Value {
                Value::from(self)
            }
        }
    )+)*};
}

to_sql_unsized! {
    str => Varchar | Json | Uuid | IpAddress;
    [u8] => Varbinary;
}

// Of what is nested, rustc reports the innermost part that does not fit.
macro_rules! to_sql_generic {
    ($([$($generics:tt)*] $rust:ty => $kind:ty, |$value:ident| $make:expr;)*) => {$(
        impl<$($generics)*> ToSql<$kind> for $rust {
            fn to_sql(&self) -> Value {
                let $value = self;
                $make
            }
        }

        impl<$($generics)*> ToSql<Nullable<$kind>> for $rust {
            fn to_sql(&self) -> Value {
                let $value = self;
                $make
            }
        }
    )*};
}

fn array<K, T: ToSql<K>>(elements: &[T]) -> Value {
    Value::Array(elements.iter().map(ToSql::to_sql).collect())
}

fn map<'a, A, B, K: ToSql<A> + 'a, V: ToSql<B> + 'a>(
    entries: impl Iterator<Item = (&'a K, &'a V)>,
) -> Value {
    Value::Map(entries.map(|(key, value)| (key.to_sql(), value.to_sql())).collect())
}

to_sql_generic! {
    [const N: usize] [u8; N] => Varbinary, |value| Value::from(value);
    [Tz: TimeZone] DateTime<Tz> => TimestampTz, |value| Value::from(value.clone());
    [K, T: ToSql<K>] [T] => Array<K>, |value| array(value);
    [K, T: ToSql<K>] Vec<T> => Array<K>, |value| array(value);
    [K, T: ToSql<K>, const N: usize] [T; N] => Array<K>, |value| array(value);
    [A, B, K: ToSql<A>, V: ToSql<B>, S] HashMap<K, V, S> => Map<A, B>, |value| map(value.iter());
    [A, B, K: ToSql<A>, V: ToSql<B>] BTreeMap<K, V> => Map<A, B>, |value| map(value.iter());
}

macro_rules! tuples {
    ($($count:literal: $($kind:ident $rust:ident $at:tt)+;)*) => {$(
        tuple!(Row<F>, $count, $($kind $rust $at)+);
        tuple!(Nullable<Row<F>>, $count, $($kind $rust $at)+);
    )*};
}

macro_rules! tuple {
    ($row:ty, $count:literal, $($kind:ident $rust:ident $at:tt)+) => {
        // The notes of a parameter tell the whole row.
        #[diagnostic::do_not_recommend]
        impl<F: RowFields<$count, Kinds = ($($kind,)+)>, $($kind, $rust: ToSql<$kind>),+>
            ToSql<$row> for ($($rust,)+)
        {
            fn to_sql(&self) -> Value {
                Value::Row(vec![$(self.$at.to_sql()),+])
            }
        }
    };
}

tuples! {
    1: A T 0;
    2: A T 0 B U 1;
    3: A T 0 B U 1 C V 2;
    4: A T 0 B U 1 C V 2 D W 3;
    5: A T 0 B U 1 C V 2 D W 3 E X 4;
    6: A T 0 B U 1 C V 2 D W 3 E X 4 G Y 5;
    7: A T 0 B U 1 C V 2 D W 3 E X 4 G Y 5 H Z 6;
    8: A T 0 B U 1 C V 2 D W 3 E X 4 G Y 5 H Z 6 I Q 7;
    9: A T 0 B U 1 C V 2 D W 3 E X 4 G Y 5 H Z 6 I Q 7 J O 8;
    10: A T 0 B U 1 C V 2 D W 3 E X 4 G Y 5 H Z 6 I Q 7 J O 8 L N 9;
    11: A T 0 B U 1 C V 2 D W 3 E X 4 G Y 5 H Z 6 I Q 7 J O 8 L N 9 M P 10;
    12: A T 0 B U 1 C V 2 D W 3 E X 4 G Y 5 H Z 6 I Q 7 J O 8 L N 9 M P 10 R S 11;
}

impl<K, T: ToSql<K>> ToSql<Nullable<K>> for Option<T> {
    fn to_sql(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToSql::to_sql)
    }
}

macro_rules! to_sql_behind {
    ($($pointer:ty),*) => {$(
        impl<K, T: ToSql<K> + ?Sized> ToSql<K> for $pointer {
            fn to_sql(&self) -> Value {
                (**self).to_sql()
            }
        }
    )*};
}

to_sql_behind! { &T, Box<T>, Rc<T>, Arc<T> }

impl<K, T: ToSql<K> + ToOwned + ?Sized> ToSql<K> for Cow<'_, T> {
    fn to_sql(&self) -> Value {
        (**self).to_sql()
    }
}

#[diagnostic::do_not_recommend]
impl<K, T: ToSql<K>> ToSqlList<K> for [T] {
    fn to_sql_list(&self) -> Vec<Value> {
        self.iter().map(ToSql::to_sql).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<K, T: ToSql<K>, const N: usize> ToSqlList<K> for [T; N] {
    fn to_sql_list(&self) -> Vec<Value> {
        self.as_slice().to_sql_list()
    }
}

#[diagnostic::do_not_recommend]
impl<K, T: ToSql<K>> ToSqlList<K> for Vec<T> {
    fn to_sql_list(&self) -> Vec<Value> {
        self.as_slice().to_sql_list()
    }
}

#[diagnostic::do_not_recommend]
impl<K, T: ToSql<K>, S> ToSqlList<K> for HashSet<T, S> {
    fn to_sql_list(&self) -> Vec<Value> {
        self.iter().map(ToSql::to_sql).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<K, T: ToSql<K>> ToSqlList<K> for BTreeSet<T> {
    fn to_sql_list(&self) -> Vec<Value> {
        self.iter().map(ToSql::to_sql).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<K, L: ToSqlList<K> + ?Sized> ToSqlList<K> for &L {
    fn to_sql_list(&self) -> Vec<Value> {
        (**self).to_sql_list()
    }
}
