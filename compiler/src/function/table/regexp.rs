//! Regular expressions.

use super::{Function, NOT_IN_PRESTO, Nulls::*, scalar};

pub(super) const ROWS: &[Function] = &[
    scalar("regexp_like", Strict, &["(varchar, varchar) -> boolean"]),
    scalar("regexp_extract", Nullable, &["(varchar, varchar, bigint?) -> varchar"]),
    scalar("regexp_replace", Strict, &["(varchar, varchar, varchar?) -> varchar"]),
    scalar("regexp_count", Strict, &["(varchar, varchar) -> bigint"]).spelled(&[NOT_IN_PRESTO]),
    scalar("regexp_position", Strict, &["(varchar, varchar, integer?, integer?) -> integer"])
        .spelled(&[NOT_IN_PRESTO]),
];
