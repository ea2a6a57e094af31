//! The reader of URLs, called without a server.

use super::url::parse;
use crate::error::Result;

/// Reads a URL without its scheme: what of it may be shown.
///
/// # Errors
///
/// Where no connection has such a URL.
pub fn url(rest: &str) -> Result<String> {
    Ok(parse(rest)?.target.place())
}
