//! Dremio, Software and Cloud, through Arrow Flight SQL.
//!
//! No server of it could be asked. What is done here follows the source of its open release, 25.2,
//! and its documentation; `docs/dremio.md` says what it is proven by.

#[cfg(feature = "_fuzzing")]
pub mod fuzzing;
mod literal;
mod outcome;
mod path;
mod query;
mod reflect;
mod server;
mod told;
mod url;

use std::fmt;
use std::sync::Arc;

use arrow_schema::SchemaRef;
use lakequery_types::{Engine, Type};

use crate::arrow::schema::Expected;
use crate::backend::{Backend, BoxFuture, LexicalRules, Request, ResultStream};
use crate::error::{Error, Kind, Result};
use crate::flight_sql::connection::Connection;
use crate::reflect::{ReflectOptions, Tables};
use crate::rendered::Rendered;
use crate::task::{self, Task, runtime};
use server::Server;

/// A Dremio.
pub(crate) struct Dremio(Arc<Server>);

impl Dremio {
    /// Connects to what the URL, without its scheme, names, and begins a session.
    pub(crate) fn connect(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Box::pin(async move {
            let parsed = url::parse(&url)?;
            // The channel needs a runtime.
            runtime()?;
            let schema = parsed.schema.clone();
            Dremio::open(Connection::new(parsed.settings()?)?, schema).await
        })
    }

    /// Refuses the URLs of an older way, which goes by a driver of the vendor's.
    pub(crate) fn refuse(_: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Box::pin(async {
            let message = "URLs that begin with `dremio:` are of Dremio's ODBC driver";
            Err(Error::new(Kind::Url, message).help(format!("write it as in `{}`", url::EXAMPLE)))
        })
    }

    async fn open(connection: Connection, schema: Option<Vec<String>>) -> Result<Arc<dyn Backend>> {
        let server = Arc::new(Server { connection, schema });
        let checked = Arc::clone(&server);
        Task::spawn(&runtime()?, async move { query::check(&checked).await }).end().await?;
        Ok(Arc::new(Dremio(server)))
    }
}

impl fmt::Debug for Dremio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dremio").field("at", &self.0.connection.place()).finish_non_exhaustive()
    }
}

impl Backend for Dremio {
    fn engine(&self) -> Engine {
        Engine::Dremio
    }

    fn lexical_rules(&self) -> LexicalRules {
        LexicalRules { slash_comments: true, ..LexicalRules::default() }
    }

    fn run(&self, request: Request<'_>) -> BoxFuture<Result<ResultStream>> {
        let server = Arc::clone(&self.0);
        let sql = Rendered::new(&request, literal::literal);
        let expected = expected(request.expected);
        let watch = request.watch;
        Box::pin(async move {
            let sql = sql?;
            let endings = server.connection.endings.clone();
            task::answer_of(&endings, |sink| query::run(server, sql, expected, watch, sink)).await
        })
    }

    fn describe(&self, request: Request<'_>) -> BoxFuture<Result<SchemaRef>> {
        let server = Arc::clone(&self.0);
        let sql = Rendered::new(&request, literal::literal);
        let expected = expected(request.expected);
        Box::pin(async move {
            let sql = sql?;
            let planned = async move { query::describe(&server, &sql, expected).await };
            Task::spawn(&runtime()?, planned).end().await
        })
    }

    fn anew(&self) -> BoxFuture<Result<Option<Arc<dyn Backend>>>> {
        let (connection, schema) = (self.0.connection.anew(), self.0.schema.clone());
        Box::pin(async move { Dremio::open(connection, schema).await.map(Some) })
    }

    fn ended(&self) -> BoxFuture<()> {
        let endings = self.0.connection.endings.clone();
        Box::pin(async move { endings.none().await })
    }

    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>> {
        Box::pin(reflect::tables(Arc::clone(&self.0), options))
    }
}

fn expected(columns: Option<Vec<Expected>>) -> Option<Vec<Type>> {
    columns.map(|columns| columns.into_iter().map(|column| column.ty).collect())
}
