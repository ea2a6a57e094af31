//! Functions that only a window gives a meaning. Every aggregate is one too.

use super::{Function, Nulls::*, window};

const COUNTED: &[&str] = &["() -> bigint"];
const SHARE: &[&str] = &["() -> double"];
const NEIGHBOUR: &[&str] = &["(T, bigint?, T?) -> T"];

pub(super) const ROWS: &[Function] = &[
    window("row_number", Never, COUNTED),
    window("rank", Never, COUNTED),
    window("dense_rank", Never, COUNTED),
    window("percent_rank", Never, SHARE),
    window("cume_dist", Never, SHARE),
    window("ntile", Strict, &["(bigint) -> bigint"]),
    window("lag", Nullable, NEIGHBOUR),
    window("lead", Nullable, NEIGHBOUR),
    window("first_value", NoRows, &["(T) -> T"]),
    window("last_value", NoRows, &["(T) -> T"]),
    window("nth_value", Nullable, &["(T, bigint) -> T"]),
];
