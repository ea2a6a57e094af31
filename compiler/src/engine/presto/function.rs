//! What Presto writes for functions, where it is not what Trino does.

use lakequery_types::{MAX_PRECISION, Type};

use crate::emit::FunctionSql::{self, Name, Same, Template, Unsupported};
use crate::emit::{FunctionRow, FunctionTable, WithoutRow, by, template, unsupported};
use crate::engine::argument::{integer, text};
use crate::engine::trino::TRINO;
use crate::tree::Expr;

pub(super) static FUNCTIONS: FunctionTable =
    FunctionTable::new(&[ROWS], WithoutRow::As(TRINO.functions));

const ROWS: &[FunctionRow] = &[
    unsupported(NOT_THERE, "Presto has no such function"),
    by(&["round"], round),
    by(&["random", "rand"], |args| match args {
        [_, _] => Unsupported("Presto's has no lower bound"),
        _ => Name("random"),
    }),
    by(&["reverse"], |args| match args {
        [Expr { ty: Type::Char(_), .. }] => {
            Unsupported("Presto's takes no char; cast it to varchar")
        }
        _ => Same,
    }),
    template(
        &["with_timezone"],
        "CAST(CAST({0} AS varchar) || ' ' || {1} AS timestamp with time zone)",
    ),
    by(&["date_add"], date_add),
    // A weight that is not a whole number is taken for the percentage.
    by(&["approx_percentile"], |args| match args {
        [_, weight, _] if !weight.written().ty.is_integer() => {
            Unsupported("Presto's weights are whole numbers")
        }
        _ => Same,
    }),
    by(&["approx_most_frequent"], |args| match args {
        [_, Expr { ty: Type::BigInt, .. }, _] => {
            Template("approx_most_frequent({0}, CAST({1} AS BIGINT), {2})")
        }
        _ => Same,
    }),
    by(&["cosine_similarity"], |args| match args {
        [Expr { ty: Type::Map(..), .. }, _] => Same,
        _ => Unsupported("Presto's takes maps only"),
    }),
    by(&["timezone_hour", "timezone_minute"], |args| match args {
        [Expr { ty: Type::TimeTz(_), .. }] => Unsupported("Presto's takes timestamps only"),
        _ => Same,
    }),
    unsupported(&["to_iso8601"], "Presto's adds milliseconds and a zone"),
    // It gives a timestamp.
    unsupported(&["from_unixtime"], "Presto's has no time zone"),
    unsupported(&["typeof"], "Presto's times have no precision to name"),
    unsupported(&["checksum"], "Presto's gives other bytes"),
    // It counts with integers.
    by(&["repeat"], |args| match args {
        [_, count] if count.written().ty == Type::BigInt => {
            Template("repeat({0}, CAST({1} AS INTEGER))")
        }
        _ => Same,
    }),
];

/// The functions of Trino that Presto does not have.
const NOT_THERE: &[&str] = &[
    "array_histogram",
    "concat_ws",
    "contains_sequence",
    "cosine_distance",
    "dot_product",
    "euclidean_distance",
    "format",
    "format_number",
    "from_iso8601_timestamp_nanos",
    "from_unixtime_nanos",
    "human_readable_seconds",
    "listagg",
    "log",
    "luhn_check",
    "murmur3",
    "parse_data_size",
    "regexp_count",
    "reduce_agg",
    "regexp_position",
    "sinh",
    "soundex",
    "t_cdf",
    "t_pdf",
    "timezone",
    "translate",
];

/// Presto leaves whole numbers as they are, and gets a decimal wrong that is rounded
/// to its first digit's place: zero, or an overflow where it has 38 digits. Room for
/// another digit helps the others (`rewrite.rs`).
fn round(args: &[Expr]) -> FunctionSql {
    let [number, places] = args else { return Same };
    let places = integer(Some(places));
    match number.ty {
        Type::Decimal { precision: MAX_PRECISION, scale }
            if places.is_none_or(|places| i64::from(MAX_PRECISION - scale) + places == 0) =>
        {
            Unsupported("Presto rounds no decimal of 38 digits to the place of the first")
        }
        _ if number.ty.is_integer() && places.is_none_or(|places| places < 0) => {
            Unsupported("Presto rounds no whole number to tens or hundreds")
        }
        _ => Same,
    }
}

/// Presto's timestamps keep milliseconds that others have no digits for.
fn date_add(args: &[Expr]) -> FunctionSql {
    let in_milliseconds =
        text(args.first()).is_some_and(|unit| unit.eq_ignore_ascii_case("millisecond"));
    match args {
        [_, _, Expr { ty: Type::Timestamp(..3) | Type::TimestampTz(..3), .. }]
            if in_milliseconds =>
        {
            Unsupported("Presto's timestamps would keep the milliseconds")
        }
        _ => Same,
    }
}
