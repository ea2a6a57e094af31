//! What the readers of the formats give.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

/// The rows of a file, in batches.
pub(super) type Rows = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>>>;

/// What is wrong with a file.
pub(super) type Fault = Box<dyn std::error::Error + Send + Sync>;
