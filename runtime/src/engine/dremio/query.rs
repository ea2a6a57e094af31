//! The whole of a statement: it is planned, run, and read ahead of who reads it, for the server
//! ends a result of which nothing is read for 50 s.

use std::sync::Arc;

use arrow_array::StringArray;
use arrow_array::cast::AsArray;
use arrow_schema::{Schema, SchemaRef};
use lakequery_types::Type;
use tokio::sync::{Semaphore, mpsc};
use tracing::Instrument;

use super::outcome::Outcome;
use super::server::Server;
use super::told;
use crate::backend::ResultHeader;
use crate::error::{Error, Kind, Result};
use crate::flight_sql::columns::Columns;
use crate::flight_sql::command::Plan;
use crate::flight_sql::failure::Failure;
use crate::progress::{Progress, State, Watch};
use crate::rendered::Rendered;
use crate::statement_kind::{is_query, only_reads};
use crate::task::ResultSender;
use crate::texts::Texts;

/// How many KiB of batches may wait for who reads them.
const AHEAD: u32 = 128 << 10;

/// Makes sure that the server takes the client.
pub(super) async fn check(server: &Server) -> Result<()> {
    let sql = Rendered::plain("SELECT 1");
    plan(server, &sql, true).await.map(|_| ())
}

/// The columns that a statement would have.
pub(super) async fn describe(
    server: &Server,
    sql: &Rendered,
    expected: Option<Vec<Type>>,
) -> Result<SchemaRef> {
    let plan = plan(server, sql, only_reads(sql.text())).await?;
    Ok(Columns::new(&*plan.schema()?, expected.as_deref())?.schema)
}

pub(super) async fn plan(server: &Server, sql: &Rendered, reads: bool) -> Result<Plan> {
    let planned = server.connection.plan(sql.text(), reads).await;
    planned.map_err(|failure| told::error(server, failure, sql))
}

/// Runs a statement to its end.
pub(super) async fn run(
    server: Arc<Server>,
    sql: Rendered,
    expected: Option<Vec<Type>>,
    watch: Watch,
    sink: ResultSender,
) -> Result<()> {
    let reads = only_reads(sql.text());
    watch.report(&Progress::default());
    let plan = plan(&server, &sql, reads).await?;
    let ran = converse(&server, &sql, plan, expected, watch, sink);
    let ran = ran.instrument(tracing::debug_span!("query")).await;
    // What is not only read may have been written, whatever was heard of it.
    ran.map_err(|failure| told::error(&server, failure, &sql))
        .map_err(|error| if reads { error } else { error.unsure() })
}

async fn converse(
    server: &Server,
    sql: &Rendered,
    plan: Plan,
    expected: Option<Vec<Type>>,
    watch: Watch,
    mut sink: ResultSender,
) -> Result<(), Failure> {
    let connection = &server.connection;
    let mut progress = Progress { state: State::Running, ..Progress::default() };
    watch.report(&progress);
    let mut incoming = connection.run(plan).await?;
    let found = incoming.schema(connection).await?;
    let columns = Columns::new(&found, expected.as_deref())?;
    let outcome = Outcome::of(is_query(sql.text()), &columns.schema);
    let schema = match outcome.columns() {
        Some(at) => Arc::new(Schema::new(vec![columns.schema.field(at).clone()])),
        None => Arc::clone(&columns.schema),
    };
    sink.header(ResultHeader { schema, counts: outcome.columns().is_some() });
    let (sender, mut queue) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(AHEAD as usize));
    let read = async move {
        while let Some(received) = incoming.next(connection, &columns).await? {
            outcome.check(&received.batch)?;
            progress.rows += received.batch.num_rows() as u64;
            progress.bytes += received.bytes as u64;
            watch.report(&progress);
            let batch = match outcome.columns() {
                Some(at) => received.batch.project(&[at]).map_err(unbuilt)?,
                None => received.batch,
            };
            let size = u32::try_from(batch.get_array_memory_size() >> 10).unwrap_or(AHEAD);
            let room = Arc::clone(&room).acquire_many_owned(size.clamp(1, AHEAD)).await;
            let Ok(room) = room else { break };
            if sender.send((batch, room)).is_err() {
                break;
            }
        }
        progress.state = State::Finished;
        watch.report(&progress);
        Ok::<(), Failure>(())
    };
    let hand_on = async {
        while let Some((batch, room)) = queue.recv().await {
            sink.batch(batch).await?;
            drop(room);
        }
        Ok::<(), Error>(())
    };
    // An error comes after the batches that came before it.
    let (read, handed_on) = futures::join!(read, hand_on);
    handed_on?;
    read
}

fn unbuilt(error: arrow_schema::ArrowError) -> Error {
    Error::new(Kind::Internal, format!("a batch could not be built: {error}"))
}

/// Runs a query whose result is texts.
pub(super) async fn texts<const N: usize>(server: &Server, sql: &str) -> Result<Texts<N>> {
    let rendered = Rendered::plain(sql);
    let plan = plan(server, &rendered, true).await?;
    let connection = &server.connection;
    let read = async {
        let mut incoming = connection.run(plan).await?;
        let found = incoming.schema(connection).await?;
        let columns = Columns::new(&found, Some(&vec![Type::VARCHAR; N]))?;
        if columns.schema.fields().len() < N {
            let message = "the server tells less about itself than it should";
            return Err(Error::new(Kind::BrokenData, message).into());
        }
        let mut texts = Texts::default();
        while let Some(received) = incoming.next(connection, &columns).await? {
            let batch = received.batch;
            let column = |i: usize| match batch.column(i).as_string_opt::<i32>() {
                Some(texts) => texts.clone(),
                None => StringArray::new_null(batch.num_rows()),
            };
            texts.push(std::array::from_fn(column)).map_err(Error::from)?;
        }
        Ok(texts)
    };
    read.await.map_err(|failure| told::error(server, failure, &rendered))
}
