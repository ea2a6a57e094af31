//! Rows with names and the structs that derive `SqlRow`: how their fields meet, by name,
//! while a program is compiled.
//!
//! A derive knows the fields of its struct, and not of which rows it will be read. A query
//! knows the fields of its rows, and not into which structs they are read. So the query
//! makes a type for each row with names, the derive asks such a type for what the struct
//! needs, and rustc brings both together. It knows a name by its [`Name`].

use crate::value::Value;

/// A field's name, as a number: that of the name in lower case.
#[derive(Debug)]
pub struct Name<const HASH: u128>;

/// The fields of a row in their order, as many as `COUNT` says.
#[diagnostic::on_unimplemented(message = "the row has another number of fields than {COUNT}")]
pub trait RowFields<const COUNT: usize> {
    /// The tuple of their kinds.
    type Kinds;
}

macro_rules! tuples {
    ($($count:literal: $($kind:ident)+;)*) => {$(
        impl<$($kind),+> RowFields<$count> for ($($kind,)+) {
            type Kinds = Self;
        }

        // That a struct can't stand for it is said once.
        impl<N, S, $($kind),+> HasField<N, S> for ($($kind,)+) {}
    )*};
}

tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
    7: A B C D E F G;
    8: A B C D E F G H;
    9: A B C D E F G H I;
    10: A B C D E F G H I J;
    11: A B C D E F G H I J K;
    12: A B C D E F G H I J K L;
}

/// A row whose field `N` can be read into a `T`. `S` is a type whose name rustc shows as
/// that of the struct's field.
#[diagnostic::on_unimplemented(
    message = "a row whose fields have no names, or share one, can't be read into a struct",
    label = "the struct needs a field `{S}`",
    note = "read the row into a tuple of its fields, or give them names: `CAST(… AS row(name type, …))`"
)]
pub trait ReadField<N, S, T> {}

/// A row that has a field `N`, so that a struct with such a field can stand for it.
#[diagnostic::on_unimplemented(
    message = "a struct can't stand for a row whose fields have no names, or share one",
    label = "the struct has a field `{S}`",
    note = "give a tuple of the row's fields, or give them names: `CAST({{…}} AS row(name type, …))`"
)]
pub trait HasField<N, S> {}

/// A row whose fields the struct `T` has all, so that it can stand for the row.
#[diagnostic::on_unimplemented(
    message = "a struct can't stand for a row whose fields have no names, or share one",
    label = "`{T}` is a struct",
    note = "give a tuple of the row's fields, or give them names: `CAST({{…}} AS row(name type, …))`"
)]
pub trait MadeFrom<T> {
    /// The row.
    fn row(value: &T) -> Value;
}

/// A field's name that the struct `T` has a field of.
// The name implements it, and not the struct: of a type that the user wrote rustc would tell
// the outermost trait alone.
pub trait GivenBy<T> {
    /// The type of the field.
    type Type;

    /// The field.
    fn given_by(value: &T) -> &Self::Type;
}

/// The same type.
pub type Same<T> = T;
