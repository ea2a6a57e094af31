//! What an engine implements: [`Backend`], which takes a [`Request`] and gives a
//! [`ResultStream`].

use std::fmt;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures_core::{future, stream};
use lakequery_types::{Engine, Table, Type};

use crate::arrow::schema::Expected;
use crate::error::Result;
use crate::progress::Watch;
use crate::reflect::{ReflectOptions, Tables};
use crate::statement::{Argument, Piece};

/// A future that can be sent to another thread.
pub(crate) type BoxFuture<T> = future::BoxFuture<'static, T>;

/// Batches as they come. Dropping it cancels the query.
pub(crate) type BatchStream = stream::BoxStream<'static, Result<RecordBatch>>;

/// A connection to an engine.
pub(crate) trait Backend: fmt::Debug + Send + Sync {
    /// The engine.
    fn engine(&self) -> Engine;

    /// Where quoted texts and comments end in its SQL.
    fn lexical_rules(&self) -> LexicalRules {
        LexicalRules::default()
    }

    /// Runs a query. Nothing happens before the future is polled; dropping it
    /// cancels the query. Its errors need not name engine and location.
    ///
    /// The batches' columns have canonical Arrow types
    /// ([`canonical`](crate::arrow::schema::canonical)).
    fn run(&self, request: Request<'_>) -> BoxFuture<Result<ResultStream>>;

    /// Has the engine check a query without running it, and says what columns
    /// it would have, of canonical types.
    fn describe(&self, request: Request<'_>) -> BoxFuture<Result<SchemaRef>>;

    /// A copy that has a session of its own. `None` means that the engine has no sessions.
    fn anew(&self) -> BoxFuture<Result<Option<Arc<dyn Backend>>>> {
        Box::pin(async { Ok(None) })
    }

    /// Ready when the engine has been told the end of each query that nobody reads
    /// any more. It keeps nothing of the connection.
    fn ended(&self) -> BoxFuture<()> {
        Box::pin(std::future::ready(()))
    }

    /// The tables of the schemas asked for, by schema and name.
    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>>;
}

/// A query to run.
pub(crate) struct Request<'a> {
    /// Its text.
    pub(crate) pieces: &'a [Piece<'a>],
    /// Its parameters' values, already fitted to their types.
    pub(crate) arguments: Vec<Argument>,
    /// Its parameters' types; of a list, that of its elements.
    pub(crate) types: Vec<Type>,
    /// The columns it was compiled for; `None` for SQL that was not compiled.
    pub(crate) expected: Option<Vec<Expected>>,
    /// What it was compiled to know of its tables.
    #[cfg_attr(
        not(feature = "datafusion"),
        expect(dead_code, reason = "servers have no tables of the program's own")
    )]
    pub(crate) tables: Vec<Table<'a>>,
    /// Who wants to know how far it is.
    pub(crate) watch: Watch,
}

/// What is known of a result before its first row.
#[derive(Clone, Debug)]
pub(crate) struct ResultHeader {
    /// The columns.
    pub(crate) schema: SchemaRef,
    /// Whether the rows are no result but counts of rows that were written.
    pub(crate) counts: bool,
}

/// What an engine answers.
pub(crate) struct ResultStream {
    pub(crate) header: ResultHeader,
    /// The rows.
    pub(crate) batches: BatchStream,
}

/// Where an engine's quoted texts and comments end, as far as engines differ.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LexicalRules {
    /// A backslash in `'…'` and `"…"` takes the character after it with it; not
    /// in `r'…'`. One at the end of a line goes on with a `--` comment.
    pub(crate) backslashes: bool,
    /// `/*` inside of a comment begins another one.
    pub(crate) nested_comments: bool,
    /// `//` begins a comment, as `--` does.
    pub(crate) slash_comments: bool,
}
