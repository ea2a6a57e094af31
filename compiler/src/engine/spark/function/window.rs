//! Window functions. Spark counts rows in 32 bits.

use lakequery_types::Type;

use crate::emit::FunctionSql::{Same, Typed, Unsupported};
use crate::emit::{FunctionRow, by, same, typed};
use crate::engine::argument::{integer, is_constant, is_count};
use crate::tree::Expr;

const NOT_COUNTED: &str = "Spark takes only a literal of 32 bits or a parameter there";

pub(super) const ROWS: &[FunctionRow] = &[
    same(&["percent_rank", "cume_dist", "first_value", "last_value"]),
    typed(&["row_number"], "row_number()", Type::Integer),
    typed(&["rank"], "rank()", Type::Integer),
    typed(&["dense_rank"], "dense_rank()", Type::Integer),
    by(&["ntile"], |args| match args.iter().all(is_count) {
        true => Typed("ntile({0:int})", Type::Integer),
        false => Unsupported(NOT_COUNTED),
    }),
    by(&["lag", "lead"], |args| {
        let is_narrow = |rows: &Expr| matches!(rows.written().ty, Type::TinyInt | Type::SmallInt);
        match args.get(1) {
            Some(rows) if !is_constant(rows) || !is_short(rows) => {
                Unsupported("Spark takes only constants of 32 bits there")
            }
            Some(rows) if is_narrow(rows) => Unsupported("Spark takes only an integer there"),
            _ => Same,
        }
    }),
    by(&["nth_value"], |args| match args.get(1).is_none_or(|row| is_count(row) && is_short(row)) {
        true => Same,
        false => Unsupported(NOT_COUNTED),
    }),
];

/// Whether this is not a literal of more than 32 bits.
fn is_short(expr: &Expr) -> bool {
    integer(Some(expr)).is_none_or(|value| i32::try_from(value).is_ok())
}
