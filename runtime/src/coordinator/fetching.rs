//! [`Fetching`]: a segment of a spooled result on its way: fetched well ahead of
//! its turn, and decoded batch by batch shortly before it, for it then takes ten
//! times the memory.

use std::task::{Context, Poll, ready};

use arrow_array::RecordBatch;
use tokio::sync::{mpsc, oneshot};

use crate::error::Result;
use crate::task::Task;

/// How many batches of a segment may wait for their reader: those of the largest
/// that servers make (16 MiB), so that it can be decoded ahead of its turn.
#[cfg(feature = "trino")]
const WAITING: usize = 64;

/// A segment on its way: its batches, and the work that brings them.
pub(crate) struct Fetching {
    batches: mpsc::Receiver<RecordBatch>,
    work: Task<()>,
    /// Says to the work that the segment may be decoded.
    turn: Option<oneshot::Sender<()>>,
    /// The bytes of it that are fetched ahead.
    pub(crate) size: u64,
}

impl Fetching {
    /// Begins the work, which fetches, waits for its turn, and sends its batches
    /// to what it is given.
    #[cfg(feature = "trino")]
    pub(crate) fn start<W>(
        runtime: &tokio::runtime::Handle,
        size: u64,
        work: impl FnOnce(oneshot::Receiver<()>, mpsc::Sender<RecordBatch>) -> W,
    ) -> Fetching
    where
        W: Future<Output = Result<()>> + Send + 'static,
    {
        let (sender, batches) = mpsc::channel(WAITING);
        let (turn, come) = oneshot::channel();
        Fetching { batches, work: Task::spawn(runtime, work(come, sender)), turn: Some(turn), size }
    }

    /// Has the segment decoded, once it is there.
    pub(crate) fn decode(&mut self) {
        if let Some(turn) = self.turn.take() {
            // An error here only says that the work has failed already.
            let _ = turn.send(());
        }
    }

    /// The next batch; there is none after the last.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<RecordBatch>>> {
        self.decode();
        match ready!(self.batches.poll_recv(cx)) {
            Some(batch) => Poll::Ready(Ok(Some(batch))),
            // No more: because that was all, or because the work failed.
            None => self.work.poll_end(cx).map_ok(|()| None),
        }
    }
}
