//! LIKE.

use super::{Like, Writer};

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
