//! What Dremio writes for functions.
//!
//! What has no row is refused: few of its functions are known to do what Trino's do.

use crate::emit::{FunctionRow, FunctionTable, WithoutRow, same};

pub(super) static FUNCTIONS: FunctionTable =
    FunctionTable::new(&[ROWS], WithoutRow::Unsupported("Dremio has no equal of it"));

const ROWS: &[FunctionRow] = &[same(&["count", "max", "min"])];
