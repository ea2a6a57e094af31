//! [`DecodeError`]: why a cell could not be read.

use std::fmt;

/// Why a cell could not be read.
// In a box, so that what could be read is not moved about with room for this.
#[derive(Debug)]
pub struct DecodeError(Box<Why>);

#[derive(Debug)]
enum Why {
    Null(UnexpectedNull),
    Other(String),
}

/// A NULL where the Rust type has no place for one.
#[derive(Debug, Default)]
pub(crate) struct UnexpectedNull {
    /// Where it is in the column, from the inside out: "field city", "element 2".
    /// Empty where the column itself is NULL.
    pub(crate) path: Vec<String>,
    /// The Rust type of the column with a place for it, or of the struct's field that it is
    /// in; empty for the column itself.
    pub(crate) rust: String,
    /// The struct's field that it is in, and the struct.
    pub(crate) field: Option<(&'static str, String)>,
}

impl fmt::Display for UnexpectedNull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path[..] {
            [] => f.write_str("it is NULL"),
            path => write!(f, "{} is NULL", path.join(" of ")),
        }
    }
}

impl DecodeError {
    /// An error with this text; do not put the value into it.
    pub fn new(message: impl Into<String>) -> DecodeError {
        DecodeError(Box::new(Why::Other(message.into())))
    }

    /// The error of a cell that is NULL.
    #[cold]
    pub(super) fn null() -> DecodeError {
        DecodeError(Box::new(Why::Null(UnexpectedNull::default())))
    }

    /// The NULL that stands where there is no place for it, if it is one.
    pub(crate) fn unexpected_null(&self) -> Option<&UnexpectedNull> {
        match &*self.0 {
            Why::Null(null) => Some(null),
            Why::Other(_) => None,
        }
    }

    /// The same, to say where it is.
    pub(super) fn unexpected_null_mut(&mut self) -> Option<&mut UnexpectedNull> {
        match &mut *self.0 {
            Why::Null(null) => Some(null),
            Why::Other(_) => None,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Why::Null(null) => null.fmt(f),
            Why::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for DecodeError {}
