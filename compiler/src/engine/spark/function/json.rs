//! JSON.

use crate::emit::{FunctionRow, unsupported};

pub(super) const ROWS: &[FunctionRow] = &[unsupported(
    &[
        "is_json_scalar",
        "json_array_contains",
        "json_array_get",
        "json_array_length",
        "json_extract",
        "json_extract_scalar",
        "json_format",
        "json_parse",
        "json_size",
    ],
    "Spark reads JSON by other rules",
)];
