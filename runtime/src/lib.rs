//! SQL for data lakes, checked by the Rust compiler.
//!
//! `query!` reads a query while the program is compiled, checks it against
//! snapshots of the lake's schemas, and gives rows of a struct that has the
//! query's columns, with exact types. At run time this crate sends the SQL of
//! the engine it is connected to and reads the rows.
//!
//! SQL that is only known at run time goes the same way, without the checks:
//!
//! ```no_run
//! # async fn example() -> lakequery::Result<()> {
//! let lake = lakequery::connect("datafusion:data/").await?;
//! let rows = lakequery::sql("SELECT o_orderkey, o_totalprice FROM tpch.orders WHERE o_custkey = ?")
//!     .bind(370_i64)
//!     .fetch_all(&lake)
//!     .await?;
//! for row in &rows {
//!     let key: i64 = row.get("o_orderkey")?;
//!     let price: lakequery::Decimal = row.get("o_totalprice")?;
//!     println!("{key} {price}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Cargo features
//!
//! - `databricks`: Databricks SQL warehouses, over HTTP.
//! - `datafusion`: the embedded engine, which reads the Parquet, ORC, Avro,
//!   CSV and JSON files of a folder without any server.
//! - `delta`: the embedded engine, with the tables of Delta Lake.
//! - `dremio`: Dremio, through Arrow Flight SQL.
//! - `spark`: Spark SQL, through its Thrift Server.
//! - `trino`, `presto`: these servers, over HTTP.
//! - `uuid`: `uuid::Uuid` for the SQL type `uuid`, besides `String`.
//!
//! # Types
//!
//! | SQL | Rust |
//! |---|---|
//! | `boolean` | `bool` |
//! | `tinyint`, `smallint`, `integer`, `bigint` | `i8`, `i16`, `i32`, `i64` |
//! | `real`, `double` | `f32`, `f64` |
//! | `decimal(p,s)` | [`Decimal`] |
//! | `varchar`, `char(n)`, `json`, `uuid` | `String` |
//! | `varbinary` | `Vec<u8>` |
//! | `date`, `time`, `timestamp` | [`chrono::NaiveDate`], [`chrono::NaiveTime`], [`chrono::NaiveDateTime`] |
//! | `timestamp with time zone` | [`chrono::DateTime`]`<FixedOffset>` |
//! | `interval year to month`, `interval day to second` | [`Months`], [`chrono::TimeDelta`] |
//! | `ipaddress` | [`std::net::IpAddr`] |
//! | `array(t)`, `map(k,v)` | `Vec<T>`, `HashMap<K, V>` or `BTreeMap<K, V>` |
//! | `row(…)` | a tuple, or a struct that derives [`SqlRow`] |
//! | anything that can be NULL | `Option<T>` |

#![cfg_attr(
    not(any(
        feature = "databricks",
        feature = "datafusion",
        feature = "dremio",
        feature = "presto",
        feature = "spark",
        feature = "trino"
    )),
    expect(dead_code, reason = "without an engine, nothing runs a query")
)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

mod arrow;
mod backend;
#[cfg(feature = "_http")]
mod budget;
#[cfg(feature = "_coordinator")]
mod coordinator;
mod decimal;
#[cfg(feature = "_http")]
mod endings;
mod engine;
mod error;
mod fit;
#[cfg(feature = "dremio")]
mod flight_sql;
mod from_sql;
#[cfg(feature = "_fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "spark")]
mod hive;
#[cfg(feature = "_http")]
#[cfg_attr(
    not(all(feature = "_coordinator", feature = "spark")),
    allow(dead_code, reason = "protocols use parts of it")
)]
mod http;
mod lake;
#[cfg(feature = "datafusion")]
mod memory;
#[doc(hidden)]
pub mod place;
mod progress;
mod query;
pub mod reflect;
#[cfg(any(feature = "databricks", feature = "dremio", feature = "spark"))]
mod rendered;
#[doc(hidden)]
pub mod row;
mod rows;
mod run;
#[cfg(any(feature = "databricks", feature = "spark"))]
#[cfg_attr(not(feature = "spark"), allow(dead_code, reason = "each of them uses parts of it"))]
mod spark_sql;
mod sql;
pub mod sql_types;
mod statement;
#[cfg(feature = "databricks")]
mod statement_execution;
#[cfg(any(feature = "databricks", feature = "dremio", feature = "spark"))]
mod statement_kind;
mod table;
#[cfg(any(feature = "datafusion", feature = "_http"))]
mod task;
#[cfg(feature = "_http")]
mod texts;
mod to_sql;
mod url;
mod value;

pub use arrow_array;
pub use arrow_schema;
pub use chrono;
pub use lakequery_macros::*;
pub use lakequery_types::{Engine, Field, Type};

pub use arrow::cell::Cell;
pub use arrow::decode::Decode;
pub use arrow::decode_error::DecodeError;
pub use decimal::{Decimal, DecimalError};
pub use error::{Error, Result};
pub use from_sql::FromSql;
pub use lake::{Lake, connect};
#[cfg(feature = "datafusion")]
pub use memory::Memory;
pub use progress::{Progress, State};
pub use query::Query;
pub use rows::{ColumnIndex, ResultColumn, Row, Rows};
pub use run::ArrowStream;
pub use sql::{RawQuery, sql};
pub use table::LakeTable;
pub use to_sql::{ToSql, ToSqlList};
pub use value::{Months, Value};
