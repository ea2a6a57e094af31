//! The tables that a source has: what this tool takes from lakequery itself.

use std::path::Path;

use lakequery_compiler::snapshot::Table;
use lakequery_types::Engine;

/// A table of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The table; its schema is that of the engine.
    pub(crate) table: Table,
    /// Whether its types are not stated by the source but guessed from data.
    pub(crate) inferred: bool,
}

/// What opens sources.
pub(crate) trait Catalog {
    /// Opens the source at a URL; a relative path in it is relative to `folder`.
    fn open(&self, url: &str, folder: &Path) -> Result<Box<dyn Lake>, String>;
}

/// A source that is open.
pub(crate) trait Lake {
    /// The engine.
    fn engine(&self) -> Engine;

    /// Hands each table of a schema of the engine (`""` for the connection's own),
    /// or of all schemas, to `each` as soon as it is known.
    fn tables(&self, schema: Option<&str>, each: &mut dyn FnMut(Found)) -> Result<(), String>;
}

/// The lakes that lakequery connects to.
pub(crate) struct Lakes;

impl Catalog for Lakes {
    fn open(&self, _url: &str, _folder: &Path) -> Result<Box<dyn Lake>, String> {
        Err("this build connects to no engine".to_owned())
    }
}
