//! JSON by path, in the older functions; SQL's own (`json_value` and its like)
//! are syntax, not rows.

use super::{Function, NOT_EMBEDDED, Nulls, Nulls::*, scalar};

/// A function that the embedded engine has yet to learn.
const fn json(name: &'static str, nulls: Nulls, signatures: &'static [&'static str]) -> Function {
    scalar(name, nulls, signatures).spelled(&[NOT_EMBEDDED])
}

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
    json("json_parse", Strict, &["(varchar) -> json"]),
    json("json_format", Strict, &["(json) -> varchar"]),
    json("json_extract", Nullable, &["(varchar, varchar) -> json", "(json, varchar) -> json"]),
    json(
        "json_extract_scalar",
        Nullable,
        &["(varchar, varchar) -> varchar", "(json, varchar) -> varchar"],
    ),
    json("json_size", Nullable, &["(varchar, varchar) -> bigint", "(json, varchar) -> bigint"]),
    json("json_array_length", Nullable, &["(varchar) -> bigint", "(json) -> bigint"]),
    json("json_array_get", Nullable, &["(varchar, bigint) -> json", "(json, bigint) -> json"]),
    json("json_array_contains", Nullable, CONTAINS),
    json("is_json_scalar", Strict, &["(varchar) -> boolean", "(json) -> boolean"]),
];
