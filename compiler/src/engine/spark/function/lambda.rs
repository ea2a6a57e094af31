//! Functions that call lambdas.

use crate::emit::{FunctionRow, named, same, template};

#[rustfmt::skip]
const SAME: &[&str] = &[
    "transform", "filter", "zip_with", "map_filter", "transform_keys", "transform_values",
    "map_zip_with",
];

pub(super) const ROWS: &[FunctionRow] = &[
    same(SAME),
    named(&["any_match"], "exists"),
    named(&["all_match"], "forall"),
    template(&["none_match"], "NOT exists({0}, {1})"),
    named(&["reduce"], "aggregate"),
];
