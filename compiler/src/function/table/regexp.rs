//! Regular expressions.

use super::{Function, Nulls::*, scalar};

const REPLACE: &[&str] = &[
    "(varchar, varchar, varchar?) -> varchar",
    "(varchar, varchar, (array(varchar)) -> varchar) -> varchar",
];

pub(super) const ROWS: &[Function] = &[
    scalar("regexp_like", Strict, &["(varchar, varchar) -> boolean"]),
    scalar("regexp_extract", Nullable, &["(varchar, varchar, bigint?) -> varchar"]),
    scalar("regexp_replace", Strict, REPLACE),
    scalar("regexp_count", Strict, &["(varchar, varchar) -> bigint"]),
    scalar("regexp_position", Strict, &["(varchar, varchar, integer?, integer?) -> integer"]),
];
