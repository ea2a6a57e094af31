//! Texts and regular expressions.

use lakequery_types::Type;

use crate::emit::FunctionSql::{self, Same, Template, Typed, Unsupported};
use crate::emit::{FunctionRow, by, named, same, template, typed};
use crate::engine::argument::{integer, text};
use crate::tree::{Expr, ExprKind};

pub(super) const ROWS: &[FunctionRow] = &[
    same(&["upper", "lower", "concat", "concat_ws", "translate", "soundex", "luhn_check"]),
    same(&["regexp_like"]),
    typed(&["length", "char_length", "character_length"], "length({0})", Type::Integer),
    by(&["trim"], |args| match args.len() {
        1 => Template("trim(BOTH ' \\t\\n\\u000B\\u000C\\r' FROM {0})"),
        _ => Template("trim(BOTH {1} FROM {0})"),
    }),
    by(&["ltrim"], |args| match args.len() {
        1 => Template("trim(LEADING ' \\t\\n\\u000B\\u000C\\r' FROM {0})"),
        _ => Template("trim(LEADING {1} FROM {0})"),
    }),
    by(&["rtrim"], |args| match args.len() {
        1 => Template("trim(TRAILING ' \\t\\n\\u000B\\u000C\\r' FROM {0})"),
        _ => Template("trim(TRAILING {1} FROM {0})"),
    }),
    by(&["reverse"], |args| match args {
        [Expr { ty: Type::Varchar(_) | Type::Array(_), .. }] => Same,
        _ => Unsupported("Spark reverses texts and arrays only"),
    }),
    by(&["substr", "substring"], substring),
    by(&["strpos"], |args| match args.len() {
        2 => Typed("instr({0}, {1})", Type::Integer),
        _ => Unsupported("Spark looks for the first place only"),
    }),
    by(&["replace"], replace),
    template(&["lpad"], "lpad({0}, {1:int}, {2})"),
    template(&["rpad"], "rpad({0}, {1:int}, {2})"),
    by(&["split_part"], |args| match integer(args.get(2)) {
        Some(1..) => Template("get(split({0}, concat('\\\\Q', {1}, '\\\\E')), {2:int} - 1)"),
        // An error, which an index of zero is.
        _ => Template(
            "try_element_at(split({0}, concat('\\\\Q', {1}, '\\\\E')), \
             CASE WHEN {2} < 0 THEN 0 ELSE {2:int} END)",
        ),
    }),
    named(&["starts_with"], "startswith"),
    by(&["chr"], |args| match integer(args.first()) {
        Some(0..256) => Same,
        _ => Unsupported("Spark's knows 256 characters only"),
    }),
    named(&["codepoint"], "ascii"),
    typed(&["levenshtein_distance"], "levenshtein({0}, {1})", Type::Integer),
    by(&["format"], |args| match args.iter().all(|arg| formats(&arg.written().ty)) {
        true => FunctionSql::Name("format_string"),
        false => Unsupported("Spark formats texts, whole numbers and doubles only"),
    }),
    by(&["regexp_extract"], |args| match args.len() {
        2 => Template("CASE WHEN regexp_like({0}, {1}) THEN regexp_extract({0}, {1}, 0) END"),
        _ => Template("CASE WHEN regexp_like({0}, {1}) THEN regexp_extract({0}, {1}, {2:int}) END"),
    }),
    by(&["regexp_replace"], |args| match args {
        [_, _] => Template("regexp_replace({0}, {1}, '')"),
        [_, _, Expr { kind: ExprKind::Lambda(_), .. }] => Unsupported("Spark's takes no lambda"),
        _ => Same,
    }),
    typed(&["regexp_count"], "regexp_count({0}, {1})", Type::Integer),
    named(&["regexp_split"], "split"),
    by(&["regexp_extract_all"], |args| match (args.len(), integer(args.get(2))) {
        (2, _) | (_, Some(0)) => Template("regexp_extract_all({0}, {1}, 0)"),
        _ => Unsupported("Spark's gives an empty text for a group that did not match"),
    }),
];

/// Before the first character and at zero there is nothing; Spark begins at the first.
fn substring(args: &[Expr]) -> FunctionSql {
    match (integer(args.get(1)), args.len()) {
        (Some(1..), 2) => Template("substr({0}, {1:int})"),
        (Some(1..), _) => Template("substr({0}, {1:int}, {2:int})"),
        (_, 2) => Template(
            "CASE WHEN {1} = 0 OR {1} < -length({0}) THEN left({0}, 0) \
             ELSE substr({0}, {1:int}) END",
        ),
        _ => Template(
            "CASE WHEN {1} = 0 OR {1} < -length({0}) THEN left({0}, 0) \
             ELSE substr({0}, {1:int}, {2:int}) END",
        ),
    }
}

/// Where nothing is sought, what is put stands before and behind every character.
fn replace(args: &[Expr]) -> FunctionSql {
    match (text(args.get(1)), args.len()) {
        (Some(""), _) => Unsupported("Spark replaces no empty text"),
        (_, 2) => Template("replace({0}, {1}, '')"),
        (Some(_), _) => Same,
        (None, _) => Template(
            "CASE WHEN {1} = '' THEN concat({2}, regexp_replace({0}, '(?s)(.)', concat('$1', \
             replace(replace({2}, '\\\\', '\\\\\\\\'), '$', '\\\\$')))) \
             ELSE replace({0}, {1}, {2}) END",
        ),
    }
}

fn formats(ty: &Type) -> bool {
    matches!(ty, Type::Varchar(_) | Type::Double) || ty.is_integer()
}
