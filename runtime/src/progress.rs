//! [`Progress`]: how far a running query is.

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "datafusion")]
use arrow_array::RecordBatch;

/// How far a query is, as `on_progress` hears it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// The engine's name for the query, which its logs and its list of queries
    /// show. `None` on the embedded engine and before there is one.
    pub query_id: Option<String>,
    /// What it is doing.
    pub state: State,
    /// The rows that came so far.
    pub rows: u64,
    /// The bytes that came so far: as the engine sent them, or in memory for
    /// the embedded one.
    pub bytes: u64,
    /// The rows that the engine read so far from its tables, where it says so.
    pub processed_rows: Option<u64>,
    /// The bytes that the engine read so far from its tables, where it says so.
    pub processed_bytes: Option<u64>,
    /// The part of the work that is done, 0 to 1, where the engine knows.
    pub fraction: Option<f64>,
}

/// What a query is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It waits for its turn, or is being planned.
    #[default]
    Queued,
    /// It runs.
    Running,
    /// The last row has come.
    Finished,
}

impl Progress {
    /// Counts a batch that came, with its size in memory.
    #[cfg(feature = "datafusion")]
    pub(crate) fn received(&mut self, batch: &RecordBatch) {
        self.rows += batch.num_rows() as u64;
        self.bytes += batch.get_array_memory_size() as u64;
    }
}

type Observer = dyn Fn(&Progress) + Send + Sync;

/// Who wants to know how far a query is: maybe nobody.
#[derive(Clone, Default)]
pub(crate) struct Watch(Option<Arc<Observer>>);

impl Watch {
    pub(crate) fn new(observer: impl Fn(&Progress) + Send + Sync + 'static) -> Watch {
        Watch(Some(Arc::new(observer)))
    }

    pub(crate) fn report(&self, progress: &Progress) {
        if let Some(observer) = &self.0 {
            observer(progress);
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Watch(…)" } else { "Watch" })
    }
}
