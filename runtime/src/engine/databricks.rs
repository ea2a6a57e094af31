//! Databricks SQL warehouses, through their Statement Execution API.

#[cfg(feature = "_fuzzing")]
pub mod fuzzing;
mod profile;
mod reflect;
mod told;
mod url;

use std::fmt;
use std::sync::Arc;

use arrow_schema::{Field, Schema, SchemaRef};
use lakequery_types::{Engine, Type};

use crate::arrow::schema::{Expected, canonical};
use crate::backend::{Backend, BoxFuture, LexicalRules, Request, ResultStream};
use crate::error::Result;
use crate::reflect::{ReflectOptions, Tables};
use crate::rendered::Rendered;
use crate::spark_sql::literal::literal;
use crate::spark_sql::spark_type::SparkType;
use crate::statement_execution::connection::Connection;
use crate::statement_execution::query;
use crate::task::{self, Task, runtime};
use profile::Environment;

/// A warehouse of Databricks SQL.
pub(crate) struct Databricks {
    connection: Arc<Connection>,
    /// Host and port, for messages.
    at: String,
}

impl Databricks {
    /// Connects to what the URL, without its scheme, names, and opens a session.
    pub(crate) fn connect(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Box::pin(async move {
            let settings = url::parse(&url, &Environment::of_process())?;
            let at = crate::http::client::place(&settings.endpoint.base);
            Databricks::open(Connection::new(settings)?, at).await
        })
    }

    async fn open(connection: Connection, at: String) -> Result<Arc<dyn Backend>> {
        let connection = Arc::new(connection);
        let checked = Arc::clone(&connection);
        Task::spawn(&runtime()?, async move { checked.check().await }).end().await?;
        Ok(Arc::new(Databricks { connection, at }))
    }
}

impl fmt::Debug for Databricks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Databricks").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Backend for Databricks {
    fn engine(&self) -> Engine {
        Engine::Databricks
    }

    fn lexical_rules(&self) -> LexicalRules {
        LexicalRules { backslashes: true, nested_comments: true, slash_comments: false }
    }

    fn run(&self, request: Request<'_>) -> BoxFuture<Result<ResultStream>> {
        let connection = Arc::clone(&self.connection);
        let sql = Rendered::new(&request, literal);
        let expected = expected(request.expected);
        let watch = request.watch;
        Box::pin(async move {
            let sql = sql?;
            let endings = connection.endings.clone();
            task::answer_of(&endings, |sink| query::run(connection, sql, expected, watch, sink))
                .await
        })
    }

    fn describe(&self, request: Request<'_>) -> BoxFuture<Result<SchemaRef>> {
        let connection = Arc::clone(&self.connection);
        let sql = Rendered::new(&request, literal);
        let expected = expected(request.expected);
        Box::pin(async move {
            let (sent, sql) = sql?.within("DESCRIBE QUERY ", "");
            let endings = connection.endings.clone();
            let asked = async move { query::texts::<2>(&connection, &sent, &sql).await };
            let texts = Task::ending(&runtime()?, &endings, asked).end().await?;
            texts
                .read(move |texts| {
                    let rows = texts.rows().enumerate();
                    let fields = rows.map(|(i, [name, ty])| {
                        let found = ty.and_then(SparkType::parse).map(|ty| ty.lake());
                        let found = found.as_ref().and_then(canonical);
                        let expected = expected.as_ref().and_then(|types| types.get(i));
                        let ty = query::target_of(found, expected);
                        Field::new(name.unwrap_or_default(), ty, true)
                    });
                    Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())) as SchemaRef)
                })
                .await
        })
    }

    fn anew(&self) -> BoxFuture<Result<Option<Arc<dyn Backend>>>> {
        let (connection, at) = (self.connection.anew(), self.at.clone());
        Box::pin(async move { Databricks::open(connection, at).await.map(Some) })
    }

    fn ended(&self) -> BoxFuture<()> {
        let endings = self.connection.endings.clone();
        Box::pin(async move { endings.none().await })
    }

    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>> {
        Box::pin(reflect::tables(Arc::clone(&self.connection), options))
    }
}

fn expected(columns: Option<Vec<Expected>>) -> Option<Vec<Type>> {
    columns.map(|columns| columns.into_iter().map(|column| column.ty).collect())
}
