//! What reading JSON gives.

use lakequery_types::json::Malformed;

/// A value that was read, or where the text is not JSON.
pub(super) type Parsed<T> = Result<T, Malformed>;
