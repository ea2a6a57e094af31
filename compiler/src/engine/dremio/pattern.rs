//! Patterns: of LIKE, and regular expressions. Dremio compiles them once for a query, so that
//! they have to be known before a row is read.

use std::borrow::Cow;

use crate::emit::FunctionSql::{self, Template, Unsupported};
use crate::emit::{Like, Rewrite, Writer, write_like};
use crate::engine::argument::text;
use crate::tree::{Expr, ExprKind, Literal};

const NOT_A_LITERAL: &str = "Dremio takes only a literal or a parameter there";

/// Writes LIKE.
pub(super) fn like(writer: &mut Writer<'_>, like: Like<'_>) {
    for pattern in std::iter::once(like.pattern).chain(like.escape) {
        if !matches!(pattern.written().kind, ExprKind::Literal(_) | ExprKind::Parameter(_)) {
            writer.refuse(pattern.span, "this pattern", NOT_A_LITERAL);
        }
    }
    write_like(writer, like);
}

/// What is written for calls with a regular expression.
pub(super) fn rewrite<'e>(expr: &'e Expr) -> Option<Rewrite<'e>> {
    let ExprKind::Call(call) = &expr.kind else { return None };
    match (call.function.name, &call.args[..], refuses(&call.args)) {
        // Its documentation says that it matches whole texts, its source looks for a match in
        // them, and a point stands for a line break. What is written is the same for both.
        ("regexp_like", [subject, pattern], None) => {
            let whole = format!("(?s)^.*(?-s:{}).*$", text(Some(pattern))?);
            Some(Rewrite {
                template: "REGEXP_LIKE({0}, {1})".into(),
                args: vec![Cow::Borrowed(subject), Cow::Owned(literal(pattern, whole))],
            })
        }
        _ => None,
    }
}

/// A text in the place of another.
fn literal(place: &Expr, text: String) -> Expr {
    Expr { kind: ExprKind::Literal(Literal::Text(text)), ..place.written().clone() }
}

/// `regexp_like`, where it is not rewritten.
pub(super) fn regexp_like(args: &[Expr]) -> FunctionSql {
    Unsupported(refuses(args).unwrap_or(NOT_A_LITERAL))
}

/// `regexp_replace`: the replacement has nothing that refers to the match.
pub(super) fn regexp_replace(args: &[Expr]) -> FunctionSql {
    match (args, refuses(args), text(args.get(2))) {
        (_, Some(reason), _) => Unsupported(reason),
        ([_, _], ..) => Template("REGEXP_REPLACE({0}, {1}, '')"),
        (_, _, Some(text)) if !text.contains(['$', '\\']) => {
            Template("REGEXP_REPLACE({0}, {1}, {2})")
        }
        _ => Unsupported("Dremio takes only a literal without `$` and `\\` there"),
    }
}

/// Why a regular expression may mean something else, if so. Dremio has two libraries of them,
/// Java's and RE2, and takes the one or the other.
fn refuses(args: &[Expr]) -> Option<&'static str> {
    let Some(pattern) = text(args.get(1)) else { return Some(NOT_A_LITERAL) };
    let looks_around = ["(?=", "(?!", "(?<", "(?>"].iter().any(|form| pattern.contains(form));
    let refers_back = pattern
        .as_bytes()
        .windows(2)
        .any(|pair| pair[0] == b'\\' && (pair[1].is_ascii_digit() || pair[1] == b'k'));
    (looks_around || refers_back)
        .then_some("Dremio's expressions neither look around nor refer back")
}
