//! Choosing between values, and asking about them.

use lakequery_types::Engine;

use super::{Function, NOT_EMBEDDED, Nulls::*, Spelling, scalar};

pub(super) const ROWS: &[Function] = &[
    scalar("coalesce", IfAll, &["(T, T...) -> T"]),
    scalar("nullif", Nullable, &["(T:comparable, ~T) -> T"]),
    scalar("if", IfBranches, &["(boolean, T, T?) -> T"]),
    scalar("greatest", Strict, &["(T:orderable...) -> T"]),
    scalar("least", Strict, &["(T:orderable...) -> T"]),
    scalar("try", Nullable, &["(T) -> T"]).spelled(&[NOT_EMBEDDED]),
    scalar("typeof", Never, &["(any) -> varchar"]).spelled(&[
        NOT_EMBEDDED,
        (Engine::Presto, Spelling::Refused("Presto's times have no precision to name")),
    ]),
];
