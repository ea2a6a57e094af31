//! What is wrong with a file, for the user.

use std::fmt;
use std::io;
use std::path::Path;

use lakequery_compiler::config::FileErrors;

use crate::shown::shown;

/// What is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong. Of a file with several mistakes, one line for each of them.
    pub message: String,
    /// What to do, where that does not follow from the message.
    pub help: Option<String>,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Error {
        Error { message: message.into(), help: None }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Error {
        Error { help: Some(help.into()), ..self }
    }

    /// A file or folder that the operating system refuses something for.
    pub(crate) fn io(verb: &str, path: &Path, error: &io::Error) -> Error {
        Error::new(format!("could not {verb} {}: {error}", path.display()))
    }

    /// All mistakes in the text of a file, each with its place.
    pub(crate) fn text(path: &Path, errors: &FileErrors) -> Error {
        let shown = shown(path);
        let lines: Vec<String> = errors.0.iter().map(|error| format!("{shown}:{error}")).collect();
        Error::new(lines.join("\n"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
