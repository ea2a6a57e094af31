//! Spark SQL through its Thrift Server, which speaks HiveServer2's protocol.

mod decode;
mod error;
#[cfg(feature = "_fuzzing")]
pub mod fuzzing;
mod operation;
mod page;
mod position;
mod reflect;
mod session;
mod transfer;
mod url;
mod values;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use arrow_schema::{Field, Schema, SchemaRef};
use lakequery_types::{Engine, Type};
use tokio::sync::Mutex;

use crate::arrow::schema::{Expected, canonical};
use crate::backend::{Backend, BoxFuture, LexicalRules, Request, ResultHeader, ResultStream};
use crate::budget::{Budget, LEAF, TYPE_BYTE, effort, leaves};
use crate::error::{Error, Kind, Result};
use crate::hive::message::{Column, Fetched, Stage};
use crate::progress::{Progress, State, Watch};
use crate::reflect::{ReflectOptions, Tables};
use crate::rendered::Rendered;
use crate::spark_sql::literal::literal;
use crate::spark_sql::spark_type::SparkType;
use crate::statement_kind;
use crate::task::{self, ResultSender, aside};
use crate::texts::Texts;
use operation::{Refusal, Running};
use page::Pages;
use session::{Server, Session};
use transfer::Described;

/// How many rows of what a server tells about itself are asked for at once.
const MAX_TEXTS: i64 = 100_000;

/// A Spark Thrift Server.
pub(crate) struct Spark {
    shared: Arc<Shared>,
}

/// What every query of a connection needs.
struct Shared {
    server: Arc<Server>,
    session: Mutex<Option<Arc<Session>>>,
}

impl Shared {
    /// The session of all queries: a new one where the server ended the last.
    async fn session(&self) -> Result<Arc<Session>> {
        let mut slot = self.session.lock().await;
        if let Some(session) = slot.as_ref().filter(|session| session.alive()) {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(Session::open(Arc::clone(&self.server)).await?);
        *slot = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Forgets a session that the server does not know.
    async fn lost(&self, session: &Arc<Session>) {
        let mut slot = self.session.lock().await;
        if slot.as_ref().is_some_and(|known| Arc::ptr_eq(known, session)) {
            *slot = None;
        }
    }

    /// Starts a statement. It is sent again only where the server says that it
    /// did nothing, for it does not know the session.
    async fn start(&self, sent: &str, sql: &Rendered) -> Result<Running> {
        let session = self.session().await?;
        match Running::start(&session, sent, sql).await {
            Ok(running) => return Ok(running),
            Err(Refusal::Failed(error)) => return Err(error),
            Err(Refusal::SessionLost) => self.lost(&session).await,
        }
        match Running::start(&self.session().await?, sent, sql).await {
            Ok(running) => Ok(running),
            Err(Refusal::Failed(error)) => Err(error),
            Err(Refusal::SessionLost) => {
                Err(Error::new(Kind::Connection, "the server forgets its sessions at once"))
            }
        }
    }

    /// Runs a statement whose result is texts.
    async fn texts<const N: usize>(&self, sent: &str, sql: &Rendered) -> Result<Texts<N>> {
        let mut running = self.start(sent, sql).await?;
        running.wait(|_| {}).await?;
        let mut texts = Texts::default();
        loop {
            running.ask(MAX_TEXTS).await?;
            let reply = Arc::new(running.receive().await?);
            let fetched = running.fetched(&reply).await?;
            if fetched.rows() == 0 {
                break;
            }
            texts = aside(reply.len(), move || {
                let columns = decode::texts(&reply, &fetched, texts.budget())?;
                texts.push(columns)?;
                Ok(texts)
            })
            .await?;
        }
        running.close().await?;
        Ok(texts)
    }

    /// The columns of a query, without running it.
    async fn describe(&self, sql: &Rendered) -> Result<Vec<Described>> {
        let (sent, sql) = sql.within("DESCRIBE QUERY ", "");
        let texts = self.texts(&sent, &sql).await?;
        texts
            .read(|texts| {
                let mut budget = Budget::of_texts();
                let described = texts.rows().map(|[name, ty]| {
                    budget.charge(ty.map_or(0, str::len), TYPE_BYTE)?;
                    budget.charge(1, LEAF)?;
                    // A type that is not known here is asked for as its text.
                    let ty = ty.and_then(SparkType::parse);
                    let ty = ty.unwrap_or(SparkType::String { collated: true });
                    Ok(Described { name: name.unwrap_or_default().to_owned(), ty })
                });
                described.collect()
            })
            .await
    }

    /// Whether the session's time zone is UTC.
    async fn in_utc(&self) -> Result<bool> {
        let sql = Rendered::plain("SELECT current_timezone()");
        let texts: Texts<1> = self.texts(sql.text(), &sql).await?;
        let zone = texts.rows().flatten().flatten().next();
        Ok(zone.is_some_and(|zone| matches!(zone, "UTC" | "Z" | "Etc/UTC" | "GMT" | "+00:00")))
    }
}

impl Spark {
    /// Connects to what the URL, without its scheme, names, and opens a session.
    pub(crate) fn connect(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Box::pin(async move { Spark::open(Server::new(url::parse(&url)?)?).await })
    }

    /// A session on the server.
    async fn open(server: Arc<Server>) -> Result<Arc<dyn Backend>> {
        task::runtime()?;
        let shared = Shared { server, session: Mutex::default() };
        shared.session().await?;
        Ok(Arc::new(Spark { shared: Arc::new(shared) }))
    }

    /// The same over HTTP, as PyHive's scheme says it.
    pub(crate) fn connect_http(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Spark::connect(url::with(&url, "transport=http"))
    }

    /// The same over HTTP and TLS.
    pub(crate) fn connect_https(url: String) -> BoxFuture<Result<Arc<dyn Backend>>> {
        Spark::connect(url::with(&url, "transport=http&ssl=true"))
    }
}

impl fmt::Debug for Spark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = &self.shared.server.target;
        f.debug_struct("Spark").field("host", &target.host).field("port", &target.port).finish()
    }
}

