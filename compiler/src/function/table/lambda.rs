//! Functions that call lambdas.

use super::{Function, Nulls::*, aggregate, scalar};

const MATCH: &[&str] = &["(array(T), (T) -> boolean) -> boolean"];

pub(super) const ROWS: &[Function] = &[
    scalar("transform", OnlyOf(0), &["(array(T), (T) -> U) -> array(U)"]),
    scalar("filter", OnlyOf(0), &["(array(T), (T) -> boolean) -> array(T)"]),
    scalar("any_match", Strict, MATCH),
    scalar("all_match", Strict, MATCH),
    scalar("none_match", Strict, MATCH),
    scalar("reduce", AnyOf(&[0, 3]), &["(array(T), S, (S, T) -> S, (S) -> R) -> R"]),
    scalar("zip_with", AnyOf(&[0, 1]), &["(array(T), array(U), (T?, U?) -> R) -> array(R)"]),
    scalar("map_filter", OnlyOf(0), &["(map(K,V), (K, V) -> boolean) -> map(K,V)"]),
    scalar("transform_keys", OnlyOf(0), &["(map(K,V), (K, V) -> N:comparable) -> map(N,V)"]),
    scalar("transform_values", OnlyOf(0), &["(map(K,V), (K, V) -> N) -> map(K,N)"]),
    scalar("map_zip_with", AnyOf(&[0, 1]), &["(map(K,V), map(K,W), (K, V?, W?) -> R) -> map(K,R)"]),
    aggregate("reduce_agg", NoRows, &["(T, S, (S, T) -> S, (S, S) -> S) -> S"]),
];
