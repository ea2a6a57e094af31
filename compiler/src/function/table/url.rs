//! URLs. What is no URL has no parts: they are NULL.

use super::{Function, Nulls::*, scalar};

const PART: &[&str] = &["(varchar) -> varchar"];

pub(super) const ROWS: &[Function] = &[
    scalar("url_extract_protocol", Nullable, PART),
    scalar("url_extract_host", Nullable, PART),
    scalar("url_extract_port", Nullable, &["(varchar) -> bigint"]),
    scalar("url_extract_path", Nullable, PART),
    scalar("url_extract_query", Nullable, PART),
    scalar("url_extract_parameter", Nullable, &["(varchar, varchar) -> varchar"]),
    scalar("url_extract_fragment", Nullable, PART),
    scalar("url_encode", Strict, PART),
    scalar("url_decode", Strict, PART),
];
