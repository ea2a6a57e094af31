//! [`Run`]: a query on its way, from the first poll to the last batch. What all
//! fetch verbs share, and what does not depend on the type of the rows.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, UInt64Type};
use arrow_schema::SchemaRef;
use futures_core::Stream;
use lakequery_types::{Column, Engine};

use crate::arrow::nulls;
use crate::arrow::schema::{self, Expected};
use crate::backend::{BatchStream, BoxFuture, Request, ResultHeader, ResultStream};
use crate::error::{Error, Kind, Result};
use crate::lake::Lake;

/// A query on its way.
pub(crate) struct Run {
    state: State,
    origin: Origin,
    expected: Option<Vec<Expected>>,
    /// The columns that it was compiled for; none where it was not.
    columns: Vec<Column<'static>>,
    /// Ready when the engine knows of the end of all that was dropped.
    ended: BoxFuture<()>,
}

enum State {
    Starting(BoxFuture<Result<ResultStream>>),
    Running(BatchStream),
    Done,
}

/// Where a query comes from and runs, for its errors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub(crate) engine: Engine,
    pub(crate) location: &'static str,
}

impl Origin {
    pub(crate) fn of(self, error: Error) -> Error {
        error.at_engine(self.engine).at_location(self.location)
    }
}

impl Run {
    /// Prepares a query. Whatever is wrong with it comes out of the first poll.
    pub(crate) fn new(
        lake: &Lake,
        location: &'static str,
        columns: Vec<Column<'static>>,
        request: Result<Request<'_>>,
    ) -> Run {
        let origin = Origin { engine: lake.engine(), location };
        match request {
            Ok(request) => Run {
                expected: request.expected.clone(),
                state: State::Starting(lake.backend().run(request)),
                origin,
                columns,
                ended: lake.backend().ended(),
            },
            Err(error) => Run {
                expected: None,
                state: State::Starting(Box::pin(std::future::ready(Err(error)))),
                origin,
                columns,
                ended: Box::pin(std::future::ready(())),
            },
        }
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// Ends it early.
    pub(crate) fn cancel(&mut self) {
        self.state = State::Done;
    }

    /// Ends it early, and waits until the engine has been told.
    pub(crate) async fn end(self) {
        let Run { state, ended, .. } = self;
        drop(state);
        ended.await;
    }

    /// Waits for the columns of the result, and checks them; afterwards there
    /// are only batches. Not to be polled again once it was ready.
    fn poll_start(&mut self, cx: &mut Context<'_>) -> Poll<Result<ResultHeader>> {
        let State::Starting(future) = &mut self.state else {
            return Poll::Ready(Err(Error::new(Kind::Internal, "the query was started twice")));
        };
        let answer = ready!(future.as_mut().poll(cx)).and_then(|answer| {
            if let Some(expected) = &self.expected {
                schema::check(expected, &answer.header.schema)?;
            }
            Ok(answer)
        });
        Poll::Ready(match answer {
            Ok(ResultStream { header, batches }) => {
                self.state = State::Running(batches);
                Ok(header)
            }
            Err(error) => {
                self.state = State::Done;
                Err(self.origin.of(error))
            }
        })
    }

    /// Waits for the columns of the result, and checks them.
    pub(crate) async fn start(&mut self) -> Result<ResultHeader> {
        std::future::poll_fn(|cx| self.poll_start(cx)).await
    }

    /// The next batch that has rows. Ends after the first error.
    pub(crate) fn poll_batch(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RecordBatch>>> {
        loop {
            match &mut self.state {
                State::Starting(_) => {
                    if let Err(error) = ready!(self.poll_start(cx)) {
                        return Poll::Ready(Some(Err(error)));
                    }
                }
                State::Running(batches) => {
                    let batch = match ready!(batches.as_mut().poll_next(cx)) {
                        Some(Ok(batch)) if batch.num_rows() == 0 => continue,
                        Some(Ok(batch)) => nulls::check(&self.columns, &batch).map(|()| batch),
                        Some(Err(error)) => Err(error),
                        None => {
                            self.state = State::Done;
                            return Poll::Ready(None);
                        }
                    };
                    return Poll::Ready(Some(batch.map_err(|error| {
                        self.state = State::Done;
                        self.origin.of(error)
                    })));
                }
                State::Done => return Poll::Ready(None),
            }
        }
    }

    pub(crate) async fn batch(&mut self) -> Option<Result<RecordBatch>> {
        std::future::poll_fn(|cx| self.poll_batch(cx)).await
    }

    /// Runs to the end and counts the rows that were written.
    pub(crate) async fn execute(mut self) -> Result<u64> {
        let head = self.start().await?;
        let mut written = 0;
        while let Some(batch) = self.batch().await.transpose()? {
            if head.counts {
                written += counted(&batch);
            }
        }
        Ok(written)
    }

    /// The columns and the batches.
    pub(crate) async fn arrow(mut self) -> Result<ArrowStream> {
        let schema = self.start().await?.schema;
        Ok(ArrowStream { schema, run: self })
    }
}

/// Has the engine check a query without running it, and holds its columns
/// against those it was compiled for.
pub(crate) fn describe(
    lake: &Lake,
    location: &'static str,
    request: Result<Request<'_>>,
) -> BoxFuture<Result<SchemaRef>> {
    let origin = Origin { engine: lake.engine(), location };
    let described = request.map(|request| {
        let expected = request.expected.clone();
        (lake.backend().describe(request), expected)
    });
    Box::pin(async move {
        let check = async {
            let (described, expected) = described?;
            let found = described.await?;
            if let Some(expected) = expected {
                schema::check(&expected, &found)?;
            }
            Ok(found)
        };
        check.await.map_err(|error| origin.of(error))
    })
}

/// The sum of a batch's only column, of counts.
fn counted(batch: &RecordBatch) -> u64 {
    let column = batch.column(0);
    if let Some(counts) = column.as_primitive_opt::<UInt64Type>() {
        counts.iter().flatten().sum()
    } else if let Some(counts) = column.as_primitive_opt::<Int64Type>() {
        counts.iter().flatten().filter_map(|count| u64::try_from(count).ok()).sum()
    } else {
        0
    }
}

/// The result of a query as Arrow: its schema, and a stream of its batches.
///
/// It is a [`Stream`] of [`RecordBatch`]es, none of them empty. Dropping it
/// cancels the query.
#[must_use = "a stream does nothing unless it is read"]
pub struct ArrowStream {
    schema: SchemaRef,
    run: Run,
}

impl ArrowStream {
    /// The columns.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The next batch; `None` after the last and after an error.
    pub async fn next(&mut self) -> Option<Result<RecordBatch>> {
        self.run.batch().await
    }

    /// Cancels the query, and waits until the engine has been told: see
    /// [`Rows::cancel`](crate::Rows::cancel).
    pub async fn cancel(self) {
        self.run.end().await;
    }
}

impl std::fmt::Debug for ArrowStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArrowStream").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Stream for ArrowStream {
    type Item = Result<RecordBatch>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().run.poll_batch(cx)
    }
}
