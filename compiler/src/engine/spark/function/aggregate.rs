//! Aggregates.

use lakequery_types::Type;

use super::number::bits;
use crate::emit::FunctionSql::{Name, Same, Typed, Unsupported};
use crate::emit::{FunctionRow, by, same, template};
use crate::engine::argument::is_within;
use crate::tree::Expr;

#[rustfmt::skip]
const SAME: &[&str] = &[
    "count", "count_if", "sum", "avg", "bool_and", "bool_or",
    "every", "stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop", "corr",
    "covar_pop", "covar_samp", "regr_slope", "regr_intercept", "listagg",
];

pub(super) const ROWS: &[FunctionRow] = &[
    same(SAME),
    by(&["min", "max"], |args| match args {
        [_] => Same,
        _ => Unsupported("Spark's gives one value"),
    }),
    by(&["min_by", "max_by"], |args| match args {
        [_, _] => Same,
        _ => Unsupported("Spark's gives one value"),
    }),
    template(&["any_value", "arbitrary"], "any_value({0}, true)"),
    by(&["array_agg"], |_| Name("collect_list")),
    by(&["bitwise_and_agg"], |args| Typed("bit_and({0})", bits(args))),
    by(&["bitwise_or_agg"], |args| Typed("bit_or({0})", bits(args))),
    by(&["bitwise_xor_agg"], |args| Typed("bit_xor({0})", bits(args))),
    by(&["approx_distinct"], |args| match is_within(args.get(1), 0.004_062_5..=0.26) {
        true => Name("approx_count_distinct"),
        false => Unsupported("Spark takes only a literal there, from 0.0040625 to 0.26"),
    }),
    by(&["approx_percentile"], |args| match args.len() {
        _ if matches!(args.last(), Some(Expr { ty: Type::Array(_), .. })) => {
            Unsupported("Spark's gives one value")
        }
        2 if is_within(args.get(1), 0.0..=1.0) => Same,
        2 => Unsupported("Spark takes only a literal percentage, from 0 to 1"),
        _ => Unsupported("Spark's takes no weights"),
    }),
];
