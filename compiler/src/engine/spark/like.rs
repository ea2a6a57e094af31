//! LIKE, where a backslash escapes unless ESCAPE names another character.

use crate::emit::{Like, Writer};
use crate::tree::{ExprKind, Literal};

pub(super) fn like(writer: &mut Writer<'_>, like: Like<'_>) {
    writer.comparand(like.expr);
    writer.push(if like.negated { " NOT LIKE " } else { " LIKE " });
    match (&like.pattern.written().kind, like.escape) {
        (_, Some(escape)) => {
            writer.comparand(like.pattern);
            writer.push(" ESCAPE ");
            match &escape.written().kind {
                ExprKind::Literal(_) | ExprKind::Parameter(_) => writer.comparand(escape),
                _ => writer.refuse(escape.span, "this ESCAPE", "Spark takes only literals there"),
            }
        }
        (ExprKind::Literal(Literal::Text(text)), None) => {
            let text = writer.dialect.quoted(&text.replace('\\', "\\\\"));
            writer.push(&text);
        }
        (_, None) => {
            writer.push("replace(");
            writer.value(like.pattern);
            writer.push(", '\\\\', '\\\\\\\\')");
        }
    }
}
