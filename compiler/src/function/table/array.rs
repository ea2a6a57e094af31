//! Arrays and maps.

use super::{Function, Nulls::*, scalar};

const SET: &[&str] = &["(array(T:comparable), array(T)) -> array(T)"];

const VECTORS: &[&str] =
    &["(array(double), array(double)) -> double", "(array(real), array(real)) -> double"];

const SIMILARITY: &[&str] = &[
    "(array(double), array(double)) -> double",
    "(map(varchar,double), map(varchar,double)) -> double",
];

const ARRAY_SORT: &[&str] =
    &["(array(T:orderable)) -> array(T)", "(array(T), (T, T) -> integer) -> array(T)"];

const ZIP: &[&str] = &[
    "(array(A), array(B)) -> array(row(A null,B null) not null)",
    "(array(A), array(B), array(C)) -> array(row(A null,B null,C null) not null)",
    "(array(A), array(B), array(C), array(D)) -> \
     array(row(A null,B null,C null,D null) not null)",
    "(array(A), array(B), array(C), array(D), array(E)) -> \
     array(row(A null,B null,C null,D null,E null) not null)",
];

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
    scalar("array_sort", OnlyOf(0), ARRAY_SORT),
    scalar("array_max", Nullable, &["(array(T:orderable)) -> T"]),
    scalar("array_min", Nullable, &["(array(T:orderable)) -> T"]),
    scalar("array_join", Strict, &["(array(T:printable), varchar, varchar?) -> varchar"]),
    scalar("array_remove", Strict, &["(array(T:comparable), T) -> array(T)"]),
    scalar("array_union", Strict, SET),
    scalar("array_intersect", Strict, SET),
    scalar("array_except", Strict, SET),
    scalar("arrays_overlap", Nullable, &["(array(T:comparable), array(T)) -> boolean"]),
    scalar("array_histogram", Strict, &["(array(T:comparable)) -> map(T,bigint not null)"]),
    scalar("contains_sequence", Strict, &["(array(T:comparable), array(T)) -> boolean"]),
    scalar("shuffle", Strict, &["(array(T)) -> array(T)"]),
    scalar("cosine_similarity", Nullable, SIMILARITY),
    scalar("cosine_distance", Nullable, &["(array(double), array(double)) -> double"]),
    scalar("dot_product", Strict, VECTORS),
    scalar("euclidean_distance", Strict, VECTORS),
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
    scalar("map_entries", Strict, &["(map(K,V)) -> array(row(K not null,V) not null)"]),
    scalar("map_from_entries", Strict, &["(array(row(K:comparable,V))) -> map(K,V)"]),
    scalar(
        "multimap_from_entries",
        Strict,
        &["(array(row(K:comparable,V))) -> map(K,array(V) not null)"],
    ),
    scalar("zip", Strict, ZIP),
    scalar("map_keys", Strict, &["(map(K,V)) -> array(K)"]),
    scalar("map_values", Strict, &["(map(K,V)) -> array(V)"]),
    scalar("map_concat", Strict, &["(map(K,V), map(K,V)...) -> map(K,V)"]),
    scalar(
        "split_to_multimap",
        Strict,
        &["(varchar, varchar, varchar) -> map(varchar,array(varchar not null) not null)"],
    ),
    scalar("split_to_map", Strict, &["(varchar, varchar, varchar) -> map(varchar,varchar)"]),
];
