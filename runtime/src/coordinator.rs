//! The protocol of Trino and Presto: statements over HTTP, and their rows as JSON. How the
//! two differ is said by their [`Protocol`]s, which are in their own files.

pub(crate) mod connection;
pub(crate) mod endpoint;
mod fetching;
#[cfg(feature = "_fuzzing")]
pub(crate) mod fuzzing;
mod literal;
pub(crate) mod page;
pub(crate) mod protocol;
mod query;
mod reflect;
pub(crate) mod rows;
mod session;
mod settings;
#[cfg(feature = "trino")]
mod spool;
mod statement_protocol;
mod text;
mod values;
pub(crate) mod wire_type;

use std::fmt;
use std::sync::Arc;

use arrow_schema::SchemaRef;
use futures::TryStreamExt;
use lakequery_types::Engine;

use crate::backend::{Backend, BoxFuture, Request, ResultStream};
use crate::error::Result;
use crate::http::client;
use crate::reflect::{ReflectOptions, Tables};
use crate::statement::Piece;
use crate::task::{self, Task, runtime};
use connection::Connection;
use protocol::Protocol;
use settings::Settings;
use text::Text;

/// A coordinator of Trino or Presto.
pub(crate) struct Coordinator {
    connection: Arc<Connection>,
}

impl Coordinator {
    /// Connects to what a URL, without its scheme, names.
    pub(crate) fn connect(
        url: String,
        protocol: &'static Protocol,
        tls: bool,
    ) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Box::pin(async move {
            let connection =
                Arc::new(Connection::open(Settings::parse(&url, protocol, tls)?, protocol)?);
            let checked = Arc::clone(&connection);
            Task::spawn(&runtime()?, async move { checked.check().await }).end().await?;
            Ok(Arc::new(Coordinator { connection }) as Arc<dyn Backend>)
        })
    }
}

impl fmt::Debug for Coordinator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = &self.connection.endpoint;
        f.debug_struct(endpoint.protocol.name)
            .field("at", &client::place(&endpoint.base))
            .finish_non_exhaustive()
    }
}

impl Backend for Coordinator {
    fn engine(&self) -> Engine {
        self.connection.endpoint.protocol.engine
    }

    fn run(&self, request: Request<'_>) -> BoxFuture<Result<ResultStream>> {
        let connection = Arc::clone(&self.connection);
        let text = Text::render(&request, connection.endpoint.protocol, connection.legacy_prepared);
        let watch = request.watch;
        Box::pin(async move {
            let text = text?;
            let endings = connection.endings.clone();
            task::answer_of(&endings, |sink| query::run(connection, text, watch, sink)).await
        })
    }

    /// Runs it with no rows wanted, which the servers answer from the plan alone.
    fn describe(&self, request: Request<'_>) -> BoxFuture<Result<SchemaRef>> {
        const BEFORE: &str = "SELECT * FROM (";
        let connection = Arc::clone(&self.connection);
        let mut pieces = vec![Piece::Text(BEFORE)];
        pieces.extend_from_slice(request.pieces);
        pieces.push(Piece::Text("\n) AS described LIMIT 0"));
        let request = Request { pieces: &pieces, ..request };
        let text = Text::render(&request, connection.endpoint.protocol, connection.legacy_prepared);
        let watch = request.watch;
        Box::pin(async move {
            let mut text = text?;
            text.shift += BEFORE.len() as u32;
            let endings = connection.endings.clone();
            let ResultStream { header, mut batches } =
                task::answer_of(&endings, |sink| query::run(connection, text, watch, sink)).await?;
            while batches.try_next().await?.is_some() {}
            Ok(header.schema)
        })
    }

    fn anew(&self) -> BoxFuture<Result<Option<Arc<dyn Backend>>>> {
        let connection = Arc::new(self.connection.anew());
        Box::pin(async { Ok(Some(Arc::new(Coordinator { connection }) as Arc<dyn Backend>)) })
    }

    fn ended(&self) -> BoxFuture<()> {
        let endings = self.connection.endings.clone();
        Box::pin(async move { endings.none().await })
    }

    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>> {
        Box::pin(reflect::tables(Arc::clone(&self.connection), options))
    }
}
