//! Numbers: arithmetic, rounding, logarithms, angles, bits.

use super::{Function, Nulls::*, scalar};

/// A decimal without its fraction: one digit more, where rounding may need it.
const WHOLE: &[&str] = &[
    "(T:integer) -> T",
    "(real) -> real",
    "(double) -> double",
    "(decimal(p,s)) -> decimal(min(38,p-s+min(s,1)),0)",
];

const ROUND: &[&str] = &[
    "(T:integer, integer?) -> T",
    "(real, integer?) -> real",
    "(double, integer?) -> double",
    "(decimal(p,s)) -> decimal(min(38,p-s+min(s,1)),0)",
    "(decimal(p,s), integer) -> decimal(min(38,p+1),s)",
];

const TRUNCATE: &[&str] = &[
    "(real) -> real",
    "(double) -> double",
    "(decimal(p,s)) -> decimal(max(p-s,1),0)",
    "(decimal(p,s), integer) -> decimal(p,s)",
];

const MODULO: &[&str] = &[
    "(T:integer, T) -> T",
    "(real, real) -> real",
    "(double, double) -> double",
    "(decimal(a,b), decimal(c,d)) -> decimal(max(1,min(a-b,c-d)+max(b,d)),max(b,d))",
];

const SIGN: &[&str] =
    &["(T:integer) -> T", "(real) -> real", "(double) -> double", "(decimal(p,s)) -> decimal(1,0)"];

const DOUBLE: &[&str] = &["(double) -> double"];
const TWO_DOUBLES: &[&str] = &["(double, double) -> double"];
const CONSTANT: &[&str] = &["() -> double"];
const BITS: &[&str] = &["(bigint, bigint) -> bigint"];
const SHIFT: &[&str] = &["(T:integer, integer) -> T"];
const RANDOM: &[&str] = &["() -> double", "(T:integer, T?) -> T"];

pub(super) const ROWS: &[Function] = &[
    scalar("abs", Strict, &["(T:number) -> T"]),
    scalar("sign", Strict, SIGN),
    scalar("round", Strict, ROUND),
    scalar("truncate", Strict, TRUNCATE),
    scalar("ceil", Strict, WHOLE),
    scalar("ceiling", Strict, WHOLE),
    scalar("floor", Strict, WHOLE),
    scalar("mod", Strict, MODULO),
    scalar("sqrt", Strict, DOUBLE),
    scalar("cbrt", Strict, DOUBLE),
    scalar("exp", Strict, DOUBLE),
    scalar("ln", Strict, DOUBLE),
    scalar("log2", Strict, DOUBLE),
    scalar("log10", Strict, DOUBLE),
    scalar("log", Strict, TWO_DOUBLES),
    scalar("power", Strict, TWO_DOUBLES),
    scalar("pow", Strict, TWO_DOUBLES),
    scalar("pi", Strict, CONSTANT),
    scalar("e", Strict, CONSTANT),
    scalar("degrees", Strict, DOUBLE),
    scalar("radians", Strict, DOUBLE),
    scalar("sin", Strict, DOUBLE),
    scalar("cos", Strict, DOUBLE),
    scalar("tan", Strict, DOUBLE),
    scalar("asin", Strict, DOUBLE),
    scalar("acos", Strict, DOUBLE),
    scalar("atan", Strict, DOUBLE),
    scalar("atan2", Strict, TWO_DOUBLES),
    scalar("sinh", Strict, DOUBLE),
    scalar("cosh", Strict, DOUBLE),
    scalar("tanh", Strict, DOUBLE),
    scalar("nan", Strict, CONSTANT),
    scalar("infinity", Strict, CONSTANT),
    scalar("is_nan", Strict, &["(real) -> boolean", "(double) -> boolean"]),
    scalar("is_finite", Strict, &["(double) -> boolean"]),
    scalar("is_infinite", Strict, &["(double) -> boolean"]),
    scalar("width_bucket", Strict, &["(double, double, double, bigint) -> bigint"]),
    scalar("from_base", Strict, &["(varchar, bigint) -> bigint"]),
    scalar("to_base", Strict, &["(bigint, bigint) -> varchar"]),
    scalar("random", Strict, RANDOM),
    scalar("rand", Strict, RANDOM),
    scalar("bitwise_and", Strict, BITS),
    scalar("bitwise_or", Strict, BITS),
    scalar("bitwise_xor", Strict, BITS),
    scalar("bitwise_not", Strict, &["(bigint) -> bigint"]),
    scalar("bitwise_left_shift", Strict, SHIFT),
    scalar("bitwise_right_shift", Strict, SHIFT),
    scalar("bitwise_right_shift_arithmetic", Strict, SHIFT),
    scalar("bit_count", Strict, BITS),
    scalar("beta_cdf", Strict, &["(double, double, double) -> double"]),
    scalar("inverse_beta_cdf", Strict, &["(double, double, double) -> double"]),
    scalar("normal_cdf", Strict, &["(double, double, double) -> double"]),
    scalar("inverse_normal_cdf", Strict, &["(double, double, double) -> double"]),
    scalar("t_cdf", Strict, &["(double, double) -> double"]),
    scalar("t_pdf", Strict, &["(double, double) -> double"]),
    scalar("wilson_interval_lower", Strict, &["(bigint, bigint, double) -> double"]),
    scalar("wilson_interval_upper", Strict, &["(bigint, bigint, double) -> double"]),
];
