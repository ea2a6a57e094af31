//! Keeps the compiled queries for `cargo lake check`, which names a folder for
//! them in the environment.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use proc_macro2::Span;

use crate::problem::Problem;

/// The variable that names the folder; `cargo lake` knows it, too.
const FOLDER: &str = "LAKEQUERY_QUERIES";

/// Writes a statement into the folder, where there is one.
///
/// # Errors
///
/// When it can't be written: `cargo lake check` would overlook a query.
pub(crate) fn record(statement: &str) -> Result<(), Problem> {
    let Some(folder) = std::env::var_os(FOLDER) else { return Ok(()) };
    // The same query may be compiled more than once, for a library and its tests.
    let mut hasher = DefaultHasher::new();
    statement.hash(&mut hasher);
    let file = Path::new(&folder).join(format!("{:016x}.query", hasher.finish()));
    std::fs::write(&file, statement).map_err(|error| {
        let message = format!("could not write {} for `cargo lake check`: {error}", file.display());
        Problem::new(Span::call_site(), message)
    })
}
