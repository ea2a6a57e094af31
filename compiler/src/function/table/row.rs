//! How the rows of the table are written.

use crate::function::definition::{Function, FunctionKind, Nulls};

const fn row(
    kind: FunctionKind,
    name: &'static str,
    nulls: Nulls,
    signatures: &'static [&'static str],
) -> Function {
    Function { name, kind, signatures, nulls }
}

pub(super) const fn scalar(
    name: &'static str,
    nulls: Nulls,
    signatures: &'static [&'static str],
) -> Function {
    row(FunctionKind::Scalar, name, nulls, signatures)
}

pub(super) const fn aggregate(
    name: &'static str,
    nulls: Nulls,
    signatures: &'static [&'static str],
) -> Function {
    row(FunctionKind::Aggregate, name, nulls, signatures)
}

pub(super) const fn window(
    name: &'static str,
    nulls: Nulls,
    signatures: &'static [&'static str],
) -> Function {
    row(FunctionKind::Window, name, nulls, signatures)
}
