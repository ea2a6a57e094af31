//! LIKE.

use crate::tree::Expr;

use super::Writer;

/// A LIKE to be written.
pub(crate) struct Like<'t> {
    /// The operand.
    pub(crate) expr: &'t Expr,
    /// The pattern.
    pub(crate) pattern: &'t Expr,
    /// The escape character; without one there is none.
    pub(crate) escape: Option<&'t Expr>,
    /// `NOT LIKE`
    pub(crate) negated: bool,
}

/// Writes LIKE for an engine where no character escapes unless ESCAPE says so.
pub(crate) fn write_like(writer: &mut Writer<'_>, like: Like<'_>) {
    writer.comparand(like.expr);
    writer.push(if like.negated { " NOT LIKE " } else { " LIKE " });
    writer.comparand(like.pattern);
    if let Some(escape) = like.escape {
        writer.push(" ESCAPE ");
        writer.comparand(escape);
    }
}
