//! What DataFusion writes for functions: the session has lake SQL's own, but for some.

use lakequery_types::Type;

use crate::emit::FunctionSql::{Name, Same, Template, Unsupported};
use crate::emit::{FunctionRow, FunctionSql, FunctionTable, WithoutRow, by, named, unsupported};
use crate::engine::argument::{is_constant, is_count, text};
use crate::tree::{Expr, ExprKind};

pub(super) static FUNCTIONS: FunctionTable = FunctionTable::new(&[ROWS], WithoutRow::Same);

const NO_ZONES: &str = "the embedded engine does not keep a time zone for each value";

/// The functions that give the time zone of their literal to what they yield.
pub(super) const ZONED: &[&str] = &["at_timezone", "with_timezone"];

const ROWS: &[FunctionRow] = &[
    unsupported(&["uuid"], "the embedded engine has no values of that type"),
    named(&["char_length", "character_length"], "length"),
    by(&["array_sort"], |args| match args.len() {
        1 => Same,
        _ => Name("lake_array_sort"),
    }),
    by(&["regexp_replace"], |args| match args.last() {
        Some(Expr { kind: ExprKind::Lambda(_), .. }) => Name("lake_regexp_replace"),
        _ => Same,
    }),
    by(&["concat_ws"], |args| match args.last() {
        Some(Expr { ty: Type::Array(_), .. }) => Template("array_join({1}, {0})"),
        _ => Same,
    }),
    by(&["date_trunc", "date_add", "date_diff"], |args| match args.last() {
        Some(Expr { ty: Type::TimeTz(_), .. }) => {
            Unsupported("the embedded engine has no times with time zone")
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
    by(&["from_unixtime"], |args| match args.len() {
        3 => Unsupported("the embedded engine takes the name of a time zone"),
        _ => Same,
    }),
    by(&["approx_distinct"], |args| match args.len() {
        1 => Same,
        _ => Name("lake_approx_distinct"),
    }),
    by(&["checksum"], |args| match args {
        [value] if has_chars_or_rows(&value.ty) => {
            Unsupported("the embedded engine has none of `char` and of rows")
        }
        _ => Same,
    }),
    by(&["min"], |args| one_or(args, 1, "lake_min_n")),
    by(&["max"], |args| one_or(args, 1, "lake_max_n")),
    by(&["min_by"], |args| one_or(args, 2, "lake_min_by_n")),
    by(&["max_by"], |args| one_or(args, 2, "lake_max_by_n")),
    by(&["lag"], |args| constant_or(args, is_constant, "lake_lag")),
    by(&["lead"], |args| constant_or(args, is_constant, "lake_lead")),
    by(&["nth_value"], |args| constant_or(args, is_count, "lake_nth_value")),
    by(&["ntile"], |args| match args.iter().all(is_count) {
        true => Same,
        false => Name("lake_ntile"),
    }),
];

/// The aggregate itself, or that for several values, which has one argument more.
fn one_or(args: &[Expr], count: usize, several: &'static str) -> FunctionSql {
    if args.len() > count { Name(several) } else { Same }
}

/// The window function itself where all but its first argument are constants, or that for other
/// ones.
fn constant_or(args: &[Expr], is_constant: fn(&Expr) -> bool, other: &'static str) -> FunctionSql {
    if args.iter().skip(1).all(is_constant) { Same } else { Name(other) }
}

fn has_chars_or_rows(ty: &Type) -> bool {
    match ty {
        Type::Char(_) | Type::Row(_) => true,
        Type::Array(item) => has_chars_or_rows(&item.ty),
        Type::Map(key, value) => has_chars_or_rows(key) || has_chars_or_rows(&value.ty),
        _ => false,
    }
}
