//! What lake SQL does not have, though it is written in its grammar.

use super::Lowerer;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::Expr;

impl Lowerer<'_> {
    /// Reports something that lake SQL does not have yet.
    pub(super) fn unsupported(&mut self, span: Span, what: &str) -> Expr {
        let verb = if what.ends_with('s') && !what.ends_with("ss") { "are" } else { "is" };
        self.report(Diagnostic::new(
            Code::NotSupported,
            span,
            format!("{what} {verb} not supported yet"),
        ));
        Expr::error(span)
    }
}
