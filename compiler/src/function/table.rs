//! The table of functions, one row each, a file a family.

use super::Function;

/// All functions, by family.
pub(super) const FUNCTIONS: &[&[Function]] = &[];
