//! The seam between this crate and the engines: what an engine's half must do.
//!
//! Each engine has a file here, named as its half of the compiler, behind a
//! Cargo feature of the same name.

#[cfg(feature = "datafusion")]
pub(crate) mod datafusion;
#[cfg(feature = "presto")]
pub(crate) mod presto;
#[cfg(feature = "spark")]
pub(crate) mod spark;
#[cfg(feature = "_coordinator")]
pub(crate) mod trino;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures_core::Stream;
use lakequery_types::{Engine, Type};

use crate::arrow::schema::Expected;
use crate::error::Result;
use crate::progress::Watch;
use crate::reflect::{ReflectOptions, Tables};
use crate::sql::Lexis;
use crate::statement::{Argument, Piece};

/// A future that can be sent to another thread.
pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Batches as they come. Dropping it cancels the query.
pub(crate) type BatchStream = Pin<Box<dyn Stream<Item = Result<RecordBatch>> + Send>>;

/// What connects to a URL without its scheme.
type Connect = fn(String) -> BoxFuture<Result<Arc<dyn Backend>>>;

/// Whether this build can connect to an engine.
pub(crate) enum Half {
    /// It can, with the URL without its scheme.
    #[cfg_attr(
        not(any(
            feature = "datafusion",
            feature = "trino",
            feature = "presto",
            feature = "spark"
        )),
        expect(dead_code, reason = "no engine is here")
    )]
    Here(Connect),
    /// It could, with this Cargo feature.
    #[cfg_attr(
        all(feature = "datafusion", feature = "trino", feature = "presto", feature = "spark"),
        expect(dead_code, reason = "all features are on")
    )]
    Feature(&'static str),
    /// No build of this version can.
    NotYet,
}

#[cfg(feature = "datafusion")]
const DATAFUSION: Half = Half::Here(datafusion::DataFusion::connect);
#[cfg(not(feature = "datafusion"))]
const DATAFUSION: Half = Half::Feature("datafusion");

#[cfg(feature = "trino")]
const TRINO: Half = Half::Here(trino::Coordinator::trino);
#[cfg(feature = "trino")]
const TRINO_TLS: Half = Half::Here(trino::Coordinator::trino_tls);
#[cfg(not(feature = "trino"))]
const TRINO: Half = Half::Feature("trino");
#[cfg(not(feature = "trino"))]
const TRINO_TLS: Half = TRINO;

#[cfg(feature = "presto")]
const PRESTO: Half = Half::Here(presto::plain);
#[cfg(feature = "presto")]
const PRESTO_TLS: Half = Half::Here(presto::tls);
#[cfg(not(feature = "presto"))]
const PRESTO: Half = Half::Feature("presto");
#[cfg(not(feature = "presto"))]
const PRESTO_TLS: Half = PRESTO;

#[cfg(feature = "spark")]
const SPARK: Half = Half::Here(spark::Spark::connect);
#[cfg(feature = "spark")]
const SPARK_HTTP: Half = Half::Here(spark::Spark::connect_http);
#[cfg(feature = "spark")]
const SPARK_HTTPS: Half = Half::Here(spark::Spark::connect_https);
#[cfg(not(feature = "spark"))]
const SPARK: Half = Half::Feature("spark");
#[cfg(not(feature = "spark"))]
const SPARK_HTTP: Half = SPARK;
#[cfg(not(feature = "spark"))]
const SPARK_HTTPS: Half = SPARK;

/// The schemes of URLs, with their engines.
pub(crate) const SCHEMES: [(&str, Engine, Half); 12] = [
    ("datafusion", Engine::DataFusion, DATAFUSION),
    ("trino", Engine::Trino, TRINO),
    ("trinos", Engine::Trino, TRINO_TLS),
    ("presto", Engine::Presto, PRESTO),
    ("prestos", Engine::Presto, PRESTO_TLS),
    ("spark", Engine::Spark, SPARK),
    ("hive", Engine::Spark, SPARK),
    ("hive+http", Engine::Spark, SPARK_HTTP),
    ("hive+https", Engine::Spark, SPARK_HTTPS),
    ("databricks", Engine::Databricks, Half::NotYet),
    ("dremio", Engine::Dremio, Half::NotYet),
    ("dremio+flight", Engine::Dremio, Half::NotYet),
];

/// A connection to an engine.
pub(crate) trait Backend: fmt::Debug + Send + Sync {
    /// The engine.
    fn engine(&self) -> Engine;

    /// Where quoted texts and comments end in its SQL.
    fn lexis(&self) -> Lexis {
        Lexis::default()
    }

    /// Runs a query. Nothing happens before the future is polled; dropping it
    /// cancels the query. Its errors need not name engine and location.
    ///
    /// The batches' columns have canonical Arrow types
    /// ([`canonical`](crate::arrow::schema::canonical)).
    fn run(&self, request: Request<'_>) -> BoxFuture<Result<Answer>>;

    /// Has the engine check a query without running it, and says what columns
    /// it would have, of canonical types.
    fn describe(&self, request: Request<'_>) -> BoxFuture<Result<SchemaRef>>;

    /// A copy that has a session of its own. `None` means that the engine has no sessions.
    fn anew(&self) -> BoxFuture<Result<Option<Arc<dyn Backend>>>> {
        Box::pin(async { Ok(None) })
    }

    /// Ready when the engine has been told the end of each query that nobody reads
    /// any more. It keeps nothing of the connection.
    fn ended(&self) -> BoxFuture<()> {
        Box::pin(std::future::ready(()))
    }

    /// The tables of the schemas asked for, by schema and name.
    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>>;
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
    /// Who wants to know how far it is.
    pub(crate) watch: Watch,
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
