//! Versions of tables, which stand between the table and its alias.

use crate::emit::Writer;
use crate::tree::{ExprKind, Literal, Version, VersionKind};

/// Writes `AT SNAPSHOT 'id'` or `AT TIMESTAMP '…'`.
pub(super) fn version(writer: &mut Writer<'_>, version: &Version) {
    match (version.kind, &version.at.written().kind) {
        (VersionKind::Version, ExprKind::Literal(Literal::Integer(number))) => {
            writer.push(&format!(" AT SNAPSHOT '{number}'"));
        }
        (VersionKind::Version, ExprKind::Literal(Literal::Text(_))) => {
            let reason = "Dremio asks whether it is a branch or a tag";
            writer.refuse(version.span, "a version by its name", reason);
        }
        (VersionKind::Timestamp, ExprKind::Literal(Literal::Timestamp(_))) => {
            writer.push(" AT ");
            writer.value(&version.at);
        }
        _ => writer.refuse(version.span, "this version", "Dremio takes a literal there"),
    }
}