impl Backend for Spark {
    fn engine(&self) -> Engine {
        Engine::Spark
    }

    fn lexical_rules(&self) -> LexicalRules {
        LexicalRules { backslashes: true, nested_comments: true, slash_comments: false }
    }

    fn run(&self, request: Request<'_>) -> BoxFuture<Result<ResultStream>> {
        let shared = Arc::clone(&self.shared);
        let sql = Rendered::new(&request, literal);
        let expected = expected(request.expected);
        let watch = request.watch;
        Box::pin(async move {
            let sql = sql?;
            let endings = shared.server.endings.clone();
            task::answer_of(&endings, |sink| work(shared, sql, expected, watch, sink)).await
        })
    }

    fn describe(&self, request: Request<'_>) -> BoxFuture<Result<SchemaRef>> {
        let shared = Arc::clone(&self.shared);
        let sql = Rendered::new(&request, literal);
        let expected = expected(request.expected);
        Box::pin(async move {
            let columns = shared.describe(&sql?).await?;
            schema(&columns, &types(&columns, expected.as_deref()))
        })
    }

    fn anew(&self) -> BoxFuture<Result<Option<Arc<dyn Backend>>>> {
        let target = self.shared.server.target.clone();
        Box::pin(async move { Spark::open(Server::new(target)?).await.map(Some) })
    }

    fn ended(&self) -> BoxFuture<()> {
        let endings = self.shared.server.endings.clone();
        Box::pin(async move { endings.none().await })
    }

    fn reflect(&self, options: ReflectOptions) -> BoxFuture<Result<Tables>> {
        Box::pin(reflect::tables(Arc::clone(&self.shared), options))
    }
}

fn expected(columns: Option<Vec<Expected>>) -> Option<Vec<Type>> {
    columns.map(|columns| columns.into_iter().map(|column| column.ty).collect())
}

/// The whole of a query, from its text to its last batch.
async fn work(
    shared: Arc<Shared>,
    sql: Rendered,
    expected: Option<Vec<Type>>,
    watch: Watch,
    sink: ResultSender,
) -> Result<()> {
    let query = statement_kind::is_query(sql.text());
    let described = match &expected {
        Some(types) if types.iter().all(transfer::in_metadata) => None,
        Some(_) => Some(shared.describe(&sql).await?),
        None if !query => None,
        None => match shared.describe(&sql).await {
            Ok(columns) => Some(columns),
            // It may be `WITH … INSERT`; if it is nothing, running it says so.
            Err(error) if error.to_string().contains("PARSE_SYNTAX_ERROR") => None,
            Err(error) => return Err(error),
        },
    };
    let (sent, sql) = match described.as_deref().and_then(transfer::around) {
        Some((prefix, suffix)) => sql.within(&prefix, &suffix),
        None => (sql.text().to_owned(), sql),
    };
    let reads = statement_kind::only_reads(&sent);
    let running = shared.start(&sent, &sql).await?;
    drop(sent);
    let followed = follow(&shared, running, described, expected, query, watch, sink).await;
    followed.map_err(|error| if reads { error } else { error.unsure() })
}

