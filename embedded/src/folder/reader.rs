//! [`Reader`]: what reads the files of a table that DataFusion does not read itself.

use std::fmt;
use std::path::Path;

use arrow_schema::SchemaRef;

use super::batches::{Batches, Flow};
use crate::error::Result;

/// What reads the files of a table, each from its beginning to its end. It blocks.
pub(super) trait Reader: fmt::Debug + Send + Sync {
    /// The columns of the files, with the names that queries use.
    fn schema(&self) -> SchemaRef;

    /// Reads a file's columns of these numbers.
    fn read(&self, path: &Path, wanted: &[usize], batches: &mut Batches<'_>) -> Result<Flow>;
}
