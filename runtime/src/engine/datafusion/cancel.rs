//! Work in tokio tasks that end when nobody waits for them, and whose panics
//! become errors.

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

use crate::error::{Error, Kind, Result};

/// The tokio runtime that this is called in.
pub(super) fn runtime() -> Result<Handle> {
    Handle::try_current().map_err(|_| {
        Error::new(Kind::NoRuntime, "the embedded engine was called where no tokio runtime runs")
            .help("call it from a tokio runtime, for example under `#[tokio::main]`")
    })
}

/// A task that is aborted when this is dropped.
pub(super) struct Task<T> {
    handle: JoinHandle<Result<T>>,
}

impl<T: Send + 'static> Task<T> {
    pub(super) fn spawn(
        runtime: &Handle,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Task<T> {
        Task { handle: runtime.spawn(work) }
    }

    /// Runs what blocks on a thread for that.
    pub(super) fn blocking(
        runtime: &Handle,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Task<T> {
        Task { handle: runtime.spawn_blocking(work) }
    }

    /// Waits for the end. Not to be called again once it was ready.
    pub(super) fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<T>> {
        Poll::Ready(match ready!(Pin::new(&mut self.handle).poll(cx)) {
            Ok(result) => result,
            Err(error) => Err(failed(error)),
        })
    }

    /// Waits for the end.
    pub(super) async fn end(mut self) -> Result<T> {
        std::future::poll_fn(|cx| self.poll_end(cx)).await
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

/// The error of a task that did not come to its end.
pub(super) fn failed(error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => {
            Error::new(Kind::Internal, format!("the embedded engine panicked: {}", text(&*panic)))
                .help("this is a fault of the engine; please report it with the query")
        }
        Err(_) => ended(),
    }
}

/// The error of a task that was stopped from outside.
pub(super) fn ended() -> Error {
    Error::new(Kind::NoRuntime, "the tokio runtime was shut down while the query ran")
        .help("keep the runtime until all results are read")
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
            assert!(
                error.to_string().starts_with("the embedded engine panicked: at 7;"),
                "{error}"
            );
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