/// The way of a statement that was started to its last row.
async fn follow(
    shared: &Shared,
    mut running: Running,
    described: Option<Vec<Described>>,
    expected: Option<Vec<Type>>,
    query: bool,
    watch: Watch,
    mut sink: ResultSender,
) -> Result<()> {
    let mut progress = Progress { query_id: Some(running.id()), ..Progress::default() };
    watch.report(&progress);
    running
        .wait(|stage| {
            progress.state = if stage == Stage::Queued { State::Queued } else { State::Running };
            watch.report(&progress);
        })
        .await?;
    progress.state = State::Running;
    let asked = Instant::now();
    let metadata = running.columns().await?;
    let mut pages = Pages::new(asked.elapsed());
    let columns = match described {
        Some(columns) => columns,
        None => named(shared, metadata).await?,
    };
    let types: Arc<[Type]> = types(&columns, expected.as_deref()).into();
    let schema = schema(&columns, &types)?;
    let leaves: usize = schema.fields().iter().map(|field| leaves(field.data_type())).sum();
    let counts = !query && columns.first().is_some_and(|column| column.name == "num_affected_rows");
    sink.header(ResultHeader { schema: Arc::clone(&schema), counts });
    running.ask(pages.rows()).await?;
    loop {
        let reply = Arc::new(running.receive().await?);
        let fetched = running.fetched(&reply).await?;
        let count = fetched.rows() as u64;
        if count == 0 {
            break;
        }
        progress.rows += count;
        progress.bytes += reply.len() as u64;
        // The next rows are on their way while these are decoded and read.
        pages.came(count, reply.len() as u64);
        running.ask(pages.rows()).await?;
        let size = effort(reply.len(), leaves);
        let (schema, types) = (Arc::clone(&schema), Arc::clone(&types));
        let batch = aside(size, move || {
            let Fetched { columns, mut budget, .. } = fetched;
            decode::batch(&schema, &types, &reply, &columns, &mut budget)
        });
        let batch = batch.await?;
        watch.report(&progress);
        sink.batch(batch).await?;
    }
    running.close().await?;
    progress.state = State::Finished;
    watch.report(&progress);
    Ok(())
}

/// The types to decode the columns to.
fn types(columns: &[Described], expected: Option<&[Type]>) -> Vec<Type> {
    let target = |(i, column): (usize, &Described)| match expected.and_then(|types| types.get(i)) {
        Some(expected) => transfer::target(&column.ty, expected),
        None => column.ty.lake(),
    };
    columns.iter().enumerate().map(target).collect()
}

fn schema(columns: &[Described], types: &[Type]) -> Result<SchemaRef> {
    let fields = columns.iter().zip(types).map(|(column, ty)| {
        let arrow = canonical(ty).ok_or_else(|| {
            Error::new(Kind::Unsupported, format!("a column of type {ty} can't be read yet"))
        })?;
        Ok(Field::new(&column.name, arrow, true))
    });
    Ok(Arc::new(Schema::new(fields.collect::<Result<Vec<_>>>()?)))
}

/// The columns as the metadata has them.
async fn named(shared: &Shared, metadata: Vec<Column>) -> Result<Vec<Described>> {
    let mut columns = Vec::with_capacity(metadata.len());
    let mut utc = None;
    for Column { name, ty, precision, scale } in metadata {
        let mut ty = SparkType::of_metadata(ty, precision, scale)
            // What it does not say enough about comes as Spark's own text.
            .unwrap_or(SparkType::String { collated: false });
        if ty == SparkType::Timestamp {
            let utc = match utc {
                Some(utc) => utc,
                None => *utc.insert(shared.in_utc().await?),
            };
            if !utc {
                ty = SparkType::TimestampNtz;
            }
        }
        columns.push(Described { name, ty });
    }
    Ok(columns)
}
