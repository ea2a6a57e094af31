//! Work in tokio tasks that end when nobody waits for them, and whose panics
//! become errors. Every backend runs its queries in one: see [`answer`].

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use arrow_array::RecordBatch;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinHandle};

use crate::backend::{BatchStream, ResultHeader, ResultStream};
#[cfg(feature = "_http")]
use crate::endings::{Endings, Reader};
use crate::error::{Error, Kind, Result};

/// How many batches may wait for their reader.
const WAITING_BATCHES: usize = 2;

/// The tokio runtime that this is called in.
pub(crate) fn runtime() -> Result<Handle> {
    Handle::try_current().map_err(|_| {
        Error::new(Kind::NoRuntime, "the engine was called where no tokio runtime runs")
            .help("call it from a tokio runtime, for example under `#[tokio::main]`")
    })
}

/// A task that is aborted when this is dropped.
pub(crate) struct Task<T> {
    handle: JoinHandle<Result<T>>,
    /// Of work whose end is to be told to an engine.
    #[cfg(feature = "_http")]
    _reader: Option<Reader>,
}

impl<T: Send + 'static> Task<T> {
    pub(crate) fn spawn(
        runtime: &Handle,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Task<T> {
        Task::of(runtime.spawn(work))
    }

    fn of(handle: JoinHandle<Result<T>>) -> Task<T> {
        Task {
            handle,
            #[cfg(feature = "_http")]
            _reader: None,
        }
    }

    /// Work that tells an engine when it ends early: that can be waited for.
    #[cfg(feature = "_http")]
    pub(crate) fn ending(
        runtime: &Handle,
        endings: &Endings,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Task<T> {
        let (reader, held) = endings.watch();
        let handle = runtime.spawn(async move {
            let _held = held;
            work.await
        });
        Task { handle, _reader: Some(reader) }
    }

    /// Runs what blocks on a thread for that.
    #[cfg(any(test, feature = "_http"))]
    pub(crate) fn blocking(
        runtime: &Handle,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Task<T> {
        Task::of(runtime.spawn_blocking(work))
    }

    /// Waits for the end. Not to be called again once it was ready.
    pub(crate) fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<T>> {
        Poll::Ready(match ready!(Pin::new(&mut self.handle).poll(cx)) {
            Ok(result) => result,
            Err(error) => Err(failed(error)),
        })
    }

    /// Waits for the end.
    pub(crate) async fn end(mut self) -> Result<T> {
        std::future::poll_fn(|cx| self.poll_end(cx)).await
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

/// How large work is that holds a worker up: for some milliseconds.
#[cfg(feature = "_http")]
const LARGE: usize = 256 << 10;

/// Does work that waits for nothing and goes through `size` bytes: on a thread for
/// what blocks where it is large, so that other tasks of the worker go on.
#[cfg(feature = "_http")]
pub(crate) async fn aside<T: Send + 'static>(
    size: usize,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    if size < LARGE {
        return work();
    }
    Task::blocking(&runtime()?, work).end().await
}

/// Where a query's work puts its result.
pub(crate) struct ResultSender {
    header: Option<oneshot::Sender<ResultHeader>>,
    batches: mpsc::Sender<RecordBatch>,
}

impl ResultSender {
    /// Says what the columns are. Once, before the first batch.
    pub(crate) fn header(&mut self, header: ResultHeader) {
        if let Some(sender) = self.header.take() {
            // An error here only says that nobody waits any more; then this
            // task is being aborted.
            let _ = sender.send(header);
        }
    }

    /// Hands a batch on, when there is room for it.
    pub(crate) async fn batch(&mut self, batch: RecordBatch) -> Result<()> {
        self.batches
            .send(batch)
            .await
            .map_err(|_| Error::new(Kind::Internal, "the query was cancelled"))
    }
}

/// Runs a query's work, from its text to its last batch, in a task of its own:
/// so it goes on while the reader is busy, can be polled from anywhere, and its
/// panics stay in it. Ready when the columns are known. Dropping the future or
/// the batches aborts the task.
#[cfg(feature = "datafusion")]
pub(crate) async fn answer<W>(work: impl FnOnce(ResultSender) -> W) -> Result<ResultStream>
where
    W: Future<Output = Result<()>> + Send + 'static,
{
    read(work, |runtime, work| Task::spawn(runtime, work)).await
}

/// The same for work that tells an engine when it ends early.
#[cfg(feature = "_http")]
pub(crate) async fn answer_of<W>(
    endings: &Endings,
    work: impl FnOnce(ResultSender) -> W,
) -> Result<ResultStream>
where
    W: Future<Output = Result<()>> + Send + 'static,
{
    read(work, |runtime, work| Task::ending(runtime, endings, work)).await
}

async fn read<W>(
    work: impl FnOnce(ResultSender) -> W,
    spawn: impl FnOnce(&Handle, W) -> Task<()>,
) -> Result<ResultStream> {
    let (sender, header) = oneshot::channel();
    let (batches, mut queue) = mpsc::channel(WAITING_BATCHES);
    let mut task = spawn(&runtime()?, work(ResultSender { header: Some(sender), batches }));
    let header = match header.await {
        Ok(header) => header,
        // The task ended early and says why.
        Err(_) => return Err(task.end().await.err().unwrap_or_else(ended)),
    };
    let mut done = false;
    let batches: BatchStream = Box::pin(futures::stream::poll_fn(move |cx| {
        if done {
            return Poll::Ready(None);
        }
        if let Some(batch) = ready!(queue.poll_recv(cx)) {
            return Poll::Ready(Some(Ok(batch)));
        }
        // No more batches: because that was all, or because the task failed.
        let end = ready!(task.poll_end(cx));
        done = true;
        Poll::Ready(end.err().map(Err))
    }));
    Ok(ResultStream { header, batches })
}

/// The error of a task that did not come to its end.
pub(crate) fn failed(error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => panicked(&*panic),
        Err(_) => ended(),
    }
}

/// The error of a task that was stopped from outside.
pub(crate) fn ended() -> Error {
    Error::new(Kind::NoRuntime, "the tokio runtime was shut down while the query ran")
        .help("keep the runtime until all results are read")
}

/// The error of work that panicked.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Error {
    Error::new(Kind::Internal, format!("running the query panicked: {}", text(panic)))
        .help("this is a fault; please report it with the query")
}

fn text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn panics_are_errors() {
        let runtime = runtime().unwrap();
        for end in [
            Task::<()>::spawn(&runtime, async { panic!("at {}", 7) }).end().await,
            Task::<()>::blocking(&runtime, || panic!("at {}", 7)).end().await,
        ] {
            let error = end.unwrap_err();
            assert!(error.is_internal());
            assert!(error.to_string().starts_with("running the query panicked: at 7;"), "{error}");
        }
        let error = Task::<()>::spawn(&runtime, async { panic!("plain") }).end().await;
        assert!(error.unwrap_err().to_string().contains("panicked: plain"));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_ends() {
        let runtime = runtime().unwrap();
        let (alive, ended) = tokio::sync::oneshot::channel::<()>();
        let task = Task::<()>::spawn(&runtime, async move {
            std::future::pending::<()>().await;
            drop(alive);
            Ok(())
        });
        tokio::task::yield_now().await;
        drop(task);
        assert!(ended.await.is_err());
    }
}
