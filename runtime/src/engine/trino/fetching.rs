//! [`Fetching`]: a segment of a spooled result on its way, batch by batch.

use std::task::{Context, Poll, ready};

use arrow_array::RecordBatch;
use tokio::sync::mpsc;

use crate::error::Result;
use crate::task::Task;

/// How many batches of a segment may wait for the segments before it.
#[cfg(feature = "trino")]
const WAITING: usize = 4;

/// A segment on its way: its batches, and the work that brings them.
pub(super) struct Fetching {
    batches: mpsc::Receiver<RecordBatch>,
    work: Task<()>,
    /// The memory that its rows take before they are decoded.
    pub(super) size: u64,
}

impl Fetching {
    /// Begins the work, which sends its batches to what it is given.
    #[cfg(feature = "trino")]
    pub(super) fn start<W>(
        runtime: &tokio::runtime::Handle,
        size: u64,
        work: impl FnOnce(mpsc::Sender<RecordBatch>) -> W,
    ) -> Fetching
    where
        W: Future<Output = Result<()>> + Send + 'static,
    {
        let (sender, batches) = mpsc::channel(WAITING);
        Fetching { batches, work: Task::spawn(runtime, work(sender)), size }
    }

    /// The next batch; there is none after the last.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<RecordBatch>>> {
        match ready!(self.batches.poll_recv(cx)) {
            Some(batch) => Poll::Ready(Ok(Some(batch))),
            // No more: because that was all, or because the work failed.
            None => self.work.poll_end(cx).map_ok(|()| None),
        }
    }
}
