//! The whole of a query, from its text to its last batch: what is said with
//! the coordinator, with one page asked for ahead of the reader.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tracing::Instrument;

use super::connection::Connection;
use super::fetching::Fetching;
use super::page::{Data, Stats};
use super::rows::Columns;
use super::statement_protocol::{Said, StatementProtocol, unasked};
use super::text::Text;
use crate::backend::ResultHeader;
use crate::budget::effort;
use crate::error::{Error, Kind, Result};
use crate::http::client::{Request, Response};
use crate::progress::{Progress, State, Watch};
use crate::task::{ResultSender, Task, aside, ended, failed, runtime};

/// How many segments of a spooled result are fetched at the same time, unless
/// those that are on their way have so many bytes already.
const PARALLEL: usize = 4;
const ENOUGH: u64 = 24 << 20;

/// How many segments are decoded at the same time: the one that is read and the
/// next one.
const DECODED: usize = 2;

/// How long the server hears nothing of a slow reader at most.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// Runs a query to its end.
pub(crate) async fn run(
    connection: Arc<Connection>,
    text: Text,
    watch: Watch,
    sink: ResultSender,
) -> Result<()> {
    let engine = connection.endpoint.protocol.engine.name();
    let span = tracing::debug_span!("query", engine, query_id = tracing::field::Empty);
    converse(connection, text, watch, sink).instrument(span).await
}

async fn converse(
    connection: Arc<Connection>,
    text: Text,
    watch: Watch,
    sink: ResultSender,
) -> Result<()> {
    let runtime = runtime()?;
    let (mut statement, request) = StatementProtocol::start(Arc::clone(&connection), text);
    let mut response = Arc::new(submit(&runtime, &connection, request).await?);
    let mut pace = Pace::default();
    let mut delivery = Delivery::new(Arc::clone(&connection), runtime.clone(), watch, sink);
    loop {
        let answer = Arc::clone(&response);
        let known = delivery.columns.is_some();
        let read = aside(response.body.len(), move || Ok(Said::read(&answer.body, known))).await;
        let said = read.and_then(|said| statement.receive(&response, said));
        // Until all rows have been read, the query is cancelled where the last
        // good answer said, even if an answer can't be read or, without being
        // the last, names no next one. Only one that has failed has ended.
        delivery.cancel.request = match &said {
            Err(error) if error.is_query() => None,
            _ => statement.cancel().or(delivery.cancel.request.take()),
        };
        let said = said.map_err(|error| statement.unsure(error))?;
        delivery.heartbeat = statement.heartbeat();
        let pause = pace.pause(!matches!(said.page.data, Data::None));
        let mut upcoming = statement.get().map(|request| {
            let connection = Arc::clone(&connection);
            Task::spawn(&runtime, async move {
                tokio::time::sleep(pause).await;
                connection.http.send(&request).await
            })
        });
        delivery.page(statement.id(), &response, said).await?;
        loop {
            let event = delivery.next(&mut upcoming).await;
            match event.map_err(|error| statement.unsure(error))? {
                Event::Answer(answer) => {
                    response = Arc::new(answer);
                    break;
                }
                Event::Batch(batch) => delivery.batch(batch).await?,
                Event::End => return delivery.end(),
            }
        }
    }
}

/// How long to wait before the next page is asked for. A server waits itself while
/// it has no rows; one that does not is not to be asked thousands of times a second.
#[derive(Default)]
struct Pace {
    /// How many pages without rows came one after the other.
    empty: u32,
}

impl Pace {
    /// So many pages without rows come at once where a query begins or ends.
    const AT_ONCE: u32 = 8;
    const LONGEST: u32 = 64;

    /// The pause after a page with rows or without.
    fn pause(&mut self, rows: bool) -> Duration {
        self.empty = if rows { 0 } else { self.empty.saturating_add(1) };
        let milliseconds = match self.empty.checked_sub(Self::AT_ONCE) {
            Some(more) => 2u32.saturating_pow(more).min(Self::LONGEST),
            None => 0,
        };
        Duration::from_millis(milliseconds.into())
    }
}

/// Sends the statement. It is not given up in the middle, when it would be
/// unknown whether the server has taken it: where nobody waits any more for the
/// answer, the query is cancelled when it comes.
async fn submit(
    runtime: &Handle,
    connection: &Arc<Connection>,
    request: Request,
) -> Result<Response> {
    let (sender, answer) = oneshot::channel();
    let connection = Arc::clone(connection);
    let (_reader, held) = connection.endings.watch();
    let task = runtime.spawn(async move {
        let _held = held;
        let result = connection.http.send(&request).await;
        let runtime = Handle::current();
        // What nobody takes cancels its query when it is dropped.
        let _ = sender.send(result.map(|response| Submitted {
            response: Some(response),
            connection,
            runtime,
        }));
    });
    match answer.await {
        Ok(result) => result?.take(),
        Err(_) => Err(task.await.err().map_or_else(ended, failed)),
    }
}

