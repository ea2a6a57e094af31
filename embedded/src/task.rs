//! Work apart from the thread that asks for it, and what is said where it does not end.

use std::any::Any;

use datafusion::common::runtime::SpawnedTask;
use tokio::runtime::Handle;

use crate::error::{Error, ErrorKind, Result};

/// An error unless this is called in a tokio runtime.
pub(crate) fn in_runtime() -> Result<()> {
    match Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::new(
            ErrorKind::NoRuntime,
            "the engine was called where no tokio runtime runs",
        )
        .with_help("call it from a tokio runtime, for example under `#[tokio::main]`")),
    }
}

/// Runs what blocks on a thread for that. It is not begun once nobody waits for it.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    in_runtime()?;
    match SpawnedTask::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => Err(panicked(&*panic)),
            Err(_) => Err(ended()),
        },
    }
}

/// The error of a task that was stopped from outside.
pub(crate) fn ended() -> Error {
    Error::new(ErrorKind::NoRuntime, "the tokio runtime was shut down while the query ran")
        .with_help("keep the runtime until all results are read")
}

/// The error of work that panicked.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Error::new(ErrorKind::Internal, format!("running the query panicked: {text}"))
        .with_help("this is a fault; please report it with the query")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn panics_are_errors() {
        let error = blocking::<()>(|| panic!("at {}", 7)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert!(error.message().ends_with("panicked: at 7"), "{error}");
        let error = blocking::<()>(|| panic!("plain")).await.unwrap_err();
        assert!(error.message().ends_with("panicked: plain"), "{error}");
    }

    #[test]
    fn without_a_runtime_nothing_runs() {
        let error = futures::executor::block_on(blocking(|| Ok(()))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoRuntime);
    }
}
