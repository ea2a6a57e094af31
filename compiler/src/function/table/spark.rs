//! How Spark spells the functions.
//!
//! Spark's names are rarely Trino's, and its results often of another type, so
//! its column of the table stands here. What has no row is refused.

mod argument;
mod datetime;
mod number;

use lakequery_types::Type;

use super::Spelling::{self, Name, Refused, Template, Typed};
use super::window::{is_constant, is_count};
use crate::tree::Expr;
use argument::{formats, integer, is_bound, is_decimal, is_positive, is_text, is_within, text};
use number::{bits, shifts, whole};

const NO_EQUAL: Spelling = Refused("Spark has no equal of it");
const NO_ZONES: Spelling = Refused("Spark does not keep a time zone for each value");
const NO_JSON: Spelling = Refused("Spark reads JSON by other rules");

/// How Spark spells a function with these arguments. `{1:int}` in a template is
/// the second argument as an `INT`.
#[expect(clippy::too_many_lines, reason = "one arm a function, no logic")]
pub(in crate::function) fn spelling(name: &'static str, args: &[Expr]) -> Spelling {
    match name {
        // The same there.
        "round" if !is_bound(args.get(1)) => Refused("Spark rounds to a literal number of places"),
        "coalesce" | "nullif" | "if" | "abs" | "round" | "mod" | "sqrt" | "cbrt" | "exp"
        | "power" | "pow" | "pi" | "e" | "degrees" | "radians" | "sin" | "cos" | "tan" | "asin"
        | "acos" | "atan" | "atan2" | "sinh" | "cosh" | "tanh" | "width_bucket" | "upper"
        | "lower" | "concat" | "concat_ws" | "translate" | "soundex" | "luhn_check"
        | "regexp_like" | "url_encode" | "url_decode" | "crc32" | "current_timezone"
        | "array_distinct" | "array_sort" | "array_position" | "array_remove" | "array_union"
        | "array_intersect" | "array_except" | "arrays_overlap" | "sequence" | "map_keys"
        | "map_values" | "map_concat" | "count" | "count_if" | "sum" | "avg" | "min" | "max"
        | "min_by" | "max_by" | "bool_and" | "bool_or" | "every" | "stddev" | "stddev_samp"
        | "stddev_pop" | "variance" | "var_samp" | "var_pop" | "corr" | "covar_pop"
        | "covar_samp" | "regr_slope" | "regr_intercept" | "listagg" | "percent_rank"
        | "cume_dist" | "first_value" | "last_value" => Name(name),
        "lag" | "lead" if args.get(1).is_none_or(|n| is_constant(n) && is_short(n)) => Name(name),
        "nth_value" if args.get(1).is_none_or(|n| is_count(n) && is_short(n)) => Name(name),
        "greatest" | "least" if args.len() == 1 => Template("{0}"),
        "greatest" | "least" => Name(name),
        "replace" => match args.len() {
            _ if text(args.get(1)) == Some("") => Refused("Spark replaces no empty text"),
            2 => Template("replace({0}, {1}, '')"),
            _ if text(args.get(1)).is_some() => Name(name),
            // Where nothing is sought, what is put stands before and behind every character.
            _ => Template(
                "CASE WHEN {1} = '' THEN concat({2}, regexp_replace({0}, '(?s)(.)', concat('$1', \
                 replace(replace({2}, '\\\\', '\\\\\\\\'), '$', '\\\\$')))) \
                 ELSE replace({0}, {1}, {2}) END",
            ),
        },

        // Conditions and numbers.
        "sign" => Typed("sign({0})", Type::Double),
        "ln" | "log2" | "log10" if is_positive(args.first()) => Name(name),
        "ln" => Template(
            "coalesce(ln({0}), CASE WHEN {0} = 0 THEN double('-Infinity') ELSE {0} * double('NaN') END)",
        ),
        "log2" => Template(
            "coalesce(log2({0}), CASE WHEN {0} = 0 THEN double('-Infinity') ELSE {0} * double('NaN') END)",
        ),
        "log10" => Template(
            "coalesce(log10({0}), CASE WHEN {0} = 0 THEN double('-Infinity') ELSE {0} * double('NaN') END)",
        ),
        "log" if args.iter().all(|arg| is_positive(Some(arg))) => Name(name),
        "log" => Refused("Spark's is NULL where there is none; write `ln(x) / ln(base)`"),
        "ceil" | "ceiling" if is_decimal(args) => Name("ceil"),
        "floor" if is_decimal(args) => Name("floor"),
        "ceil" | "ceiling" | "floor" => whole(name, args),
        "nan" => Template("double('NaN')"),
        "infinity" => Template("double('Infinity')"),
        // NULL for NULL, which `isnan` is not.
        "is_nan" => Template("{0} = double('NaN')"),
        "is_finite" => Template("abs({0}) < double('Infinity')"),
        "is_infinite" => Template("abs({0}) = double('Infinity')"),
        "to_base" => Template("lower(conv(CAST({0} AS STRING), 10, -{1:int}))"),
        "random" | "rand" if args.is_empty() => Name("rand"),
        "random" | "rand" => Refused("Spark's has no bounds"),
        "bitwise_and" => Typed("{0} & {1}", bits(args)),
        "bitwise_or" => Typed("{0} | {1}", bits(args)),
        "bitwise_xor" => Typed("{0} ^ {1}", bits(args)),
        "bitwise_not" => Typed("~{0}", bits(args)),
        "bitwise_left_shift" if shifts(args) => Name("shiftleft"),
        "bitwise_right_shift" if shifts(args) => Name("shiftrightunsigned"),
        "bitwise_right_shift_arithmetic" if shifts(args) => Name("shiftright"),
        "bitwise_left_shift" | "bitwise_right_shift" | "bitwise_right_shift_arithmetic" => {
            Refused("Spark shifts integers and bigints only, and by a literal below their width")
        }
        "bit_count" if integer(args.get(1)) == Some(64) => {
            Typed("bit_count(CAST({0} AS BIGINT))", Type::Integer)
        }
        "bit_count" => Refused("Spark counts in 64 bits"),

        // Text.
        "length" | "char_length" | "character_length" => Typed("length({0})", Type::Integer),
        "trim" if args.len() == 1 => Template("trim(BOTH ' \\t\\n\\u000B\\u000C\\r' FROM {0})"),
        "ltrim" if args.len() == 1 => Template("trim(LEADING ' \\t\\n\\u000B\\u000C\\r' FROM {0})"),
        "rtrim" if args.len() == 1 => {
            Template("trim(TRAILING ' \\t\\n\\u000B\\u000C\\r' FROM {0})")
        }
        "trim" => Template("trim(BOTH {1} FROM {0})"),
        "ltrim" => Template("trim(LEADING {1} FROM {0})"),
        "rtrim" => Template("trim(TRAILING {1} FROM {0})"),
        "reverse" if matches!(args, [Expr { ty: Type::Varchar(_), .. }]) => Name(name),
        "reverse" => Refused("Spark reverses texts only"),
        "substr" | "substring" => substring(args),
        "strpos" if args.len() == 2 => Typed("instr({0}, {1})", Type::Integer),
        "strpos" => Refused("Spark looks for the first place only"),
        "lpad" => Template("lpad({0}, {1:int}, {2})"),
        "rpad" => Template("rpad({0}, {1:int}, {2})"),
        "split_part" => match integer(args.get(2)) {
            Some(1..) => Template("get(split({0}, concat('\\\\Q', {1}, '\\\\E')), {2:int} - 1)"),
            // An error, which an index of zero is.
            _ => Template(
                "try_element_at(split({0}, concat('\\\\Q', {1}, '\\\\E')), \
                 CASE WHEN {2} < 0 THEN 0 ELSE {2:int} END)",
            ),
        },
        "starts_with" => Name("startswith"),
        "chr" if integer(args.first()).is_some_and(|code| (0..256).contains(&code)) => Name(name),
        "chr" => Refused("Spark's knows 256 characters only"),
        "codepoint" => Name("ascii"),
        "levenshtein_distance" => Typed("levenshtein({0}, {1})", Type::Integer),
        "format" if args.iter().all(|arg| formats(&arg.written().ty)) => Name("format_string"),
        "format" => Refused("Spark formats texts, whole numbers and doubles only"),
        "regexp_extract" => match args.len() {
            2 => Template("CASE WHEN regexp_like({0}, {1}) THEN regexp_extract({0}, {1}, 0) END"),
            _ => Template(
                "CASE WHEN regexp_like({0}, {1}) THEN regexp_extract({0}, {1}, {2:int}) END",
            ),
        },
        "regexp_replace" => match args.len() {
            2 => Template("regexp_replace({0}, {1}, '')"),
            _ => Name(name),
        },
        "regexp_count" => Typed("regexp_count({0}, {1})", Type::Integer),
        "regexp_split" => Name("split"),
        "regexp_extract_all" => match args.len() {
            2 => Template("regexp_extract_all({0}, {1}, 0)"),
            _ => Template("regexp_extract_all({0}, {1}, {2:int})"),
        },
        "url_extract_protocol" => Template(
            "coalesce(try_parse_url({0}, 'PROTOCOL'), left(try_parse_url({0}, 'FILE'), 0))",
        ),
        "url_extract_host" => {
            Template("coalesce(try_parse_url({0}, 'HOST'), left(try_parse_url({0}, 'FILE'), 0))")
        }
        "url_extract_path" => Template(
            "url_decode(replace(coalesce(try_parse_url({0}, 'PATH'), \
             left(try_parse_url({0}, 'FILE'), 0)), '+', '%2B'))",
        ),
        "url_extract_query" => Template(
            "url_decode(replace(coalesce(try_parse_url({0}, 'QUERY'), \
             left(try_parse_url({0}, 'FILE'), 0)), '+', '%2B'))",
        ),
        "url_extract_fragment" => Template(
            "url_decode(replace(coalesce(try_parse_url({0}, 'REF'), \
             left(try_parse_url({0}, 'FILE'), 0)), '+', '%2B'))",
        ),
        "url_extract_parameter" => {
            Refused("Spark leaves it encoded, and finds no name without `=`")
        }

        // Bytes.
        "to_utf8" => Template("encode({0}, 'UTF-8')"),
        "from_utf8" if args.len() == 1 => Template("make_valid_utf8(CAST({0} AS STRING))"),
        "from_utf8" => Refused("Spark puts nothing in the place of bytes that are not UTF-8"),
        "to_hex" => Name("hex"),
        "to_base64" => Template("replace(base64({0}), '\\r\\n', '')"),
        "from_hex" | "from_base64" if !is_text(args) => Refused("Spark decodes texts only"),
        "from_hex" => Template("to_binary({0}, 'hex')"),
        "from_base64" => Template("to_binary({0}, 'base64')"),
        "md5" => Template("unhex(md5({0}))"),
        "sha1" => Template("unhex(sha1({0}))"),
        "sha256" => Template("unhex(sha2({0}, 256))"),
        "sha512" => Template("unhex(sha2({0}, 512))"),

        // Dates and times.
        "current_date" => Template("current_date()"),
        "current_timestamp" | "now" => Template("date_trunc('MILLISECOND', current_timestamp())"),
        "localtimestamp" => {
            Typed("date_trunc('MILLISECOND', localtimestamp())", Type::TimestampTz(6))
        }
        "date_trunc" => datetime::trunc(args),
        "date_add" => datetime::add(args),
        "date_diff" => datetime::diff(args),
        "year" | "quarter" | "month" | "week" | "week_of_year" | "day" | "day_of_month"
        | "day_of_week" | "dow" | "day_of_year" | "doy" | "year_of_week" | "yow" | "hour"
        | "minute" | "second" | "millisecond" => datetime::part(name, args),
        "timezone_hour" | "timezone_minute" | "timezone" | "at_timezone" => NO_ZONES,
        "last_day_of_month" => Name("last_day"),
        "date" => Template("CAST({0} AS DATE)"),
        "format_datetime" if datetime::plain_pattern(args.get(1)) => Name("date_format"),
        "format_datetime" => {
            Refused("Spark reads this pattern otherwise; take a literal of the letters yMdHms")
        }
        "to_iso8601" if matches!(args, [Expr { ty: Type::Date, .. }]) => {
            Template("date_format({0}, 'yyyy-MM-dd')")
        }
        "from_iso8601_date" => Template("CAST({0} AS DATE)"),
        "from_unixtime" if args.len() == 1 => {
            Template("timestamp_millis(CAST(round({0} * 1000) AS BIGINT))")
        }
        "from_unixtime" | "with_timezone" => NO_ZONES,
        "to_unixtime" => Template("unix_micros({0}) / 1E6D"),

        // Arrays and maps.
        "cardinality" => Typed("size({0})", Type::Integer),
        "element_at" => match args {
            [Expr { ty: Type::Array(_), .. }, _] => Template("try_element_at({0}, {1:int})"),
            _ => Name("try_element_at"),
        },
        "contains" => Name("array_contains"),
        "array_max" => {
            Template("CASE WHEN NOT exists({0}, e -> e IS NULL) THEN array_max({0}) END")
        }
        "array_min" => {
            Template("CASE WHEN NOT exists({0}, e -> e IS NULL) THEN array_min({0}) END")
        }
        "flatten" => match args.first().map(|array| &array.ty) {
            // Spark's is NULL where one of the arrays is.
            Some(Type::Array(element)) if element.nullable => {
                Template("flatten(filter({0}, e -> e IS NOT NULL))")
            }
            _ => Name(name),
        },
        "array_join" => match args.first().map(|array| &array.ty) {
            Some(Type::Array(element)) if matches!(element.ty, Type::Varchar(_)) => Name(name),
            _ => Refused("Spark joins texts only"),
        },
        "slice" => Template("slice({0}, {1:int}, {2:int})"),
        "trim_array" => Template("slice({0}, 1, size({0}) - {1:int})"),
        "repeat" => Template("array_repeat({0}, {1:int})"),
        "split" => match args.len() {
            2 => Template("split({0}, concat('\\\\Q', {1}, '\\\\E'))"),
            _ => Template("split({0}, concat('\\\\Q', {1}, '\\\\E'), {2:int})"),
        },
        "map" => Name("map_from_arrays"),
        "split_to_map" => Template(
            "str_to_map({0}, concat('\\\\Q', {1}, '\\\\E'), concat('\\\\Q', {2}, '\\\\E'))",
        ),

        // Aggregates and windows.
        "any_value" | "arbitrary" => Template("any_value({0}, true)"),
        "bitwise_and_agg" => Typed("bit_and({0})", bits(args)),
        "bitwise_or_agg" => Typed("bit_or({0})", bits(args)),
        "bitwise_xor_agg" => Typed("bit_xor({0})", bits(args)),
        "approx_distinct" if is_within(args.get(1), 0.004_062_5..=0.26) => {
            Name("approx_count_distinct")
        }
        "approx_distinct" => Refused("Spark takes only a literal there, from 0.0040625 to 0.26"),
        "approx_percentile" if args.len() == 2 && is_within(args.get(1), 0.0..=1.0) => Name(name),
        "approx_percentile" if args.len() == 2 => {
            Refused("Spark takes only a literal percentage, from 0 to 1")
        }
        "approx_percentile" => Refused("Spark's takes no weights"),
        "array_agg" => Refused("Spark's leaves NULLs out"),
        "row_number" => Typed("row_number()", Type::Integer),
        "rank" => Typed("rank()", Type::Integer),
        "dense_rank" => Typed("dense_rank()", Type::Integer),
        "ntile" if args.iter().all(is_count) => Typed("ntile({0:int})", Type::Integer),
        "lag" | "lead" => Refused("Spark takes only constants of 32 bits there"),
        "nth_value" | "ntile" => {
            Refused("Spark takes only a literal of 32 bits or a parameter there")
        }

        _ if name.contains("json") => NO_JSON,
        _ => NO_EQUAL,
    }
}

/// Whether this is not a literal of more than 32 bits.
fn is_short(expr: &Expr) -> bool {
    integer(Some(expr)).is_none_or(|value| i32::try_from(value).is_ok())
}

/// Before the first character and at zero there is nothing; Spark begins at the first.
fn substring(args: &[Expr]) -> Spelling {
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
