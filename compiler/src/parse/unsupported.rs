//! What lake SQL does not have, said where it is written.

use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;

use super::parser::Parser;

impl Parser<'_> {
    /// Reports something that lake SQL will have.
    pub(super) fn not_yet(&mut self, span: Span, what: &str) {
        let message = format!("{what} is not supported yet");
        self.report(Diagnostic::new(Code::NotSupported, span, message));
    }

    /// Reports something that lake SQL writes in another way.
    pub(super) fn instead(&mut self, span: Span, what: &str, help: impl Into<String>) {
        let message = format!("{what} is not supported");
        self.report(Diagnostic::new(Code::NotSupported, span, message).help(help));
    }
}
