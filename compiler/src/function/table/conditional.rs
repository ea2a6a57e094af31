//! Choosing between values, and asking about them.

use super::{Function, Nulls::*, scalar};

pub(super) const ROWS: &[Function] = &[
    scalar("coalesce", IfAll, &["(T, T...) -> T"]),
    scalar("nullif", Nullable, &["(T:comparable, ~T) -> T"]),
    scalar("if", IfBranches, &["(boolean, T, T?) -> T"]),
    scalar("greatest", Strict, &["(T:orderable...) -> T"]),
    scalar("least", Strict, &["(T:orderable...) -> T"]),
    scalar("try", Nullable, &["(T) -> T"]),
    scalar("typeof", Never, &["(any) -> varchar"]),
];
