//! The readers of replies, types and URLs, called without a server.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Field, Schema};
use lakequery_types::Type;

use super::decode;
use super::url;
use crate::arrow::schema::canonical;
use crate::error::Result;
use crate::hive::message;
use crate::hive::thrift::Boundary;
use crate::spark_sql::spark_type::SparkType;

/// Whether bytes are a whole reply to any of the calls.
pub fn is_reply(bytes: &[u8]) -> bool {
    message::opened(bytes).is_ok()
        || message::executed(bytes).is_ok()
        || message::stage(bytes).is_ok()
        || message::columns(bytes).is_ok()
        || message::fetched(bytes).is_ok()
        || message::cancelled(bytes).is_ok()
        || message::closed(bytes).is_ok()
}

/// Where a message ends whose bytes come in pieces of these lengths.
///
/// # Errors
///
/// Where it is not a message, why not.
pub fn end(bytes: &[u8], piece: usize) -> std::result::Result<Option<usize>, String> {
    let mut boundary = Boundary::default();
    let mut came = 0;
    while came < bytes.len() {
        came = bytes.len().min(came + piece.max(1));
        let end = boundary.find(bytes.get(..came).unwrap_or(bytes));
        if let Some(end) = end.map_err(|malformed| malformed.to_string())? {
            return Ok(Some(end));
        }
    }
    Ok(None)
}

/// The rows in a reply to `FetchResults`, as columns of these types; `None` where it
/// is not such a reply with rows.
pub fn fetched(types: &[Type], bytes: &[u8]) -> Option<Result<RecordBatch>> {
    let mut fetched = message::fetched(bytes).ok()?.ok()?;
    let fields = types.iter().map(|ty| Some(Field::new("", canonical(ty)?, true)));
    let schema = Arc::new(Schema::new(fields.collect::<Option<Vec<_>>>()?));
    Some(decode::batch(&schema, types, bytes, &fetched.columns, &mut fetched.budget))
}

/// The type of lake SQL that a type of Spark's stands for.
pub fn lake_type(name: &str) -> Option<Type> {
    SparkType::parse(name).map(|ty| ty.lake())
}

/// Reads a URL without its scheme: what of it may be shown.
///
/// # Errors
///
/// Where no connection has such a URL.
pub fn url(text: &str) -> Result<String> {
    url::parse(text).map(|target| format!("{}:{}", target.host, target.port))
}