/// The answer to a statement. Its query is cancelled where nobody takes it: the
/// reader may go between the arrival of the answer and the moment it is read.
struct Submitted {
    response: Option<Response>,
    connection: Arc<Connection>,
    runtime: Handle,
}

impl Submitted {
    fn take(mut self) -> Result<Response> {
        self.response.take().ok_or_else(ended)
    }
}

impl Drop for Submitted {
    fn drop(&mut self) {
        let Some(response) = self.response.take() else { return };
        let (connection, ending) = (Arc::clone(&self.connection), self.connection.endings.begin());
        let runtime = self.runtime.clone();
        drop(self.runtime.spawn(async move {
            let _ending = ending;
            let mut statement = StatementProtocol::resume(Arc::clone(&connection));
            let response = Arc::new(response);
            let answer = Arc::clone(&response);
            let read = aside(response.body.len(), move || Ok(Said::read(&answer.body, true))).await;
            let received = read.and_then(|said| statement.receive(&response, said));
            let request = received.ok().and_then(|_| statement.cancel());
            drop(Cancel { connection, runtime, request });
        }));
    }
}

/// Ends the query on the server when this is dropped before its end.
struct Cancel {
    connection: Arc<Connection>,
    runtime: Handle,
    request: Option<Request>,
}

impl Drop for Cancel {
    fn drop(&mut self) {
        if let Some(request) = self.request.take() {
            let connection = Arc::clone(&self.connection);
            let ending = connection.endings.begin();
            drop(self.runtime.spawn(async move {
                let _ending = ending;
                tracing::debug!("cancelling the query");
                // Nobody is left to hear of an error.
                let _ = connection.http.send(&request).await;
            }));
        }
    }
}

/// What is waited for.
enum Event {
    /// The next answer of the server.
    Answer(Response),
    /// The next batch in order.
    Batch(RecordBatch),
    /// There is nothing more.
    End,
}

/// The way of the rows from the pages to the reader.
struct Delivery {
    cancel: Cancel,
    heartbeat: Option<Request>,
    watch: Watch,
    progress: Progress,
    sink: ResultSender,
    columns: Option<Columns>,
    /// Segments that are being fetched, in order.
    segments: VecDeque<Fetching>,
    #[cfg(feature = "trino")]
    buffers: super::spool::Buffers,
}

impl Delivery {
    fn new(
        connection: Arc<Connection>,
        runtime: Handle,
        watch: Watch,
        sink: ResultSender,
    ) -> Delivery {
        Delivery {
            cancel: Cancel { connection, runtime, request: None },
            heartbeat: None,
            watch,
            progress: Progress::default(),
            sink,
            columns: None,
            segments: VecDeque::new(),
            #[cfg(feature = "trino")]
            buffers: super::spool::Buffers::default(),
        }
    }

    /// Takes a page: says what the columns are, and sends its rows on their way.
    async fn page(&mut self, id: &str, response: &Arc<Response>, said: Said) -> Result<()> {
        let Said { page, columns, mut budget } = said;
        if self.progress.query_id.is_none() {
            tracing::Span::current().record("query_id", id);
            self.progress.query_id = Some(id.to_owned());
        }
        if let Some(columns) = columns.transpose()? {
            let schema = Arc::clone(&columns.schema);
            self.sink.header(ResultHeader { schema, counts: page.update.is_some() });
            self.columns = Some(columns);
        }
        let last = page.next.is_none();
        self.report(&page.stats, response.body.len(), last);
        match page.data {
            Data::None => Ok(()),
            Data::Rows(rows) => {
                let columns = self.columns.clone().ok_or_else(no_columns)?;
                let (response, started) = (Arc::clone(response), self.progress.rows);
                let batch = aside(effort(rows.len(), columns.leaves), move || {
                    let rows = response.body.get(rows).and_then(|rows| str::from_utf8(rows).ok());
                    columns.decode(rows.unwrap_or_default(), started, &mut budget)
                });
                let batch = batch.await?;
                while !self.segments.is_empty() {
                    self.first().await?;
                }
                self.batch(batch).await
            }
            #[cfg(feature = "trino")]
            Data::Segments(encoding, segments) => {
                let columns = self.columns.clone().ok_or_else(no_columns)?;
                let unpacking = super::spool::Unpacking {
                    encoding: super::spool::Encoding::parse(&encoding)?,
                    columns,
                    buffers: self.buffers.clone(),
                    inline: segments.iter().filter(|segment| segment.is_inline()).count(),
                };
                for segment in segments {
                    self.progress.bytes += segment.spooled();
                    while self.is_full() {
                        self.first().await?;
                    }
                    let connection = Arc::clone(&self.cancel.connection);
                    let (unpacking, size) = (unpacking.clone(), segment.size.unwrap_or_default());
                    let runtime = &self.cancel.runtime;
                    self.segments.push_back(Fetching::start(runtime, size, |turn, sender| {
                        super::spool::fetch(connection, unpacking, segment, turn, sender)
                    }));
                }
                Ok(())
            }
            #[cfg(not(feature = "trino"))]
            Data::Segments(..) => Err(unasked()),
            Data::Binary(pages) => {
                let columns = self.columns.clone().ok_or_else(no_columns)?;
                let binary = self.cancel.connection.endpoint.protocol.binary.as_ref();
                let decode = binary.ok_or_else(unasked)?.decode;
                for page in pages {
                    let columns = columns.clone();
                    let work = Task::blocking(&self.cancel.runtime, move || {
                        let batch = decode(&columns, &page, &mut budget)?;
                        Ok((batch, budget))
                    });
                    let batch;
                    (batch, budget) = work.end().await?;
                    self.batch(batch).await?;
                }
                Ok(())
            }
        }
    }

