//! The embedded engine: Apache DataFusion over the Parquet, CSV, TSV and JSON files
//! of a folder. It only reads. What DataFusion is taught is in `lakequery-embedded`;
//! here it gets URLs, parameters, progress and the errors of this crate.

mod convert;
mod error;
mod parameters;
mod reflect;
mod url;

use std::fmt;
use std::sync::Arc;

use arrow_schema::SchemaRef;
use futures::StreamExt;
pub(crate) use lakequery_embedded::Given;
use lakequery_embedded::{Fixtures, Folder, Session, Stated, StatedColumn};
use lakequery_types::{Column, Engine, Table, Type};

use crate::arrow::schema::Expected;
use crate::backend::{Backend, BoxFuture, Request, ResultHeader, ResultStream};
use crate::error::{Error, Kind, Result};
use crate::progress::{Progress, State, Watch};
use crate::reflect::{ReflectOptions, Tables};
use crate::task::{self, ResultSender, Task, runtime};
use convert::Conversion;
use error::of_engine;
use parameters::Parameters;

/// The embedded engine, over one folder, or over tables in memory.
pub(crate) struct DataFusion {
    session: Session,
    tables: Place,
    /// What the URL says of tables, for reflection.
    stated: Vec<Arc<Stated>>,
}

/// Where the tables are.
#[derive(Clone, Debug)]
enum Place {
    Folder(Arc<Folder>),
    Memory(Arc<Fixtures>),
}

impl DataFusion {
    /// Opens the folder that the URL, without its scheme, names. No table is
    /// looked at yet.
    pub(crate) fn connect(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Box::pin(std::future::ready(DataFusion::open(&url)))
    }

    fn open(url: &str) -> Result<Arc<dyn Backend>> {
        let url::Target { folder, schema, tables } = url::parse(url)?;
        let said = if tables.is_empty() { Some(Vec::new()) } else { Table::read(&tables) };
        let said = said.ok_or_else(|| {
            Error::new(Kind::Url, "the URL says of tables what this version does not understand")
                .help("use a cargo-lake of the same version as lakequery")
        })?;
        let stated = stated(&said).into_iter().map(Arc::new).collect();
        let folder = Arc::new(Folder::open(folder, schema).map_err(of_engine)?);
        let session = Session::new().map_err(of_engine)?.with_folder(Arc::clone(&folder));
        Ok(Arc::new(DataFusion { session, tables: Place::Folder(folder), stated }))
    }

    /// The engine over tables in memory, by their names.
    pub(crate) fn in_memory(tables: Vec<(String, Given)>) -> Result<Arc<dyn Backend>> {
        let mut fixtures = Fixtures::default();
        for (name, rows) in tables {
            fixtures.add(&name, rows).map_err(of_engine)?;
        }
        let fixtures = Arc::new(fixtures);
        let session = Session::new().map_err(of_engine)?.with_fixtures(Arc::clone(&fixtures));
        let tables = Place::Memory(fixtures);
        Ok(Arc::new(DataFusion { session, tables, stated: Vec::new() }))
    }
}

impl fmt::Debug for DataFusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataFusion").field("tables", &self.tables).finish()
    }
}

impl Backend for DataFusion {
    fn engine(&self) -> Engine {
        Engine::DataFusion
    }

    fn run(&self, request: Request<'_>) -> BoxFuture<Result<ResultStream>> {
        let session = self.session.clone().with_stated(stated(&request.tables));
        let parameters = Parameters::render(&request);
        let expected = types(request.expected);
        let watch = request.watch;
        Box::pin(async move {
            let parameters = parameters?;
            task::answer(|sink| work(session, parameters, expected, watch, sink)).await
        })
    }

    fn describe(&self, request: Request<'_>) -> BoxFuture<Result<SchemaRef>> {
        let session = self.session.clone().with_stated(stated(&request.tables));
        let parameters = Parameters::render(&request);
        let expected = types(request.expected);
        Box::pin(async move {
            let parameters = parameters?;
            let Parameters { sql, values } = parameters;
            let plan = async move { session.plan(&sql, values).await.map_err(of_engine) };
            let query = Task::spawn(&runtime()?, plan).end().await?;
            Ok(Conversion::new(&query.schema(), expected.as_deref()).schema())
        })
    }

    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>> {
        match &self.tables {
            Place::Folder(folder) => {
                let (session, folder) = (self.session.clone(), Arc::clone(folder));
                Box::pin(reflect::tables(session, folder, self.stated.clone(), options))
            }
            Place::Memory(fixtures) => {
                let tables = reflect::fixtures(Arc::clone(fixtures), options);
                Box::pin(std::future::ready(Ok(tables)))
            }
        }
    }
}

/// What a query was compiled to know of its tables.
fn stated(tables: &[Table<'_>]) -> Vec<Stated> {
    let column = |column: &Column<'_>| StatedColumn {
        name: column.name.to_owned(),
        ty: column.ty.clone(),
        nullable: column.nullable,
    };
    let stated = |table: &Table<'_>| Stated {
        schema: Some(table.schema.to_owned()).filter(|schema| !schema.is_empty()),
        table: table.name.to_owned(),
        columns: table.columns.iter().map(column).collect(),
        options: table.options.clone(),
    };
    tables.iter().map(stated).collect()
}

fn types(expected: Option<Vec<Expected>>) -> Option<Vec<Type>> {
    expected.map(|columns| columns.into_iter().map(|column| column.ty).collect())
}

/// The whole of a query, from its text to its last batch.
async fn work(
    session: Session,
    parameters: Parameters,
    expected: Option<Vec<Type>>,
    watch: Watch,
    mut sink: ResultSender,
) -> Result<()> {
    let Parameters { sql, values } = parameters;
    let query = session.plan(&sql, values).await.map_err(of_engine)?;
    let conversion = Conversion::new(&query.schema(), expected.as_deref());
    sink.header(ResultHeader { schema: conversion.schema(), counts: false });
    let mut progress = Progress { state: State::Running, ..Progress::default() };
    watch.report(&progress);
    let mut batches = query.run();
    while let Some(batch) = batches.next().await {
        let batch = conversion.batch(batch.map_err(of_engine)?)?;
        progress.received(&batch);
        watch.report(&progress);
        sink.batch(batch).await?;
    }
    progress.state = State::Finished;
    watch.report(&progress);
    Ok(())
}
