//! The readers of what servers send, called with bytes instead of by a server.
//!
//! Behind the feature `_fuzzing`, for the properties in `tests/properties`: a server on
//! loopback would allow a hundredth of the inputs in the same time, and a fuzzer would
//! see the threads of tokio instead of the reader.

use arrow_array::RecordBatch;

use crate::backend::LexicalRules;
pub use crate::engine::databricks::fuzzing as databricks;
pub use crate::engine::dremio::fuzzing as dremio;
pub use crate::engine::{presto::fuzzing as presto, spark::fuzzing as spark};
use crate::rows::{Row, of_batch};
use crate::sql::split;
use crate::statement::Piece;

/// The readers of Trino's answers and URLs.
pub mod trino {
    use crate::coordinator::fuzzing::shown;
    pub use crate::coordinator::fuzzing::{Answer, Named, Rows, answer, data_type, segment};
    use crate::engine::trino::TRINO;
    use crate::error::Result;

    /// Reads a URL without its scheme: what of it may be shown.
    ///
    /// # Errors
    ///
    /// Where no connection has such a URL.
    pub fn url(rest: &str, tls: bool) -> Result<String> {
        shown(rest, &TRINO, tls)
    }
}

/// The rows of a batch.
pub fn rows(batch: RecordBatch) -> impl Iterator<Item = Row> {
    of_batch(batch)
}

/// Cuts SQL that is known at run time only at its parameters: the texts around them, as
/// engines read it whose quoted texts have backslashes and whose comments nest, or not.
pub fn around_parameters(sql: &str, backslashes: bool, nested_comments: bool) -> Vec<&str> {
    let (mut texts, mut before) = (Vec::new(), "");
    for piece in split(sql, LexicalRules { backslashes, nested_comments, slash_comments: false }) {
        match piece {
            Piece::Text(text) => before = text,
            Piece::Parameter(_) | Piece::InList { .. } => texts.push(std::mem::take(&mut before)),
        }
    }
    texts.push(before);
    texts
}