    /// Waits for the next answer or for the first of the segments.
    async fn next(&mut self, upcoming: &mut Option<Task<Response>>) -> Result<Event> {
        std::future::poll_fn(|cx| {
            loop {
                if !self.is_full()
                    && let Some(task) = upcoming
                    && let Poll::Ready(answer) = task.poll_end(cx)
                {
                    return Poll::Ready(answer.map(Event::Answer));
                }
                self.segments.iter_mut().take(DECODED).for_each(Fetching::decode);
                match self.segments.front_mut() {
                    Some(segment) => match ready!(segment.poll_next(cx))? {
                        Some(batch) => return Poll::Ready(Ok(Event::Batch(batch))),
                        None => drop(self.segments.pop_front()),
                    },
                    None if upcoming.is_none() => return Poll::Ready(Ok(Event::End)),
                    None => return Poll::Pending,
                }
            }
        })
        .await
    }

    /// Whether enough segments are on their way.
    fn is_full(&self) -> bool {
        let bytes: u64 = self.segments.iter().map(|segment| segment.size).sum();
        self.segments.len() >= PARALLEL || bytes >= ENOUGH
    }

    /// Hands on what the first of the segments still brings.
    async fn first(&mut self) -> Result<()> {
        self.segments.iter_mut().take(DECODED).for_each(Fetching::decode);
        while let Some(segment) = self.segments.front_mut() {
            match std::future::poll_fn(|cx| segment.poll_next(cx)).await? {
                Some(batch) => self.batch(batch).await?,
                None => {
                    self.segments.pop_front();
                    break;
                }
            }
        }
        Ok(())
    }

    /// Hands a batch on, however long its reader takes.
    async fn batch(&mut self, batch: RecordBatch) -> Result<()> {
        self.progress.rows += batch.num_rows() as u64;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let connection = &self.cancel.connection;
        let handed = std::pin::pin!(self.sink.batch(batch));
        let slow = std::pin::pin!(async {
            loop {
                tokio::time::sleep(HEARTBEAT).await;
                if let Some(request) = &self.heartbeat {
                    // If the server is gone, the next page will tell.
                    let _ = connection.http.send(request).await;
                }
            }
        });
        match futures::future::select(handed, slow).await {
            futures::future::Either::Left((result, _)) => result,
            futures::future::Either::Right((never, _)) => never,
        }
    }

    fn report(&mut self, stats: &Stats, bytes: usize, last: bool) {
        let progress = &mut self.progress;
        progress.bytes += bytes as u64;
        progress.state = match stats.state.as_str() {
            "QUEUED"
            | "WAITING_FOR_RESOURCES"
            | "WAITING_FOR_PREREQUISITES"
            | "DISPATCHING"
            | "PLANNING" => State::Queued,
            _ => State::Running,
        };
        progress.processed_rows = stats.processed_rows;
        progress.processed_bytes = stats.processed_bytes;
        progress.fraction = stats.percentage.map(|percentage| (percentage / 100.0).clamp(0.0, 1.0));
        if !last {
            self.watch.report(progress);
        }
    }

    fn end(mut self) -> Result<()> {
        if self.columns.is_none() {
            // A statement that has no result, such as USE.
            self.sink.header(ResultHeader { schema: Arc::new(Schema::empty()), counts: true });
        }
        self.cancel.request = None;
        self.progress.state = State::Finished;
        self.watch.report(&self.progress);
        Ok(())
    }
}

#[cold]
fn no_columns() -> Error {
    Error::new(Kind::BrokenData, "the server sent rows and did not say what columns they have")
}
