//! The embedded engine: Apache DataFusion over the Parquet, CSV and JSON files
//! of a folder. It only reads.

mod cancel;
mod columns;
mod convert;
mod deep;
mod fail;
mod files;
mod parameters;
mod plan;
mod reflect;
mod semantics;
mod table;
mod url;

use std::fmt;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::common::TableReference;
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::planner::TypePlanner;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::StreamExt;
use lakequery_types::{Engine, Type};
use tokio::sync::{mpsc, oneshot};

use crate::engine::{Answer, Backend, BoxFuture, Request};
use crate::error::{Error, Kind, Result};
use crate::reflect::{ReflectOptions, Tables};
use cancel::{Task, runtime};
use convert::Conversion;
use files::Folder;
use parameters::Parameters;
use table::{OpenTables, Table};

/// How many batches may wait for their reader.
const WAITING_BATCHES: usize = 2;

/// The embedded engine, over one folder.
pub(crate) struct DataFusion {
    shared: Arc<Shared>,
}

/// What every query of a connection needs.
struct Shared {
    context: SessionContext,
    /// What reads type names, which the session does not give out itself.
    types: Option<Arc<dyn TypePlanner>>,
    folder: Arc<Folder>,
    tables: OpenTables,
}

impl Shared {
    /// Opens the table of a name.
    async fn table(&self, state: &SessionState, name: &TableReference) -> Result<Arc<Table>> {
        if let Some(catalog) = name.catalog() {
            return Err(Error::new(
                Kind::NotFound,
                format!("there is no catalog `{catalog}`: the embedded engine has schemas only"),
            )
            .help(format!("leave `{catalog}.` away, or map the schema in lake.toml")));
        }
        let folder = Arc::clone(&self.folder);
        let (schema, table) = (name.schema().map(str::to_owned), name.table().to_owned());
        let place = Task::blocking(&runtime()?, move || folder.find(schema.as_deref(), &table));
        self.tables.open(state, place.end().await?).await
    }
}

impl DataFusion {
    /// Opens the folder that the URL, without its scheme, names. No table is
    /// looked at yet.
    pub(crate) fn connect(url: &str) -> Result<Arc<dyn Backend>> {
        let url::Target { folder, schema } = url::parse(url)?;
        let folder = Folder::open(folder, schema)?;
        let context = semantics::session_context();
        let types = SessionStateBuilder::new_from_existing(context.state()).type_planner().take();
        let (folder, tables) = (Arc::new(folder), OpenTables::default());
        Ok(Arc::new(DataFusion { shared: Arc::new(Shared { context, types, folder, tables }) }))
    }
}

impl fmt::Debug for DataFusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataFusion").field("folder", &self.shared.folder.root()).finish()
    }
}

impl Backend for DataFusion {
    fn engine(&self) -> Engine {
        Engine::DataFusion
    }

    fn run(&self, request: Request<'_>) -> BoxFuture<Result<Answer>> {
        let shared = Arc::clone(&self.shared);
        let parameters = Parameters::render(&request);
        let expected: Option<Vec<Type>> =
            request.expected.map(|columns| columns.into_iter().map(|column| column.ty).collect());
        Box::pin(async move { start(shared, parameters?, expected).await })
    }

    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>> {
        Box::pin(reflect::tables(Arc::clone(&self.shared), options))
    }
}

/// Plans the query and starts it, in a task of its own: so it goes on while the
/// reader is busy, can be polled from anywhere, and its panics stay in it.
async fn start(
    shared: Arc<Shared>,
    parameters: Parameters,
    expected: Option<Vec<Type>>,
) -> Result<Answer> {
    let (head, answer) = oneshot::channel();
    let (batches, mut queue) = mpsc::channel(WAITING_BATCHES);
    let mut task = Task::spawn(&runtime()?, work(shared, parameters, expected, head, batches));
    let schema: SchemaRef = match answer.await {
        Ok(schema) => schema,
        // The task ended early and says why.
        Err(_) => return Err(task.end().await.err().unwrap_or_else(cancel::ended)),
    };
    let mut done = false;
    let stream = futures::stream::poll_fn(move |cx| {
        use std::task::{Poll, ready};
        if done {
            return Poll::Ready(None);
        }
        if let Some(batch) = ready!(queue.poll_recv(cx)) {
            return Poll::Ready(Some(Ok(batch)));
        }
        // No more batches: because that was all, or because the task failed.
        let end = ready!(task.poll_end(cx));
        done = true;
        Poll::Ready(end.err().map(Err))
    });
    Ok(Answer { schema, batches: Box::pin(stream), counts: false })
}

/// The whole of a query, from its text to its last batch.
async fn work(
    shared: Arc<Shared>,
    parameters: Parameters,
    expected: Option<Vec<Type>>,
    head: oneshot::Sender<SchemaRef>,
    batches: mpsc::Sender<RecordBatch>,
) -> Result<()> {
    let planned = plan::plan(&shared, parameters).await?;
    let plan::Planned { plan, tables, context } = planned;
    let conversion = Conversion::new(&plan.schema(), expected.as_deref());
    // An error here only says that nobody waits any more; then this task is being aborted.
    let _ = head.send(conversion.schema());
    match send(plan, context, conversion, batches).await {
        Ok(()) => Ok(()),
        Err(error) => Err(fail::explain(error, &tables).await),
    }
}

async fn send(
    plan: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    conversion: Conversion,
    batches: mpsc::Sender<RecordBatch>,
) -> Result<()> {
    let mut stream = execute_stream(plan, context).map_err(fail::running)?;
    while let Some(batch) = stream.next().await {
        let batch = conversion.batch(batch.map_err(fail::running)?)?;
        if batches.send(batch).await.is_err() {
            return Err(Error::new(Kind::Internal, "the query was cancelled"));
        }
    }
    Ok(())
}
