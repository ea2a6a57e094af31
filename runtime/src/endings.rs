//! [`Endings`]: the queries of a connection that nobody reads any more, until the
//! engine has been told so. A program that ends at once can wait for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::watch;

/// How many ends are on their way to the engine.
#[derive(Clone, Debug)]
pub(crate) struct Endings(Arc<watch::Sender<usize>>);

impl Default for Endings {
    fn default() -> Endings {
        Endings(Arc::new(watch::Sender::new(0)))
    }
}

impl Endings {
    /// Counts an end, until what it gives is dropped.
    #[cfg(any(test, feature = "_coordinator", feature = "databricks", feature = "spark"))]
    pub(crate) fn begin(&self) -> Ending {
        self.add();
        Ending(self.clone())
    }

    fn add(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    fn remove(&self) {
        self.0.send_modify(|count| *count -= 1);
    }

    /// Two halves for work in a task and for its reader: the end of the work counts
    /// from the drop of the reader on, if that comes first.
    pub(crate) fn watch(&self) -> (Reader, Work) {
        let state = Arc::new(AtomicU8::new(RUNNING));
        let work = Work { endings: self.clone(), state: Arc::clone(&state) };
        (Reader { endings: self.clone(), state }, work)
    }

    /// Waits until there are none.
    pub(crate) async fn none(&self) {
        // An error would say that nobody is left to count one.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

/// An end that is on its way.
#[derive(Debug)]
#[cfg(any(test, feature = "_coordinator", feature = "databricks", feature = "spark"))]
pub(crate) struct Ending(Endings);

#[cfg(any(test, feature = "_coordinator", feature = "databricks", feature = "spark"))]
impl Drop for Ending {
    fn drop(&mut self) {
        self.0.remove();
    }
}

const RUNNING: u8 = 0;
const UNREAD: u8 = 1;
const ENDED: u8 = 2;

/// What the reader of some work holds.
#[derive(Debug)]
pub(crate) struct Reader {
    endings: Endings,
    state: Arc<AtomicU8>,
}

/// What the work holds. It is to be dropped last of all that the work has.
#[derive(Debug)]
pub(crate) struct Work {
    endings: Endings,
    state: Arc<AtomicU8>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.endings.add();
        // Otherwise, the end of the work removes it.
        if self.state.swap(UNREAD, Ordering::SeqCst) == ENDED {
            self.endings.remove();
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if self.state.swap(ENDED, Ordering::SeqCst) == UNREAD {
            self.endings.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn none(endings: &Endings) -> bool {
        tokio::time::timeout(Duration::from_millis(20), endings.none()).await.is_ok()
    }

    #[tokio::test]
    async fn ends_are_waited_for() {
        let endings = Endings::default();
        assert!(none(&endings).await);
        let (one, other) = (endings.begin(), endings.begin());
        drop(one);
        assert!(!none(&endings).await);
        drop(other);
        assert!(none(&endings).await);
    }

    #[tokio::test]
    async fn work_ends_after_its_reader_or_before() {
        let endings = Endings::default();
        let (reader, work) = endings.watch();
        assert!(none(&endings).await, "it is read");
        drop(reader);
        assert!(!none(&endings).await);
        drop(work);
        assert!(none(&endings).await);
        let (reader, work) = endings.watch();
        drop(work);
        drop(reader);
        assert!(none(&endings).await);
    }
}
