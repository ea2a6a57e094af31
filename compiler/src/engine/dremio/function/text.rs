//! Texts.

use lakequery_types::Type;

use crate::emit::FunctionSql::{self, Template, Typed, Unsupported};
use crate::emit::{FunctionRow, by, named, typed};
use crate::engine::argument::{integer, text};
use crate::engine::dremio::pattern;
use crate::tree::Expr;

pub(super) const ROWS: &[FunctionRow] = &[
    by(&["length"], |args| match args.first().map(|arg| &arg.ty) {
        Some(Type::Varbinary) => Unsupported("Dremio's is known for texts only"),
        _ => Typed("CHAR_LENGTH({0})", Type::Integer),
    }),
    typed(&["char_length", "character_length"], "CHAR_LENGTH({0})", Type::Integer),
    named(&["lower"], "LOWER"),
    named(&["upper"], "UPPER"),
    by(&["substr", "substring"], substring),
    by(&["strpos"], |args| match args {
        [_, part] if text(Some(part)).is_none_or(str::is_empty) => {
            Unsupported("Dremio is known to find texts that are not empty only; write a literal")
        }
        [_, _, _] => Unsupported("Dremio's finds the first one only"),
        _ => Typed("STRPOS({0}, {1})", Type::Integer),
    }),
    by(&["replace"], |args| match args {
        [_, part, ..] if text(Some(part)).is_none_or(str::is_empty) => {
            Unsupported("Dremio is known to find texts that are not empty only; write a literal")
        }
        [_, _] => Template("REPLACE({0}, {1}, '')"),
        _ => Template("REPLACE({0}, {1}, {2})"),
    }),
    // Where it has more than two, `text.rs` writes them.
    by(&["concat"], |args| match args.iter().all(|arg| arg.ty.is_text()) {
        true => Template("{0} || {1}"),
        false => Unsupported("Dremio's || is known for texts only"),
    }),
    named(&["starts_with"], "STARTS_WITH"),
    by(&["regexp_like"], pattern::regexp_like),
    by(&["regexp_replace"], pattern::regexp_replace),
];

/// Dremio takes the place 0 for the first one.
fn substring(args: &[Expr]) -> FunctionSql {
    if args.first().is_some_and(|arg| !arg.ty.is_text()) {
        return Unsupported("Dremio's is known for texts only");
    }
    let begins = args.get(1).is_none_or(|start| integer(Some(start)).is_some_and(|at| at != 0));
    match (begins, args.len()) {
        (true, 2) => Template("SUBSTRING({0}, {1})"),
        (true, _) => Template("SUBSTRING({0}, {1}, {2})"),
        (false, 2) => {
            Template("CASE WHEN {1} = 0 THEN SUBSTRING({0}, 1, 0) ELSE SUBSTRING({0}, {1}) END")
        }
        (false, _) => Template(
            "SUBSTRING({0}, CASE WHEN {1} = 0 THEN 1 ELSE {1} END, CASE WHEN {1} = 0 THEN 0 ELSE {2} END)",
        ),
    }
}
