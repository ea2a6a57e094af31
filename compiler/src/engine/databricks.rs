//! Databricks SQL, as its warehouses speak it: Spark's SQL, in ANSI mode and with the session's
//! time zone UTC, which the runtime's half sets for each session.
//!
//! A warehouse lets nobody change how digits of decimals are kept, as a session of Spark does.

use lakequery_types::Engine;

use crate::emit::{Dialect, Support};

use super::spark::SPARK;

/// Databricks' SQL.
pub(crate) static DATABRICKS: Dialect = Dialect {
    engine: Engine::Databricks,
    decimals_keep_fraction: Support::No(
        "Databricks drops digits of the fraction where a result may need more than 38 digits; \
         CAST an operand to a decimal of fewer digits",
    ),
    ..SPARK
};
