//! The registry of engines: which there are, and what connects to them. Each has a file
//! here, named as in the compiler, behind a Cargo feature of the same name.

#[cfg(feature = "databricks")]
pub(crate) mod databricks;
#[cfg(feature = "datafusion")]
pub(crate) mod datafusion;
#[cfg(feature = "dremio")]
pub(crate) mod dremio;
#[cfg(feature = "presto")]
pub(crate) mod presto;
#[cfg(feature = "spark")]
pub(crate) mod spark;
#[cfg(feature = "trino")]
pub(crate) mod trino;

#[cfg(feature = "datafusion")]
pub(crate) use datafusion::Given;

use std::sync::Arc;

use lakequery_types::Engine;

use crate::backend::{Backend, BoxFuture};
use crate::error::Result;

/// What connects to a URL without its scheme.
type Connect = fn(String) -> BoxFuture<Result<Arc<dyn Backend>>>;

/// Whether this build can connect to an engine.
#[allow(dead_code, reason = "which of them occur depends on the features of the build")]
pub(crate) enum Availability {
    /// It can, with the URL without its scheme.
    Here(Connect),
    /// It could, with this Cargo feature.
    Feature(&'static str),
}

/// The engine over tables in memory, by their names.
#[cfg(feature = "datafusion")]
pub(crate) fn in_memory(tables: Vec<(String, Given)>) -> Result<Arc<dyn Backend>> {
    datafusion::DataFusion::in_memory(tables)
}

/// What connects to an engine, where the feature is on.
macro_rules! with_feature {
    ($feature:literal, $connect:path) => {{
        #[cfg(feature = $feature)]
        {
            Availability::Here($connect)
        }
        #[cfg(not(feature = $feature))]
        {
            Availability::Feature($feature)
        }
    }};
}

/// The schemes of URLs, with their engines.
pub(crate) const SCHEMES: [(&str, Engine, Availability); 12] = [
    (
        "datafusion",
        Engine::DataFusion,
        with_feature!("datafusion", datafusion::DataFusion::connect),
    ),
    ("trino", Engine::Trino, with_feature!("trino", trino::plain)),
    ("trinos", Engine::Trino, with_feature!("trino", trino::tls)),
    ("presto", Engine::Presto, with_feature!("presto", presto::plain)),
    ("prestos", Engine::Presto, with_feature!("presto", presto::tls)),
    ("spark", Engine::Spark, with_feature!("spark", spark::Spark::connect)),
    ("hive", Engine::Spark, with_feature!("spark", spark::Spark::connect)),
    ("hive+http", Engine::Spark, with_feature!("spark", spark::Spark::connect_http)),
    ("hive+https", Engine::Spark, with_feature!("spark", spark::Spark::connect_https)),
    (
        "databricks",
        Engine::Databricks,
        with_feature!("databricks", databricks::Databricks::connect),
    ),
    ("dremio", Engine::Dremio, with_feature!("dremio", dremio::Dremio::refuse)),
    ("dremio+flight", Engine::Dremio, with_feature!("dremio", dremio::Dremio::connect)),
];
