//! JSON by path, in the older functions; SQL's own (`json_value` and its like)
//! are syntax, not rows.

use super::{Function, Nulls::*, scalar};

const CONTAINS: &[&str] = &[
    "(json, boolean) -> boolean",
    "(json, bigint) -> boolean",
    "(json, double) -> boolean",
    "(json, varchar) -> boolean",
    "(varchar, boolean) -> boolean",
    "(varchar, bigint) -> boolean",
    "(varchar, double) -> boolean",
    "(varchar, varchar) -> boolean",
];

pub(super) const ROWS: &[Function] = &[
    scalar("json_parse", Strict, &["(varchar) -> json"]),
    scalar("json_format", Strict, &["(json) -> varchar"]),
    scalar("json_extract", Nullable, &["(varchar, varchar) -> json", "(json, varchar) -> json"]),
    scalar(
        "json_extract_scalar",
        Nullable,
        &["(varchar, varchar) -> varchar", "(json, varchar) -> varchar"],
    ),
    scalar("json_size", Nullable, &["(varchar, varchar) -> bigint", "(json, varchar) -> bigint"]),
    scalar("json_array_length", Nullable, &["(varchar) -> bigint", "(json) -> bigint"]),
    scalar("json_array_get", Nullable, &["(varchar, bigint) -> json", "(json, bigint) -> json"]),
    scalar("json_array_contains", Nullable, CONTAINS),
    scalar("is_json_scalar", Strict, &["(varchar) -> boolean", "(json) -> boolean"]),
];
