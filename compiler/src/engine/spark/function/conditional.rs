//! Choosing between values.

use crate::emit::FunctionSql::{Same, Template};
use crate::emit::{FunctionRow, by, same};

pub(super) const ROWS: &[FunctionRow] = &[
    same(&["coalesce", "nullif", "if"]),
    by(&["greatest", "least"], |args| match args.len() {
        1 => Template("{0}"),
        _ => Same,
    }),
];
