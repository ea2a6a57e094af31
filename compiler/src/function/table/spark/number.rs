//! Numbers: what Spark makes bigints or counts in bits.

use lakequery_types::Type;

use super::super::Spelling::{self, Template, Typed};
use super::argument::integer;
use crate::tree::Expr;

/// Spark's are bigints, which NaN, infinities and large numbers are not, nor the
/// zero below zero.
pub(super) fn whole(name: &str, args: &[Expr]) -> Spelling {
    match (name, args.first().map(|arg| &arg.ty)) {
        ("floor", Some(Type::Double)) => Template(
            "CASE WHEN {0} <> 0 AND abs({0}) < 4503599627370496 THEN CAST(floor({0}) AS DOUBLE) \
             ELSE {0} END",
        ),
        ("floor", Some(Type::Real)) => Template(
            "CASE WHEN {0} <> 0 AND abs({0}) < 8388608 THEN CAST(floor({0}) AS FLOAT) \
             ELSE {0} END",
        ),
        (_, Some(Type::Double)) => Template(
            "CASE WHEN {0} > -1 AND {0} < 0 THEN -0D \
             WHEN {0} <> 0 AND abs({0}) < 4503599627370496 THEN CAST(ceil({0}) AS DOUBLE) \
             ELSE {0} END",
        ),
        (_, Some(Type::Real)) => Template(
            "CASE WHEN {0} > -1 AND {0} < 0 THEN CAST(-0D AS FLOAT) \
             WHEN {0} <> 0 AND abs({0}) < 8388608 THEN CAST(ceil({0}) AS FLOAT) \
             ELSE {0} END",
        ),
        ("floor", _) => Typed("floor({0})", Type::BigInt),
        _ => Typed("ceil({0})", Type::BigInt),
    }
}

/// The type of bits that are combined: the widest of the arguments as they are written.
pub(super) fn bits(args: &[Expr]) -> Type {
    let types = args.iter().map(|arg| &arg.written().ty);
    types.max_by_key(|ty| ty.as_decimal()).cloned().unwrap_or(Type::BigInt)
}

/// Whether a shift is by fewer bits than there are.
pub(super) fn shifts(args: &[Expr]) -> bool {
    let width = match args.first().map(|arg| &arg.ty) {
        Some(Type::Integer) => 32,
        Some(Type::BigInt) => 64,
        _ => return false,
    };
    integer(args.get(1)).is_some_and(|count| (0..width).contains(&count))
}
