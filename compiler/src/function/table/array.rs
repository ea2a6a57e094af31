//! Arrays and maps.

use lakequery_types::{Engine, Type};

use super::{Function, NOT_EMBEDDED, Nulls, Nulls::*, Spelling, scalar};
use crate::tree::Expr;

/// A function that the embedded engine has yet to learn.
const fn nested(name: &'static str, nulls: Nulls, signatures: &'static [&'static str]) -> Function {
    scalar(name, nulls, signatures).spelled(&[NOT_EMBEDDED])
}

const SET: &[&str] = &["(array(T:comparable), array(T)) -> array(T)"];

const SEQUENCE: &[&str] = &[
    "(bigint, bigint, bigint?) -> array(bigint not null)",
    "(date, date) -> array(date not null)",
    "(date, date, interval day to second) -> array(date not null)",
    "(date, date, interval year to month) -> array(date not null)",
    "(timestamp(p), timestamp(p), interval day to second) -> array(timestamp(p) not null)",
    "(timestamp(p), timestamp(p), interval year to month) -> array(timestamp(p) not null)",
];

/// Presto counts with integers.
fn repeat_in_presto(args: &[Expr]) -> Spelling {
    match args {
        [_, count] if count.written().ty == Type::BigInt => {
            Spelling::Template("repeat({0}, CAST({1} AS INTEGER))")
        }
        _ => Spelling::Name("repeat"),
    }
}

pub(super) const ROWS: &[Function] = &[
    nested("cardinality", Strict, &["(array(T)) -> bigint", "(map(K,V)) -> bigint"]),
    nested("element_at", Nullable, &["(array(T), bigint) -> T", "(map(K,V), K) -> V"]),
    nested("contains", Nullable, &["(array(T:comparable), T) -> boolean"]),
    nested("array_position", Strict, &["(array(T:comparable), T) -> bigint"]),
    nested("array_distinct", Strict, &["(array(T:comparable)) -> array(T)"]),
    nested("array_sort", Strict, &["(array(T:orderable)) -> array(T)"]),
    nested("array_max", Nullable, &["(array(T:orderable)) -> T"]),
    nested("array_min", Nullable, &["(array(T:orderable)) -> T"]),
    nested("array_join", Strict, &["(array(T:printable), varchar, varchar?) -> varchar"]),
    nested("array_remove", Strict, &["(array(T:comparable), T) -> array(T)"]),
    nested("array_union", Strict, SET),
    nested("array_intersect", Strict, SET),
    nested("array_except", Strict, SET),
    nested("arrays_overlap", Nullable, &["(array(T:comparable), array(T)) -> boolean"]),
    nested("slice", Strict, &["(array(T), bigint, bigint) -> array(T)"]),
    nested("trim_array", Strict, &["(array(T), bigint) -> array(T)"]),
    nested("ngrams", Strict, &["(array(T), integer) -> array(array(T) not null)"]),
    nested("combinations", Strict, &["(array(T), integer) -> array(array(T) not null)"]),
    nested("flatten", Strict, &["(array(array(T))) -> array(T)"]),
    nested("sequence", Strict, SEQUENCE),
    scalar("repeat", OnlyOf(1), &["(T, bigint) -> array(T)"])
        .spelled(&[NOT_EMBEDDED, (Engine::Presto, Spelling::By(repeat_in_presto))]),
    nested("split", Strict, &["(varchar, varchar, bigint?) -> array(varchar not null)"]),
    nested("regexp_split", Strict, &["(varchar, varchar) -> array(varchar not null)"]),
    nested("regexp_extract_all", Strict, &["(varchar, varchar, bigint?) -> array(varchar)"]),
    nested("map", Strict, &["(array(K:comparable), array(V)) -> map(K,V)"]),
    nested("map_keys", Strict, &["(map(K,V)) -> array(K)"]),
    nested("map_values", Strict, &["(map(K,V)) -> array(V)"]),
    nested("map_concat", Strict, &["(map(K,V), map(K,V)...) -> map(K,V)"]),
    nested("split_to_map", Strict, &["(varchar, varchar, varchar) -> map(varchar,varchar)"]),
];
