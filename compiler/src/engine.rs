//! What differs per engine: one file each, with the name it has in the runtime.
//!
//! This is the one place that tells engines apart; everything else asks the
//! [`Dialect`].

use lakequery_types::Engine;

use crate::emit::{Dialect, FunctionSql};
use crate::function::Function;

mod ansi;
mod argument;
mod databricks;
mod datafusion;
mod dremio;
mod presto;
mod spark;
mod trino;

#[cfg(test)]
pub(crate) use {datafusion::DATAFUSION, spark::SPARK, trino::TRINO};

/// Why an engine does not have a function, or not with all arguments that lake SQL takes.
pub fn refuses_function(engine: Engine, function: &Function) -> Option<&'static str> {
    match dialect(engine)?.functions.sql(function, &[]) {
        FunctionSql::Unsupported(reason) => Some(reason),
        _ => None,
    }
}

/// How an engine wants its SQL; `None` while queries can't be compiled for it.
pub(crate) fn dialect(engine: Engine) -> Option<&'static Dialect> {
    match engine {
        Engine::DataFusion => Some(&datafusion::DATAFUSION),
        Engine::Trino => Some(&trino::TRINO),
        Engine::Presto => Some(&presto::PRESTO),
        Engine::Dremio => Some(&dremio::DREMIO),
        Engine::Spark => Some(&spark::SPARK),
        Engine::Databricks => Some(&databricks::DATABRICKS),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
