//! What is wrong with a text that can't be cut into tokens.

use std::ops::Range;

/// A text that can't be cut into tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextTokenError {
    /// What is wrong, one sentence.
    pub message: String,
    /// The bytes at fault.
    pub bytes: Range<usize>,
}

impl TextTokenError {
    pub(super) fn new(bytes: Range<usize>, message: impl Into<String>) -> TextTokenError {
        TextTokenError { message: message.into(), bytes }
    }
}
