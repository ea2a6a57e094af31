//! Aggregates.

use lakequery_types::Engine;

use super::{Function, NOT_EMBEDDED, NOT_IN_PRESTO, Nulls::*, Spelling, aggregate};
use crate::tree::Expr;

const SUM: &[&str] = &[
    "(bigint) -> bigint",
    "(real) -> real",
    "(double) -> double",
    "(decimal(p,s)) -> decimal(38,s)",
    "(interval day to second) -> interval day to second",
    "(interval year to month) -> interval year to month",
];

const AVG: &[&str] = &[
    "(bigint) -> double",
    "(real) -> real",
    "(double) -> double",
    "(decimal(p,s)) -> decimal(p,s)",
    "(interval day to second) -> interval day to second",
    "(interval year to month) -> interval year to month",
];

const PERCENTILE: &[&str] = &[
    "(bigint, double) -> bigint",
    "(real, double) -> real",
    "(double, double) -> double",
    "(bigint, double, double) -> bigint",
    "(real, double, double) -> real",
    "(double, double, double) -> double",
];

const ORDERED: &[&str] = &["(T:orderable) -> T"];
const BY: &[&str] = &["(V, K:orderable) -> V"];
const LOGICAL: &[&str] = &["(boolean) -> boolean"];
const BITS: &[&str] = &["(bigint) -> bigint"];
const SPREAD: &[&str] = &["(bigint) -> double", "(double) -> double"];
const MEAN: &[&str] = &["(bigint) -> double", "(real) -> real", "(double) -> double"];
const PAIRS: &[&str] = &["(real, real) -> real", "(double, double) -> double"];

fn approximates(args: &[Expr]) -> Spelling {
    match args.len() {
        1 => Spelling::Name("approx_distinct"),
        _ => Spelling::Refused("the embedded engine's takes no bound of its error"),
    }
}

fn percentile(args: &[Expr]) -> Spelling {
    match args.len() {
        2 => Spelling::Name("approx_percentile"),
        _ => Spelling::Refused("the embedded engine's takes no weights"),
    }
}

pub(super) const ROWS: &[Function] = &[
    aggregate("count", Never, &["() -> bigint", "(any) -> bigint"]),
    aggregate("count_if", Never, &["(boolean) -> bigint"]),
    aggregate("sum", NoRows, SUM),
    aggregate("avg", NoRows, AVG),
    aggregate("min", NoRows, ORDERED),
    aggregate("max", NoRows, ORDERED),
    aggregate("min_by", NoRows, BY),
    aggregate("max_by", NoRows, BY),
    aggregate("any_value", NoRows, &["(T) -> T"]),
    aggregate("arbitrary", NoRows, &["(T) -> T"]),
    aggregate("bool_and", NoRows, LOGICAL),
    aggregate("bool_or", NoRows, LOGICAL),
    aggregate("every", NoRows, LOGICAL),
    aggregate("bitwise_and_agg", NoRows, BITS),
    aggregate("bitwise_or_agg", NoRows, BITS),
    aggregate("bitwise_xor_agg", NoRows, BITS),
    aggregate("stddev", Nullable, SPREAD),
    aggregate("stddev_samp", Nullable, SPREAD),
    aggregate("stddev_pop", NoRows, SPREAD),
    aggregate("variance", Nullable, SPREAD),
    aggregate("var_samp", Nullable, SPREAD),
    aggregate("var_pop", NoRows, SPREAD),
    aggregate("skewness", Nullable, SPREAD),
    aggregate("kurtosis", Nullable, SPREAD),
    aggregate("geometric_mean", NoRows, MEAN),
    aggregate("corr", Nullable, PAIRS),
    aggregate("covar_pop", NoRows, PAIRS),
    aggregate("covar_samp", Nullable, PAIRS),
    aggregate("regr_slope", Nullable, PAIRS),
    aggregate("regr_intercept", Nullable, PAIRS),
    aggregate("approx_distinct", Never, &["(T:comparable, double?) -> bigint"])
        .spelled(&[(Engine::DataFusion, Spelling::By(approximates))]),
    aggregate("approx_percentile", NoRows, PERCENTILE)
        .spelled(&[(Engine::DataFusion, Spelling::By(percentile))]),
    aggregate("listagg", NoRows, &["(varchar, 'text'?) -> varchar"]).spelled(&[NOT_IN_PRESTO]),
    aggregate("array_agg", OnlyNoRows, &["(T) -> array(T)"]),
    aggregate("map_agg", NoRows, &["(K:comparable, V) -> map(K,V)"]).spelled(&[NOT_EMBEDDED]),
    aggregate("multimap_agg", NoRows, &["(K:comparable, V) -> map(K,array(V) not null)"])
        .spelled(&[NOT_EMBEDDED]),
    aggregate("histogram", NoRows, &["(T:comparable) -> map(T,bigint not null)"])
        .spelled(&[NOT_EMBEDDED]),
    aggregate("checksum", NoRows, &["(T:comparable) -> varbinary"]).spelled(&[
        NOT_EMBEDDED,
        (Engine::Presto, Spelling::Refused("Presto's gives other bytes")),
    ]),
];
