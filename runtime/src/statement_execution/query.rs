//! The whole of a query, from its text to its last batch, with some chunks fetched ahead of the
//! reader.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::StringArray;
use arrow_array::cast::AsArray;
use lakequery_types::Type;
use tracing::Instrument;

use super::chunks::{Links, Order};
use super::columns::Columns;
pub(crate) use super::columns::target_of;
use super::connection::Connection;
use super::decode::{Packing, batches};
use super::download::{Packed, Source};
use super::running::Running;
use super::statement::Outcome;
use crate::backend::ResultHeader;
use crate::budget::leaves;
use crate::error::{Error, Kind, Result};
use crate::progress::{Progress, State, Watch};
use crate::rendered::Rendered;
use crate::statement_kind::{is_query, only_reads};
use crate::task::{ResultSender, Task, aside, runtime};
use crate::texts::Texts;

/// How many chunks are fetched at the same time, unless those that are on their way have so
/// many bytes already. A chunk has some 20 MiB.
const PARALLEL: usize = 6;
const ENOUGH: u64 = 96 << 20;

/// Runs a query to its end.
pub(crate) async fn run(
    connection: Arc<Connection>,
    sql: Rendered,
    expected: Option<Vec<Type>>,
    watch: Watch,
    sink: ResultSender,
) -> Result<()> {
    let span = tracing::debug_span!("query", query_id = tracing::field::Empty);
    let reads = only_reads(sql.text());
    let converse = converse(connection, sql, expected, watch, sink).instrument(span);
    // What is not only read may have been written, whatever was heard of it.
    converse.await.map_err(|error| if reads { error } else { error.unsure() })
}

async fn converse(
    connection: Arc<Connection>,
    sql: Rendered,
    expected: Option<Vec<Type>>,
    watch: Watch,
    mut sink: ResultSender,
) -> Result<()> {
    let query = is_query(sql.text());
    let mut running = Running::start(&connection, sql.text(), &sql).await?;
    let mut progress = Progress { query_id: Some(running.id()), ..Progress::default() };
    tracing::Span::current().record("query_id", running.id());
    let outcome = running.result(|queued| {
        progress.state = if queued { State::Queued } else { State::Running };
        watch.report(&progress);
    });
    let outcome = outcome.await?;
    progress.state = State::Running;
    watch.report(&progress);
    let mut result = Incoming::new(&connection, running.id(), outcome, expected).await?;
    let schema = Arc::clone(&result.columns.schema);
    let named = schema.fields().first().is_none_or(|field| field.name() == "num_affected_rows");
    sink.header(ResultHeader { schema, counts: !query && named });
    while let Some(Packed { extent, bytes }) = result.next().await? {
        let rows = result.order.advance(&extent)?;
        progress.rows += rows;
        progress.bytes += bytes.len() as u64;
        watch.report(&progress);
        let (packing, columns) = (result.packing, result.columns.clone());
        let size = crate::budget::effort(bytes.len(), result.leaves);
        let decoded = aside(size, move || batches(bytes, packing, &columns, rows)).await?;
        for batch in decoded {
            sink.batch(batch).await?;
        }
    }
    result.order.end()?;
    progress.state = State::Finished;
    watch.report(&progress);
    Ok(())
}

/// Runs a statement whose result is texts.
pub(crate) async fn texts<const N: usize>(
    connection: &Arc<Connection>,
    sent: &str,
    sql: &Rendered,
) -> Result<Texts<N>> {
    let mut running = Running::start(connection, sent, sql).await?;
    let outcome = running.result(|_| {}).await?;
    let mut result = Incoming::new(connection, running.id(), outcome, None).await?;
    if result.columns.schema.fields().len() < N {
        let message = "the server tells less about itself than it should";
        return Err(Error::new(Kind::BrokenData, message));
    }
    let mut texts = Texts::default();
    while let Some(Packed { extent, bytes }) = result.next().await? {
        let rows = result.order.advance(&extent)?;
        let (packing, columns) = (result.packing, result.columns.clone());
        let size = bytes.len();
        texts = aside(size, move || {
            for batch in batches(bytes, packing, &columns, rows)? {
                let column = |i: usize| match batch.column(i).as_string_opt::<i32>() {
                    Some(texts) => texts.clone(),
                    None => StringArray::new_null(batch.num_rows()),
                };
                texts.push(std::array::from_fn(column))?;
            }
            Ok(texts)
        })
        .await?;
    }
    result.order.end()?;
    Ok(texts)
}

/// A result on its way: its chunks in order, some of them ahead.
struct Incoming {
    source: Source,
    columns: Columns,
    /// How many types there are in all columns.
    leaves: usize,
    packing: Packing,
    order: Order,
    /// The chunks that are being fetched, and their sizes.
    fetching: VecDeque<(Task<Packed>, u64)>,
    /// The first that is not.
    ahead: u64,
}

impl Incoming {
    async fn new(
        connection: &Arc<Connection>,
        statement: String,
        outcome: Outcome,
        expected: Option<Vec<Type>>,
    ) -> Result<Incoming> {
        let Outcome { manifest, chunks, closed } = outcome;
        let packing = Packing::of(manifest.compression.as_deref())?;
        let links = Arc::new(Links::default());
        let source = Source { connection: Arc::clone(connection), statement, links, closed };
        let known = Arc::clone(&source.links);
        aside(manifest.size() + chunks.size(), move || {
            known.add(chunks);
            let columns = Columns::new(&manifest.columns, expected.as_deref())?;
            let all = columns.schema.fields().iter();
            let leaves = all.map(|field| leaves(field.data_type())).sum();
            let order = Order::new(&manifest);
            let fetching = VecDeque::new();
            Ok(Incoming { source, columns, leaves, packing, order, fetching, ahead: 0 })
        })
        .await
    }

    /// The next chunk in order; none after the last.
    async fn next(&mut self) -> Result<Option<Packed>> {
        let runtime = runtime()?;
        let mut size: u64 = self.fetching.iter().map(|(_, size)| size).sum();
        while self.ahead < self.order.chunks()
            && self.fetching.len() < PARALLEL
            && (size < ENOUGH || self.fetching.is_empty())
        {
            let (index, more) = (self.ahead, self.order.size(self.ahead));
            let task = Task::spawn(&runtime, self.source.clone().fetch(index));
            self.fetching.push_back((task, more));
            size = size.saturating_add(more);
            self.ahead += 1;
        }
        match self.fetching.pop_front() {
            Some((task, _)) => task.end().await.map(Some),
            None => Ok(None),
        }
    }
}
