//! What went wrong, as it is printed.

use std::fmt;
use std::io;
use std::path::Path;

/// An error for the user: what, why, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    message: String,
    help: Vec<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), help: Vec::new() }
    }

    /// A file or folder that could not be worked on.
    pub(crate) fn file(verb: &str, path: &Path, error: &io::Error) -> Failure {
        Failure::new(format!("could not {verb} {}: {error}", path.display()))
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Failure {
        self.help.push(help.into());
        self
    }
}

impl From<lakequery_project::Error> for Failure {
    fn from(lakequery_project::Error { message, help }: lakequery_project::Error) -> Failure {
        Failure { message, help: help.into_iter().collect() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        for help in &self.help {
            write!(f, "\n  = help: {help}")?;
        }
        Ok(())
    }
}
