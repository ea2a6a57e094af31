//! Aggregates and window functions.

use lakequery_types::Type;

use crate::emit::FunctionSql::{self, Name, Template, Typed, Unsupported};
use crate::emit::{FunctionRow, by, named, template};
use crate::engine::argument::{integer, is_positive};
use crate::tree::Expr;

pub(super) const ROWS: &[FunctionRow] = &[
    named(&["count"], "COUNT"),
    template(&["count_if"], "COUNT(CASE WHEN {0} THEN 1 END)"),
    named(&["sum"], "SUM"),
    named(&["avg"], "AVG"),
    by(&["max"], |args| match args {
        [_, _] => Unsupported("Dremio's gives one value"),
        _ => Name("MAX"),
    }),
    by(&["min"], |args| match args {
        [_, _] => Unsupported("Dremio's gives one value"),
        _ => Name("MIN"),
    }),
    // One of them is as good as another.
    named(&["any_value", "arbitrary"], "MIN"),
    named(&["bool_and", "every"], "BOOL_AND"),
    named(&["bool_or"], "BOOL_OR"),
    by(&["approx_distinct"], |args| match args {
        [_, _] => Unsupported("Dremio's takes no error"),
        _ => Name("APPROX_COUNT_DISTINCT"),
    }),
    named(&["row_number"], "ROW_NUMBER"),
    named(&["rank"], "RANK"),
    named(&["dense_rank"], "DENSE_RANK"),
    named(&["percent_rank"], "PERCENT_RANK"),
    named(&["cume_dist"], "CUME_DIST"),
    by(&["ntile"], |args| match args.is_empty() || is_positive(args.first()) {
        true => Typed("NTILE({0:int})", Type::Integer),
        false => Unsupported("Dremio takes only a literal there"),
    }),
    named(&["first_value"], "FIRST_VALUE"),
    named(&["last_value"], "LAST_VALUE"),
    by(&["lag"], |args| moved(args, "LAG({0})", "LAG({0}, {1:int})")),
    by(&["lead"], |args| moved(args, "LEAD({0})", "LEAD({0}, {1:int})")),
];

/// `lag` or `lead`, by one row or by so many.
fn moved(args: &[Expr], by_one: &'static str, by_more: &'static str) -> FunctionSql {
    match args {
        [_, _, _] => Unsupported("Dremio's has no default; write coalesce"),
        [_, rows] if !is_short(rows) => Unsupported("Dremio takes only a literal above zero there"),
        [_, _] => Template(by_more),
        _ => Template(by_one),
    }
}

/// Whether this is a literal of 32 bits, above zero.
fn is_short(rows: &Expr) -> bool {
    integer(Some(rows)).is_some_and(|rows| rows > 0 && i32::try_from(rows).is_ok())
}
