//! The seam between this crate and the engines: what an engine's half must do.
//!
//! Each engine has a file here, named as its half of the compiler, behind a
//! Cargo feature of the same name.

#[cfg(feature = "datafusion")]
pub(crate) mod datafusion;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures_core::Stream;
use lakequery_types::{Engine, Type};

use crate::error::{Error, Kind, Result};
use crate::reflect::{ReflectOptions, Tables};
use crate::schema::Expected;
use crate::statement::{Argument, Piece};
use crate::url::Address;

/// A future that can be sent to another thread.
pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Batches as they come. Dropping it cancels the query.
pub(crate) type BatchStream = Pin<Box<dyn Stream<Item = Result<RecordBatch>> + Send>>;

/// A connection to an engine.
pub(crate) trait Backend: fmt::Debug + Send + Sync {
    /// The engine.
    fn engine(&self) -> Engine;

    /// Runs a query. Nothing happens before the future is polled; dropping it
    /// cancels the query. Its errors need not name engine and location.
    ///
    /// The batches' columns have canonical Arrow types
    /// ([`canonical`](crate::schema::canonical)).
    fn run(&self, request: Request<'_>) -> BoxFuture<Result<Answer>>;

    /// The tables of the schemas asked for, by schema and name.
    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>>;
}

/// Connects to the engine of an address.
///
/// # Errors
///
/// When this build does not have the engine, or the engine's half says so.
pub(crate) fn open(address: &Address<'_>) -> Result<Arc<dyn Backend>> {
    let Address { engine, scheme, rest } = address;
    match engine {
        #[cfg(feature = "datafusion")]
        Engine::DataFusion => Ok(Arc::new(datafusion::DataFusion::open(rest)?)),
        #[cfg(not(feature = "datafusion"))]
        Engine::DataFusion => {
            let _ = rest;
            Err(Error::new(Kind::Unsupported, "this build does not have the embedded engine")
                .help("enable the feature `datafusion` of the crate lakequery in Cargo.toml")
                .at_engine(Engine::DataFusion))
        }
        engine => Err(Error::new(
            Kind::Unsupported,
            format!("connecting to {engine} (`{scheme}:`) is not supported yet by this version"),
        )
        .help("the one engine that it connects to is the embedded one, `datafusion:`")
        .at_engine(*engine)),
    }
}

/// A query to run.
pub(crate) struct Request<'a> {
    /// Its text.
    pub(crate) pieces: &'a [Piece<'a>],
    /// Its parameters' values, already fitted to their types.
    pub(crate) arguments: Vec<Argument>,
    /// Its parameters' types; of a list, that of its elements.
    pub(crate) types: Vec<Type>,
    /// The columns it was compiled for; `None` for SQL that was not compiled.
    pub(crate) expected: Option<Vec<Expected>>,
}

/// What an engine answers.
pub(crate) struct Answer {
    /// The columns.
    pub(crate) schema: SchemaRef,
    /// The rows.
    pub(crate) batches: BatchStream,
    /// Whether the rows are no result but counts of rows that were written.
    pub(crate) counts: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::parse;

    #[test]
    fn engines_that_are_not_there_are_named() {
        for (url, text) in [
            (
                "trino://me:s3cret@h/c/s",
                "connecting to trino (`trino:`) is not supported yet by this version (trino)",
            ),
            ("TRINOS://me:s3cret@h", "connecting to trino (`trinos:`)"),
            ("presto://me:s3cret@h", "connecting to presto"),
            ("hive://me:s3cret@h", "connecting to spark (`hive:`)"),
            ("spark://me:s3cret@h", "connecting to spark"),
            ("databricks://token:s3cret@h?http_path=s3cret", "connecting to databricks"),
            ("dremio://me:s3cret@h", "connecting to dremio"),
            ("dremio+flight://me:s3cret@h", "connecting to dremio (`dremio+flight:`)"),
        ] {
            let error = parse(url).and_then(|address| open(&address)).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(error.is_unsupported() && shown.starts_with(text), "{url}: {shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }

    #[cfg(not(feature = "datafusion"))]
    #[test]
    fn the_feature_is_named() {
        let error = parse("datafusion:data/").and_then(|address| open(&address)).unwrap_err();
        assert!(error.is_unsupported());
        assert!(error.to_string().contains("enable the feature `datafusion`"), "{error}");
    }
}
