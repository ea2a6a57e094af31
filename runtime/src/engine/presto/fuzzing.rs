//! The readers of binary pages and URLs, called without a server.

use arrow_array::RecordBatch;

use super::PRESTO;
use super::page::decode_bytes;
use crate::budget::Budget;
use crate::coordinator::fuzzing::{Named, named, shown};
use crate::error::Result;

/// Decodes a binary page.
///
/// # Errors
///
/// Where it is broken.
pub fn page(columns: &Named, page: &[u8]) -> Result<RecordBatch> {
    decode_bytes(&named(columns)?, page, &mut Budget::of(page.len()))
}

/// Reads a URL without its scheme: what of it may be shown.
///
/// # Errors
///
/// Where no connection has such a URL.
pub fn url(rest: &str, tls: bool) -> Result<String> {
    shown(rest, &PRESTO, tls)
}
