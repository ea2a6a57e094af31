//! The readers of what servers send, called with bytes instead of by a server.
//!
//! Behind the feature `_fuzzing`, for the properties in `tests/properties`: a server on
//! loopback would allow a hundredth of the inputs in the same time, and a fuzzer would
//! see the threads of tokio instead of the reader.

use arrow_array::RecordBatch;

pub use crate::engine::trino::fuzzing as trino;
pub use crate::engine::{presto::fuzzing as presto, spark::fuzzing as spark};
use crate::rows::{Row, of_batch};

/// The rows of a batch.
pub fn rows(batch: RecordBatch) -> impl Iterator<Item = Row> {
    of_batch(batch)
}
