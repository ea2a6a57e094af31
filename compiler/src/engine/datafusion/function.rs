//! What DataFusion writes for functions: the session has lake SQL's own, but for some.

use lakequery_types::Type;

use crate::emit::FunctionSql::{Name, Same, Template, Unsupported};
use crate::emit::{FunctionRow, FunctionSql, FunctionTable, WithoutRow, by, named, unsupported};
use crate::engine::argument::{is_constant, is_count, text};
use crate::tree::{Expr, ExprKind};

use super::cast::tells_digits;

pub(super) static FUNCTIONS: FunctionTable = FunctionTable::new(&[ROWS], WithoutRow::Same);

const NO_ZONES: &str = "the embedded engine does not keep a time zone for each value";

/// The functions that give the time zone of their literal to what they yield.
pub(super) const ZONED: &[&str] = &["at_timezone", "with_timezone"];

const ROWS: &[FunctionRow] = &[
    unsupported(NOT_THERE_YET, "the embedded engine does not have it yet"),
    named(&["char_length", "character_length"], "length"),
    by(&["array_sort"], |args| match args.len() {
        1 => Same,
        _ => Name("lake_array_sort"),
    }),
    by(&["regexp_replace"], |args| match args.last() {
        Some(Expr { kind: ExprKind::Lambda(_), .. }) => {
            Unsupported("the embedded engine's takes no lambda")
        }
        _ => Same,
    }),
    by(&["concat_ws"], |args| match args.last() {
        Some(Expr { ty: Type::Array(_), .. }) => Template("array_join({1}, {0})"),
        _ => Same,
    }),
    by(&["array_join"], |args| match args {
        [Expr { ty: Type::Array(item), .. }, ..] if !tells_digits(&item.ty) => Unsupported(
            "the embedded engine does not know how many digits of a second they have; cast them \
             to array(varchar)",
        ),
        _ => Same,
    }),
    by(&["date_trunc", "date_add", "date_diff"], |args| match args.last() {
        Some(Expr { ty: Type::Time(_) | Type::TimeTz(_), .. }) => {
            Unsupported("the embedded engine computes with dates and timestamps only")
        }
        _ => Same,
    }),
    // Arrow has a zone for each column.
    by(&["at_timezone", "with_timezone"], |args| match text(args.get(1)) {
        Some(_) => Same,
        None => Unsupported("the embedded engine takes only a literal for the time zone"),
    }),
    by(&["timezone_hour", "timezone_minute"], |args| match args.first().map(|arg| &arg.kind) {
        Some(ExprKind::Call(call)) if ZONED.contains(&call.function.name) => Same,
        _ => Unsupported(NO_ZONES),
    }),
    unsupported(&["timezone"], NO_ZONES),
    by(&["approx_distinct"], |args| match args.len() {
        1 => Same,
        _ => Name("lake_approx_distinct"),
    }),
    by(&["min"], |args| one_or(args, 1, "lake_min_n")),
    by(&["max"], |args| one_or(args, 1, "lake_max_n")),
    by(&["min_by"], |args| one_or(args, 2, "lake_min_by_n")),
    by(&["max_by"], |args| one_or(args, 2, "lake_max_by_n")),
    by(&["lag", "lead"], |args| match args.iter().skip(1).all(is_constant) {
        true => Same,
        false => Unsupported("the embedded engine takes only constants there"),
    }),
    by(&["ntile"], |args| match args.iter().all(is_count) {
        true => Same,
        false => Unsupported("the embedded engine takes only a literal or a parameter there"),
    }),
    by(&["nth_value"], |args| match args.iter().skip(1).all(is_count) {
        true => Same,
        false => Unsupported("the embedded engine takes only a literal or a parameter there"),
    }),
];

/// The aggregate itself, or that for several values, which has one argument more.
fn one_or(args: &[Expr], count: usize, several: &'static str) -> FunctionSql {
    if args.len() > count { Name(several) } else { Same }
}

/// The functions that the session has yet to learn.
const NOT_THERE_YET: &[&str] = &["checksum", "uuid"];
