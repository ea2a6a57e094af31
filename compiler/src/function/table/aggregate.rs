//! Aggregates.

use super::{Function, Nulls::*, aggregate};

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
    "(bigint, array(double)) -> array(bigint not null)",
    "(real, array(double)) -> array(real not null)",
    "(double, array(double)) -> array(double not null)",
    "(bigint, double, array(double)) -> array(bigint not null)",
    "(real, double, array(double)) -> array(real not null)",
    "(double, double, array(double)) -> array(double not null)",
];

const HISTOGRAM: &[&str] = &[
    "(bigint, double, double?) -> map(double,double not null)",
    "(bigint, real, double?) -> map(real,real not null)",
];

const FREQUENT: &[&str] = &[
    "(bigint, bigint, bigint) -> map(bigint,bigint not null)",
    "(bigint, varchar, bigint) -> map(varchar,bigint not null)",
];

const ORDERED: &[&str] = &["(T:orderable) -> T", "(T:orderable, bigint) -> array(T not null)"];
const BY: &[&str] = &["(V, K:orderable) -> V", "(V, K:orderable, bigint) -> array(V)"];
const LOGICAL: &[&str] = &["(boolean) -> boolean"];
const BITS: &[&str] = &["(bigint) -> bigint"];
const SPREAD: &[&str] = &["(bigint) -> double", "(double) -> double"];
const MEAN: &[&str] = &["(bigint) -> double", "(real) -> real", "(double) -> double"];
const PAIRS: &[&str] = &["(real, real) -> real", "(double, double) -> double"];

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
    aggregate("approx_distinct", Never, &["(T:comparable, double?) -> bigint"]),
    aggregate("approx_percentile", NoRows, PERCENTILE),
    aggregate("listagg", NoRows, &["(varchar, 'text'?) -> varchar"]),
    aggregate("array_agg", OnlyNoRows, &["(T) -> array(T)"]),
    aggregate("map_agg", NoRows, &["(K:comparable, V) -> map(K,V)"]),
    aggregate("multimap_agg", NoRows, &["(K:comparable, V) -> map(K,array(V) not null)"]),
    aggregate("histogram", NoRows, &["(T:comparable) -> map(T,bigint not null)"]),
    aggregate("approx_most_frequent", NoRows, FREQUENT),
    aggregate("numeric_histogram", NoRows, HISTOGRAM),
    // Trino's gives NULL for maps without entries, too.
    aggregate("map_union", Nullable, &["(map(K,V)) -> map(K,V)"]),
    aggregate("checksum", NoRows, &["(T:comparable) -> varbinary"]),
];
