//! The reader of URLs, called without a server.

use super::profile::Environment;
use super::url::parse;
use crate::error::Result;
use crate::http::client::place;

/// Reads a URL without its scheme, where the environment says nothing: what of it may be shown.
///
/// # Errors
///
/// Where no connection has such a URL.
pub fn url(rest: &str) -> Result<String> {
    let nothing = Environment { variable: Box::new(|_| None), file: Box::new(|_| None) };
    Ok(place(&parse(rest, &nothing)?.endpoint.base))
}
