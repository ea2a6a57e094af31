//! Numbers. Spark makes many of them bigints or counts them in bits.

use lakequery_types::Type;

use crate::emit::FunctionSql::{self, Name, Same, Template, Typed, Unsupported};
use crate::emit::{FunctionRow, by, same, template, typed};
use crate::engine::argument::{integer, is_bound, is_positive, may_be_zero};
use crate::tree::Expr;

#[rustfmt::skip]
const SAME: &[&str] = &[
    "abs", "sqrt", "cbrt", "exp", "power", "pow", "pi", "e", "degrees", "radians", "sin",
    "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "width_bucket",
];

pub(super) const ROWS: &[FunctionRow] = &[
    same(SAME),
    by(&["round"], |args| match is_bound(args.get(1)) {
        true => Same,
        false => Unsupported("Spark rounds to a literal number of places"),
    }),
    by(&["mod"], |args| match args {
        [dividend, divisor] if dividend.ty.is_floating() && may_be_zero(divisor) => {
            Template(REMAINDER)
        }
        _ => Same,
    }),
    typed(&["sign"], "sign({0})", Type::Double),
    by(&["ln"], |args| {
        logarithm(
            args,
            "coalesce(ln({0}), CASE WHEN {0} = 0 THEN double('-Infinity') \
             ELSE {0} * double('NaN') END)",
        )
    }),
    by(&["log2"], |args| {
        logarithm(
            args,
            "coalesce(log2({0}), CASE WHEN {0} = 0 THEN double('-Infinity') \
             ELSE {0} * double('NaN') END)",
        )
    }),
    by(&["log10"], |args| {
        logarithm(
            args,
            "coalesce(log10({0}), CASE WHEN {0} = 0 THEN double('-Infinity') \
             ELSE {0} * double('NaN') END)",
        )
    }),
    by(&["log"], |args| match args.iter().all(|arg| is_positive(Some(arg))) {
        true => Same,
        false => Unsupported("Spark's is NULL where there is none; write `ln(x) / ln(base)`"),
    }),
    by(&["ceil", "ceiling"], ceil),
    by(&["floor"], floor),
    template(&["nan"], "double('NaN')"),
    template(&["infinity"], "double('Infinity')"),
    // NULL for NULL, which `isnan` is not.
    template(&["is_nan"], "{0} = double('NaN')"),
    template(&["is_finite"], "abs({0}) < double('Infinity')"),
    template(&["is_infinite"], "abs({0}) = double('Infinity')"),
    template(&["to_base"], "lower(conv(CAST({0} AS STRING), 10, -{1:int}))"),
    by(&["random", "rand"], |args| match args.is_empty() {
        true => Name("rand"),
        false => Unsupported("Spark's has no bounds"),
    }),
    by(&["bitwise_and"], |args| Typed("{0} & {1}", bits(args))),
    by(&["bitwise_or"], |args| Typed("{0} | {1}", bits(args))),
    by(&["bitwise_xor"], |args| Typed("{0} ^ {1}", bits(args))),
    by(&["bitwise_not"], |args| Typed("~{0}", bits(args))),
    by(&["bitwise_left_shift"], |args| shift(args, "shiftleft")),
    by(&["bitwise_right_shift"], |args| shift(args, "shiftrightunsigned")),
    by(&["bitwise_right_shift_arithmetic"], |args| shift(args, "shiftright")),
    by(&["bit_count"], |args| match integer(args.get(1)) {
        Some(64) => Typed("bit_count(CAST({0} AS BIGINT))", Type::Integer),
        _ => Unsupported("Spark counts in 64 bits"),
    }),
];

/// A remainder: one by zero is an error there.
pub(in crate::engine::spark) const REMAINDER: &str =
    "CASE WHEN {1} = 0 THEN {0} * double('NaN') ELSE {0} % {1} END";

/// Spark's is NULL at zero and below.
fn logarithm(args: &[Expr], anywhere: &'static str) -> FunctionSql {
    if is_positive(args.first()) { Same } else { Template(anywhere) }
}

/// Spark's are bigints, which NaN, infinities and large numbers are not, nor the
/// zero below zero.
fn ceil(args: &[Expr]) -> FunctionSql {
    match args.first().map(|arg| &arg.ty) {
        Some(Type::Decimal { .. }) => Name("ceil"),
        Some(Type::Double) => Template(
            "CASE WHEN {0} > -1 AND {0} < 0 THEN -0D \
             WHEN {0} <> 0 AND abs({0}) < 4503599627370496 THEN CAST(ceil({0}) AS DOUBLE) \
             ELSE {0} END",
        ),
        Some(Type::Real) => Template(
            "CASE WHEN {0} > -1 AND {0} < 0 THEN CAST(-0D AS FLOAT) \
             WHEN {0} <> 0 AND abs({0}) < 8388608 THEN CAST(ceil({0}) AS FLOAT) \
             ELSE {0} END",
        ),
        _ => Typed("ceil({0})", Type::BigInt),
    }
}

/// As `ceil`, but for the zero.
fn floor(args: &[Expr]) -> FunctionSql {
    match args.first().map(|arg| &arg.ty) {
        Some(Type::Decimal { .. }) => Same,
        Some(Type::Double) => Template(
            "CASE WHEN {0} <> 0 AND abs({0}) < 4503599627370496 THEN CAST(floor({0}) AS DOUBLE) \
             ELSE {0} END",
        ),
        Some(Type::Real) => Template(
            "CASE WHEN {0} <> 0 AND abs({0}) < 8388608 THEN CAST(floor({0}) AS FLOAT) \
             ELSE {0} END",
        ),
        _ => Typed("floor({0})", Type::BigInt),
    }
}

/// The type of bits that are combined: the widest of the arguments as they are written.
pub(super) fn bits(args: &[Expr]) -> Type {
    let types = args.iter().map(|arg| &arg.written().ty);
    types.max_by_key(|ty| ty.as_decimal()).cloned().unwrap_or(Type::BigInt)
}

fn shift(args: &[Expr], name: &'static str) -> FunctionSql {
    let width = match args.first().map(|arg| &arg.ty) {
        Some(Type::Integer) => 32,
        Some(Type::BigInt) => 64,
        _ => 0,
    };
    match integer(args.get(1)) {
        Some(count) if (0..width).contains(&count) => Name(name),
        _ => Unsupported(
            "Spark shifts integers and bigints only, and by a literal below their width",
        ),
    }
}
