//! The embedded engine: Apache DataFusion over the Parquet, CSV and JSON files
//! of a folder. It only reads.

mod columns;
mod convert;
mod deep;
mod fail;
mod files;
mod footer;
mod intact;
mod parameters;
mod parquet;
mod plan;
mod reflect;
mod table;
mod text;
mod url;

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow_schema::SchemaRef;
use datafusion::common::TableReference;
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::planner::TypePlanner;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::{FutureExt, StreamExt};
use lakequery_types::{Engine, Type};

use crate::arrow::schema::Expected;
use crate::backend::ResultHeader;
use crate::backend::{Backend, BoxFuture, Request, ResultStream};
use crate::error::{Error, Kind, Result};
use crate::progress::{Progress, State, Watch};
use crate::reflect::{ReflectOptions, Tables};
use crate::task::{self, ResultSender, Task, runtime};
use convert::Conversion;
use files::Folder;
use lakequery_embedded::session_context;
use parameters::Parameters;
use table::{OpenTables, Table};

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
    pub(crate) fn connect(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Box::pin(std::future::ready(DataFusion::open(&url)))
    }

    fn open(url: &str) -> Result<Arc<dyn Backend>> {
        let url::Target { folder, schema } = url::parse(url)?;
        let folder = Folder::open(folder, schema)?;
        let context = session_context().map_err(fail::planning)?;
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

    fn run(&self, request: Request<'_>) -> BoxFuture<Result<ResultStream>> {
        let shared = Arc::clone(&self.shared);
        let parameters = Parameters::render(&request);
        let expected = types(request.expected);
        let watch = request.watch;
        Box::pin(async move {
            let parameters = parameters?;
            task::answer(|sink| work(shared, parameters, expected, watch, sink)).await
        })
    }

    fn describe(&self, request: Request<'_>) -> BoxFuture<Result<SchemaRef>> {
        let shared = Arc::clone(&self.shared);
        let parameters = Parameters::render(&request);
        let expected = types(request.expected);
        Box::pin(async move {
            let parameters = parameters?;
            let plan = async move { plan::plan(&shared, parameters).await.map(|found| found.plan) };
            let plan = Task::spawn(&runtime()?, plan).end().await?;
            Ok(Conversion::new(&plan.schema(), expected.as_deref()).schema())
        })
    }

    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>> {
        Box::pin(reflect::tables(Arc::clone(&self.shared), options))
    }
}

fn types(expected: Option<Vec<Expected>>) -> Option<Vec<Type>> {
    expected.map(|columns| columns.into_iter().map(|column| column.ty).collect())
}

/// The whole of a query, from its text to its last batch.
async fn work(
    shared: Arc<Shared>,
    parameters: Parameters,
    expected: Option<Vec<Type>>,
    watch: Watch,
    mut sink: ResultSender,
) -> Result<()> {
    let planned = plan::plan(&shared, parameters).await?;
    let plan::Planned { plan, tables, context } = planned;
    let conversion = Conversion::new(&plan.schema(), expected.as_deref());
    sink.header(ResultHeader { schema: conversion.schema(), counts: false });
    // The reader of Parquet panics at some broken files.
    let sent = AssertUnwindSafe(send(plan, context, conversion, watch, sink)).catch_unwind().await;
    match sent.unwrap_or_else(|panic| Err(task::panicked(&*panic))) {
        Ok(()) => Ok(()),
        Err(error) => Err(fail::explain(error, tables).await),
    }
}

async fn send(
    plan: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    conversion: Conversion,
    watch: Watch,
    mut sink: ResultSender,
) -> Result<()> {
    let mut progress = Progress { state: State::Running, ..Progress::default() };
    watch.report(&progress);
    let mut stream = execute_stream(plan, context).map_err(fail::running)?;
    while let Some(batch) = stream.next().await {
        let batch = conversion.batch(batch.map_err(fail::running)?)?;
        progress.received(&batch);
        watch.report(&progress);
        sink.batch(batch).await?;
    }
    progress.state = State::Finished;
    watch.report(&progress);
    Ok(())
}
