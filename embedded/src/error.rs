//! [`Error`]: what went wrong, in plain words.

mod classify;

pub(crate) use classify::{planning, running, unreadable, unreadable_file};

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, and what to do about it.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    help: Option<String>,
    path: Option<PathBuf>,
    cause: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// This engine can't do what was asked.
    Unsupported,
    /// A table, schema, file or folder does not exist.
    NotFound,
    /// Data could not be read: a file cut short, text that is not UTF-8, a value that is
    /// not of its column's type.
    BrokenData,
    /// The query was refused, or failed on its data.
    Query,
    /// No tokio runtime runs, or it was shut down while the query ran.
    NoRuntime,
    /// A fault of DataFusion or of this crate.
    Internal,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), help: None, path: None, cause: None }
    }

    /// Says what to do about it.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Error {
        self.help = Some(help.into());
        self
    }

    /// Says which file or folder it is about.
    pub(crate) fn at_path(mut self, path: &Path) -> Error {
        self.path = Some(path.to_owned());
        self
    }

    /// Keeps the error that this one comes from.
    pub(crate) fn caused_by(
        mut self,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Error {
        self.cause = Some(Arc::new(cause));
        self
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What went wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The file or folder that it is about, where it is about one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The error that this one comes from, to be kept: [`source`](std::error::Error::source)
    /// lends it.
    pub fn cause(&self) -> Option<Arc<dyn std::error::Error + Send + Sync>> {
        self.cause.clone()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
