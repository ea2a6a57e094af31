//! [`Query`]: a statement that is planned, and its rows.

use std::any::Any;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::common::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};

use crate::error::{Error, ErrorKind, Result, running};
use crate::folder::{Table, first_broken};
use crate::task::{blocking, panicked};

/// A statement that is ready to run.
pub struct Query {
    plan: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    tables: Vec<Arc<Table>>,
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl Query {
    pub(crate) fn new(
        plan: Arc<dyn ExecutionPlan>,
        context: Arc<TaskContext>,
        tables: Vec<Arc<Table>>,
    ) -> Query {
        Query { plan, context, tables }
    }

    /// The columns of its result.
    pub fn schema(&self) -> SchemaRef {
        self.plan.schema()
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<dyn ExecutionPlan> {
        &self.plan
    }

    /// Runs it. The batches end at the first error; dropping them ends the query.
    pub fn run(self) -> BoxStream<'static, Result<RecordBatch>> {
        let Query { plan, context, tables } = self;
        let stream = match execute_stream(plan, context) {
            Ok(stream) => stream,
            Err(error) => {
                let error = explain(running(error), tables);
                return error.map(Err).into_stream().boxed();
            }
        };
        // The reader of Parquet panics at some broken files.
        let batches = AssertUnwindSafe(stream).catch_unwind();
        let ended = (batches.boxed(), Some(tables));
        futures::stream::unfold(ended, |(mut batches, tables)| async {
            let tables = tables?;
            match settle(batches.next().await?) {
                Ok(batch) => Some((Ok(batch), (batches, Some(tables)))),
                Err(error) => Some((Err(explain(error, tables).await), (batches, None))),
            }
        })
        .boxed()
    }
}

/// What came of a batch: itself, an error or a panic.
fn settle(
    came: Result<Result<RecordBatch, DataFusionError>, Box<dyn Any + Send>>,
) -> Result<RecordBatch> {
    match came {
        Ok(batch) => batch.map_err(running),
        Err(panic) => Err(panicked(&*panic)),
    }
}

/// Says which file or table an error in data is about, where it does not say that
/// itself. A fault of the engine may come from a broken file, too.
pub(crate) async fn explain(error: Error, tables: Vec<Arc<Table>>) -> Error {
    let kind = error.kind();
    let is_told = kind == ErrorKind::BrokenData && error.help().is_some();
    if is_told || !matches!(kind, ErrorKind::BrokenData | ErrorKind::Internal) {
        return error;
    }
    let names: Vec<String> =
        tables.iter().map(|table| format!("`{}`", table.place().full_name())).collect();
    if let Ok(Some(broken)) = blocking(move || Ok(first_broken(&tables))).await {
        return broken.caused_by(error);
    }
    match names.as_slice() {
        _ if kind == ErrorKind::Internal => error,
        [] => error,
        [table] => error.with_help(format!("it is in the files of table {table}")),
        names => {
            error.with_help(format!("it is in the files of one of the tables {}", names.join(", ")))
        }
    }
}
