//! Arrays and maps.

use super::{Function, Nulls::*, scalar};

const SET: &[&str] = &["(array(T:comparable), array(T)) -> array(T)"];

const SEQUENCE: &[&str] = &[
    "(bigint, bigint, bigint?) -> array(bigint not null)",
    "(date, date) -> array(date not null)",
    "(date, date, interval day to second) -> array(date not null)",
    "(date, date, interval year to month) -> array(date not null)",
    "(timestamp(p), timestamp(p), interval day to second) -> array(timestamp(p) not null)",
    "(timestamp(p), timestamp(p), interval year to month) -> array(timestamp(p) not null)",
];

pub(super) const ROWS: &[Function] = &[
    scalar("cardinality", Strict, &["(array(T)) -> bigint", "(map(K,V)) -> bigint"]),
    scalar("element_at", Nullable, &["(array(T), bigint) -> T", "(map(K,V), K) -> V"]),
    scalar("contains", Nullable, &["(array(T:comparable), T) -> boolean"]),
    scalar("array_position", Strict, &["(array(T:comparable), T) -> bigint"]),
    scalar("array_distinct", Strict, &["(array(T:comparable)) -> array(T)"]),
    scalar("array_sort", Strict, &["(array(T:orderable)) -> array(T)"]),
    scalar("array_max", Nullable, &["(array(T:orderable)) -> T"]),
    scalar("array_min", Nullable, &["(array(T:orderable)) -> T"]),
    scalar("array_join", Strict, &["(array(T:printable), varchar, varchar?) -> varchar"]),
    scalar("array_remove", Strict, &["(array(T:comparable), T) -> array(T)"]),
    scalar("array_union", Strict, SET),
    scalar("array_intersect", Strict, SET),
    scalar("array_except", Strict, SET),
    scalar("arrays_overlap", Nullable, &["(array(T:comparable), array(T)) -> boolean"]),
    scalar("slice", Strict, &["(array(T), bigint, bigint) -> array(T)"]),
    scalar("trim_array", Strict, &["(array(T), bigint) -> array(T)"]),
    scalar("ngrams", Strict, &["(array(T), integer) -> array(array(T) not null)"]),
    scalar("combinations", Strict, &["(array(T), integer) -> array(array(T) not null)"]),
    scalar("flatten", Strict, &["(array(array(T))) -> array(T)"]),
    scalar("sequence", Strict, SEQUENCE),
    scalar("repeat", OnlyOf(1), &["(T, bigint) -> array(T)"]),
    scalar("split", Strict, &["(varchar, varchar, bigint?) -> array(varchar not null)"]),
    scalar("regexp_split", Strict, &["(varchar, varchar) -> array(varchar not null)"]),
    scalar("regexp_extract_all", Strict, &["(varchar, varchar, bigint?) -> array(varchar)"]),
    scalar(
        "map",
        Strict,
        &["(array(K:comparable), array(V)) -> map(K,V)", "() -> map(unknown,unknown not null)"],
    ),
    scalar("map_keys", Strict, &["(map(K,V)) -> array(K)"]),
    scalar("map_values", Strict, &["(map(K,V)) -> array(V)"]),
    scalar("map_concat", Strict, &["(map(K,V), map(K,V)...) -> map(K,V)"]),
    scalar("split_to_map", Strict, &["(varchar, varchar, varchar) -> map(varchar,varchar)"]),
];
