//! LIKE: `\` is the escape character there, always and alone.

use crate::emit::{Like, Writer, quoted, write_like};
use crate::tree::{Expr, ExprKind, Literal};

/// Writes LIKE.
pub(super) fn like(writer: &mut Writer<'_>, like: Like<'_>) {
    let pattern = text(like.pattern);
    let escape = like.escape.map(text);
    match (pattern, escape) {
        // The escape is the one that there is.
        (_, Some(Some("\\"))) => write_like(writer, like),
        (Some(pattern), None) => operands(writer, &like, &quoted(&respell(pattern, None))),
        (Some(pattern), Some(Some(escape))) => {
            let pattern = respell(pattern, escape.chars().next());
            operands(writer, &like, &quoted(&pattern));
        }
        (None, None) => {
            operands(writer, &like, "replace(");
            writer.value(like.pattern);
            writer.push(", '\\', '\\\\')");
        }
        (_, Some(_)) => {
            let span = like.pattern.span.to(like.escape.map_or(like.pattern.span, |e| e.span));
            let reason = "the embedded engine takes another escape character than `\\` only \
                          where the pattern and the character are literals";
            writer.refuse(span, "this LIKE", reason);
            write_like(writer, like);
        }
    }
}

fn operands(writer: &mut Writer<'_>, like: &Like<'_>, pattern: &str) {
    writer.comparand(like.expr);
    writer.push(if like.negated { " NOT LIKE " } else { " LIKE " });
    writer.push(pattern);
}

/// The pattern with `\` as its escape character.
fn respell(pattern: &str, escape: Option<char>) -> String {
    let mut respelled = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let escaped = if Some(c) == escape { chars.next() } else { None };
        let literal = escaped.unwrap_or(c);
        if escaped.is_some() && matches!(literal, '%' | '_') || literal == '\\' {
            respelled.push('\\');
        }
        respelled.push(literal);
    }
    respelled
}

fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(Literal::Text(text)) => Some(text),
        ExprKind::Coerce(inner) => text(inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::respell;

    #[test]
    fn patterns_keep_their_meaning() {
        // By hand: what each pattern matches, said with `\` as the escape.
        for (pattern, escape, expected) in [
            ("a%_", None, "a%_"),
            (r"a\_c", None, r"a\\_c"),
            ("a#%c", Some('#'), r"a\%c"),
            ("a##c", Some('#'), "a#c"),
            (r"\#_", Some('#'), r"\\\_"),
            ("a%%c", Some('%'), r"a\%c"),
        ] {
            assert_eq!(respell(pattern, escape), expected, "{pattern} {escape:?}");
        }
    }
}
