//! What DataFusion writes for functions: the session has lake SQL's own, but for some.

use lakequery_types::Type;

use crate::emit::FunctionSql::{Same, Unsupported};
use crate::emit::{FunctionRow, FunctionTable, WithoutRow, by, named, unsupported};
use crate::engine::argument::{is_constant, is_count, text};
use crate::tree::{Expr, ExprKind};

pub(super) static FUNCTIONS: FunctionTable = FunctionTable::new(&[ROWS], WithoutRow::Same);

const NO_ZONES: &str = "the embedded engine does not keep a time zone for each value";

/// The functions that give the time zone of their literal to what they yield.
pub(super) const ZONED: &[&str] = &["at_timezone", "with_timezone"];

const ROWS: &[FunctionRow] = &[
    unsupported(NOT_THERE_YET, "the embedded engine does not have it yet"),
    named(&["char_length", "character_length"], "length"),
    by(&["concat", "concat_ws", "reverse"], |args| match args.last() {
        Some(Expr { ty: Type::Array(_), .. }) => {
            Unsupported("the embedded engine's takes no arrays yet")
        }
        _ => Same,
    }),
    by(&["from_hex", "from_base64", "from_base64url"], |args| match args {
        [Expr { ty: Type::Varbinary, .. }] => {
            Unsupported("the embedded engine decodes texts only; write `from_utf8(…)`")
        }
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
        _ => Unsupported("the embedded engine's takes no bound of its error"),
    }),
    by(&["approx_percentile"], |args| match args.len() {
        2 => Same,
        _ => Unsupported("the embedded engine's takes no weights"),
    }),
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

/// The functions that the session has yet to learn.
const NOT_THERE_YET: &[&str] = &[
    "array_distinct",
    "array_except",
    "array_intersect",
    "array_join",
    "array_max",
    "array_min",
    "array_position",
    "array_remove",
    "array_sort",
    "array_union",
    "arrays_overlap",
    "cardinality",
    "checksum",
    "combinations",
    "contains",
    "element_at",
    "flatten",
    "format",
    "format_number",
    "from_base32",
    "from_big_endian_32",
    "from_ieee754_32",
    "from_ieee754_64",
    "from_iso8601_timestamp_nanos",
    "from_unixtime_nanos",
    "histogram",
    "hmac_md5",
    "hmac_sha1",
    "hmac_sha256",
    "hmac_sha512",
    "human_readable_seconds",
    "is_json_scalar",
    "json_array_contains",
    "json_array_get",
    "json_array_length",
    "json_extract",
    "json_extract_scalar",
    "json_format",
    "json_parse",
    "json_size",
    "localtime",
    "map",
    "map_agg",
    "map_concat",
    "map_keys",
    "map_values",
    "multimap_agg",
    "murmur3",
    "ngrams",
    "normalize",
    "parse_duration",
    "regexp_extract_all",
    "regexp_split",
    "repeat",
    "sequence",
    "slice",
    "split",
    "split_to_map",
    "to_base32",
    "to_big_endian_32",
    "to_ieee754_32",
    "to_ieee754_64",
    "trim_array",
    "try",
    "typeof",
    "uuid",
    "word_stem",
];
