//! Apache DataFusion taught lake SQL: SQL has the meaning, and gives the types, that it has
//! on Trino.
//!
//! A [`Session`] plans statements over the tables that are registered in it, and over the
//! Parquet, CSV, TSV and JSON files of a [`Folder`]:
//!
//! ```
//! use datafusion::arrow::array::{AsArray, RecordBatch, create_array};
//! use datafusion::arrow::datatypes::Int32Type;
//! use futures::TryStreamExt;
//! use lakequery_embedded::{Session, datafusion};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let ids = create_array!(Int32, [Some(1), Some(2), None]);
//! let session = Session::new()?;
//! session.context().register_batch("orders", RecordBatch::try_from_iter([("id", ids as _)])?)?;
//!
//! // In lake SQL integers are divided as integers, and NULL is the last of what is sorted.
//! let text = "SELECT (id + 5) / 2 AS half FROM orders ORDER BY id";
//! let query = session.plan(text, vec![]).await?;
//! let batches: Vec<RecordBatch> = query.run().try_collect().await?;
//! let halves: Vec<Option<i32>> = batches
//!     .iter()
//!     .flat_map(|batch| batch["half"].as_primitive::<Int32Type>())
//!     .collect();
//! assert_eq!(halves, [Some(3), Some(3), None]);
//!
//! let error = session.plan("SELECT id FROM order_", vec![]).await.unwrap_err();
//! assert_eq!(error.to_string(), "table `order_` does not exist; did you mean `orders`?");
//! # Ok(())
//! # }
//! ```
//!
//! Whoever has a session of DataFusion already makes it one of lake SQL by
//! [`session_state`], and has statements [rewritten](rewrite()) before they are planned.

mod dialect;
mod error;
mod fixtures;
mod folder;
#[cfg(test)]
mod needed;
mod physical;
mod planner;
mod query;
mod semantics;
mod session;
mod stack_guard;
mod state;
mod statement;
mod task;
mod types;

pub use datafusion;

pub use error::{Error, ErrorKind, Result};
pub use fixtures::{Fixtures, Given};
pub use folder::{Contents, Folder, PassedOver, Place, Stated, StatedColumn, Table};
pub use query::Query;
pub use semantics::rewrite;
pub use session::Session;
pub use state::{session_context, session_state};
pub use types::column_type;
