//! What lake SQL writes where other databases have a function.
//!
//! The examples are whole calls, as the arguments often differ, too. In them `x`
//! and `y` are numbers, `n` is a whole one, `s` and `t` are texts, `d` and `e`
//! dates, `ts` is a timestamp and `instant` one with a time zone, `list` an array
//! and `pairs` a map; `bytes`, `json` and `condition` are what they say.

/// What to write for a function of another database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// One of these expressions.
    Write(&'static [&'static str]),
    /// Nothing does the same; a sentence says why, or what comes near.
    Nothing(&'static str),
}

/// What lake SQL has for the function of another database, in any case.
pub fn foreign(name: &str) -> Option<Foreign> {
    let name = name.to_ascii_lowercase();
    let written = WRITTEN.iter().find(|(names, _)| names.contains(&&*name));
    let missing = || MISSING.iter().find(|(names, _)| names.contains(&&*name));
    written
        .map(|(_, examples)| Foreign::Write(examples))
        .or_else(|| missing().map(|(_, reason)| Foreign::Nothing(reason)))
}

/// All functions of other databases that [`foreign`] knows, in lower case.
pub fn foreign_names() -> impl Iterator<Item = &'static str> {
    let written = WRITTEN.iter().map(|(names, _)| *names);
    written.chain(MISSING.iter().map(|(names, _)| *names)).flatten().copied()
}

/// The names that others use, and the expressions that do the same.
#[rustfmt::skip]
const WRITTEN: &[(&[&str], &[&str])] = &[
    // Texts.
    (&["ucase", "to_upper", "toupper"], &["upper(s)"]),
    (&["lcase", "to_lower", "tolower"], &["lower(s)"]),
    (&["len", "strlen", "lengthc", "datalength"], &["length(s)"]),
    (&["octet_length", "lengthb", "byte_length", "bytelength"], &["length(to_utf8(s))"]),
    (&["bit_length"], &["8 * length(to_utf8(s))"]),
    (&["left", "strleft"], &["substr(s, 1, n)"]),
    (&["right", "strright"], &["substr(s, -n)"]),
    (&["mid", "substrb"], &["substr(s, n, 3)"]),
    (&["substring_index", "strtok"], &["split_part(s, ',', n)"]),
    (&["instr", "charindex", "locate", "position", "strstr", "patindex"], &["strpos(s, t)"]),
    (&["contains_substr", "str_contains"], &["strpos(s, t) > 0"]),
    (&["startswith", "prefix"], &["starts_with(s, t)"]),
    (&["endswith", "ends_with", "suffix"], &["starts_with(reverse(s), reverse(t))"]),
    (&["replicate"], &["array_join(repeat(s, n), '')"]),
    (&["space"], &["rpad('', n, ' ')"]),
    (&["btrim", "strip"], &["trim(s)"]),
    (&["ascii", "ord", "unicode"], &["codepoint(CAST(substr(s, 1, 1) AS varchar(1)))"]),
    (&["char", "nchar", "unichar"], &["chr(n)"]),
    (&["string_to_array", "str_split", "string_split", "split_string", "strtok_to_array"], &["split(s, ',')"]),
    (&["array_to_string"], &["array_join(list, ',')"]),
    (&["printf", "format_string", "sprintf"], &["format('%s', s)"]),
    (&["levenshtein", "edit_distance", "editdistance"], &["levenshtein_distance(s, t)"]),
    (&["hamming"], &["hamming_distance(s, t)"]),
    (&["ilike"], &["lower(s) LIKE lower(t)"]),
    (&["rlike", "regexp", "regexp_matches", "regexp_contains", "regexp_full_match", "regexp_match", "match"], &["regexp_like(s, t)"]),
    (&["regexp_substr"], &["regexp_extract(s, t)"]),
    (&["regexp_instr"], &["regexp_position(s, t)"]),
    (&["regexp_split_to_array", "split_by_regexp", "regexp_split_to_table"], &["regexp_split(s, t)"]),
    (&["regexp_substr_all"], &["regexp_extract_all(s, t)"]),
    (&["parse_url", "domain"], &["url_extract_host(s)"]),
    (&["urldecode"], &["url_decode(s)"]),
    (&["urlencode"], &["url_encode(s)"]),
    // Bytes and hashes.
    (&["hex", "hex_encode", "rawtohex"], &["to_hex(to_utf8(s))"]),
    (&["unhex", "hextoraw", "hex_decode_binary"], &["from_hex(s)"]),
    (&["base64", "base64_encode"], &["to_base64(to_utf8(s))"]),
    (&["unbase64", "base64_decode", "base64_decode_binary"], &["from_base64(s)"]),
    (&["encode", "to_binary"], &["to_utf8(s)"]),
    (&["md5_hex"], &["to_hex(md5(to_utf8(s)))"]),
    (&["sha", "sha1_hex"], &["sha1(to_utf8(s))"]),
    (&["sha2", "sha2_hex", "hashbytes"], &["sha256(to_utf8(s))"]),
    (&["hash", "farm_fingerprint", "checksum_agg", "hashtext"], &["xxhash64(to_utf8(s))"]),
    // Conversions.
    (&["convert", "to_varchar", "tostring", "to_string", "str", "to_nchar"], &["CAST(x AS varchar)"]),
    (&["to_char"], &["date_format(ts, '%Y-%m-%d')", "CAST(x AS varchar)"]),
    (&["to_number", "to_decimal", "to_numeric"], &["CAST(s AS decimal(18,2))"]),
    (&["to_double", "to_float", "parse_float"], &["CAST(s AS double)"]),
    (&["int", "bigint", "to_bigint", "parse_int"], &["CAST(s AS bigint)"]),
    (&["to_boolean"], &["CAST(s AS boolean)"]),
    (&["try_convert", "try_to_number", "try_to_decimal", "try_to_numeric"], &["TRY_CAST(s AS decimal(18,2))"]),
    (&["try_to_double"], &["TRY_CAST(s AS double)"]),
    (&["try_to_date"], &["TRY_CAST(s AS date)"]),
    (&["try_to_timestamp", "try_strptime"], &["TRY_CAST(s AS timestamp(3))"]),
    (&["isnumeric"], &["TRY_CAST(s AS double) IS NOT NULL"]),
    (&["isdate"], &["TRY_CAST(s AS date) IS NOT NULL"]),
    (&["pg_typeof", "sql_variant_property", "totypename"], &["typeof(x)"]),
    // Conditions.
    (&["ifnull", "nvl", "isnull"], &["coalesce(x, y)"]),
    (&["nvl2"], &["if(x IS NOT NULL, y, 0e0)"]),
    (&["iif"], &["if(condition, x, y)"]),
    (&["decode", "elt", "choose", "switch"], &["CASE n WHEN 1 THEN 'a' ELSE 'b' END"]),
    (&["zeroifnull"], &["coalesce(x, 0)"]),
    (&["nullifzero"], &["nullif(x, 0)"]),
    (&["equal_null"], &["x IS NOT DISTINCT FROM y"]),
    (&["try_divide", "safe_divide", "div0", "div0null", "divide_safe"], &["x / nullif(y, 0)"]),
    (&["isnan"], &["is_nan(x)"]),
    (&["isinf", "isinfinite"], &["is_infinite(x)"]),
    (&["isfinite"], &["is_finite(x)"]),
    (&["nanvl"], &["if(is_nan(x), y, x)"]),
    // Aggregates.
    (&["median", "percentile", "percentile_approx", "percentile_cont", "percentile_disc", "quantile", "quantile_cont",
       "quantile_disc", "approx_quantile", "approx_quantiles", "approx_median", "approx_percentile_cont"],
        &["approx_percentile(x, 0.5)"]),
    (&["approx_count_distinct", "ndv", "hll", "approx_unique", "approxcountdistinct"], &["approx_distinct(x)"]),
    (&["count_distinct", "countdistinct", "uniq", "uniqexact"], &["count(DISTINCT x)"]),
    (&["countif"], &["count_if(condition)"]),
    (&["count_big"], &["count(x)"]),
    (&["sumif"], &["sum(x) FILTER (WHERE condition)"]),
    (&["avgif"], &["avg(x) FILTER (WHERE condition)"]),
    (&["total", "sum0"], &["coalesce(sum(x), 0)"]),
    (&["mean"], &["avg(x)"]),
    (&["std", "stdev"], &["stddev(x)"]),
    (&["stdevp", "stddevp"], &["stddev_pop(x)"]),
    (&["var"], &["variance(x)"]),
    (&["varp"], &["var_pop(x)"]),
    (&["skew"], &["skewness(x)"]),
    (&["kurt"], &["kurtosis(x)"]),
    (&["string_agg", "group_concat", "wm_concat"], &["listagg(s, ', ') WITHIN GROUP (ORDER BY s)"]),
    (&["collect_list", "list", "grouparray"], &["array_agg(x)"]),
    (&["collect_set", "array_unique_agg", "groupuniqarray"], &["array_agg(DISTINCT x)"]),
    (&["object_agg", "json_object_agg"], &["map_agg(s, x)"]),
    (&["array_concat_agg"], &["flatten(array_agg(list))"]),
    (&["any", "anyvalue"], &["any_value(x)"]),
    (&["first"], &["min_by(x, ts)", "first_value(x) OVER (ORDER BY ts)"]),
    (&["last"], &["max_by(x, ts)", "last_value(x) OVER (ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"]),
    (&["arg_max", "argmax", "maxby"], &["max_by(x, y)"]),
    (&["arg_min", "argmin", "minby"], &["min_by(x, y)"]),
    (&["logical_and", "booland_agg"], &["bool_and(condition)"]),
    (&["logical_or", "boolor_agg", "some"], &["bool_or(condition)"]),
    (&["bit_and", "bit_and_agg", "bitand_agg"], &["bitwise_and_agg(n)"]),
    (&["bit_or", "bit_or_agg", "bitor_agg"], &["bitwise_or_agg(n)"]),
    (&["bit_xor", "bit_xor_agg", "bitxor_agg"], &["bitwise_xor_agg(n)"]),
    (&["ratio_to_report"], &["x / sum(x) OVER ()"]),
    // Dates and times.
    (&["getdate", "sysdate", "sysdatetime"], &["current_timestamp", "current_date"]),
    (&["today", "curdate", "current_day", "utc_date"], &["current_date"]),
    (&["getutcdate", "sysutcdatetime", "utc_timestamp", "systimestamp", "sysdatetimeoffset", "clock_timestamp",
       "statement_timestamp", "transaction_timestamp", "current_datetime"],
        &["current_timestamp"]),
    (&["curtime"], &["localtime"]),
    (&["datediff", "timestampdiff", "timestamp_diff", "datetime_diff", "datediff_big", "days_between", "age"],
        &["date_diff('day', d, e)"]),
    (&["months_between", "period_diff"], &["date_diff('month', d, e)"]),
    (&["dateadd", "adddate", "timestampadd", "timestamp_add", "datetime_add", "days_add"],
        &["date_add('day', n, d)"]),
    (&["date_sub", "subdate", "timestamp_sub", "datetime_sub", "days_sub"], &["date_add('day', -n, d)"]),
    (&["add_months", "months_add", "addmonths"], &["date_add('month', n, d)"]),
    (&["date_part", "datepart"], &["EXTRACT(YEAR FROM d)"]),
    (&["datename", "strftime", "format_timestamp", "format_date", "formatdatetime"],
        &["date_format(ts, '%Y-%m-%d')"]),
    (&["dayname"], &["date_format(d, '%W')"]),
    (&["monthname"], &["date_format(d, '%M')"]),
    (&["dayofweek", "weekday", "isodow", "day_of_week_iso", "dayofweekiso", "dayofweek_iso"], &["day_of_week(d)"]),
    (&["dayofmonth"], &["day(d)"]),
    (&["dayofyear"], &["day_of_year(d)"]),
    (&["weekofyear", "isoweek", "weekiso", "week_iso"], &["week(d)"]),
    (&["yearofweek", "yearofweekiso", "isoyear"], &["year_of_week(d)"]),
    (&["last_day", "eomonth"], &["last_day_of_month(d)"]),
    (&["first_day", "tostartofmonth"], &["date_trunc('month', d)"]),
    (&["datetrunc", "timestamp_trunc", "datetime_trunc"], &["date_trunc('month', ts)"]),
    (&["trunc"], &["truncate(x)", "date_trunc('month', d)"]),
    (&["str_to_date", "strptime", "parse_date", "todatetime"], &["date_parse(s, '%Y-%m-%d')", "CAST(s AS date)"]),
    (&["to_date", "make_date", "date_from_parts", "datefromparts"], &["CAST(s AS date)", "date_parse(s, '%d.%m.%Y')"]),
    (&["to_timestamp", "to_timestamp_ntz", "parse_timestamp", "timestamp_from_parts", "make_timestamp", "to_datetime"],
        &["date_parse(s, '%Y-%m-%d %H:%i:%s')", "from_iso8601_timestamp(s)"]),
    (&["timestamp_seconds", "to_timestamp_s", "timestamp_millis", "fromunixtimestamp", "epoch_ms"], &["from_unixtime(x)"]),
    (&["unix_timestamp", "to_unix_timestamp", "epoch", "to_epoch", "unix_seconds", "unix_millis", "tounixtimestamp"],
        &["to_unixtime(instant)"]),
    (&["convert_timezone", "convert_tz", "from_utc_timestamp"], &["at_timezone(instant, 'Europe/Paris')"]),
    (&["to_utc_timestamp", "to_timestamp_tz", "timestamp_tz_from_parts", "new_time"], &["with_timezone(ts, 'Europe/Paris')"]),
    (&["microsecond", "milliseconds"], &["millisecond(ts)"]),
    // Numbers.
    (&["sgn", "signum"], &["sign(x)"]),
    (&["square", "sqr"], &["x * x"]),
    (&["log1p", "ln1p"], &["ln(1 + x)"]),
    (&["expm1"], &["exp(x) - 1"]),
    (&["cot"], &["1 / tan(x)"]),
    (&["div", "quotient", "intdiv"], &["n / 2"]),
    (&["pmod", "modulus", "modulo"], &["mod(n, 2)"]),
    (&["conv", "bin"], &["to_base(n, 2)"]),
    (&["bitand"], &["bitwise_and(n, 1)"]),
    (&["bitor"], &["bitwise_or(n, 1)"]),
    (&["bitxor"], &["bitwise_xor(n, 1)"]),
    (&["bitnot"], &["bitwise_not(n)"]),
    (&["shiftleft", "bitshiftleft"], &["bitwise_left_shift(n, 1)"]),
    (&["shiftright", "bitshiftright"], &["bitwise_right_shift(n, 1)"]),
    (&["newid", "gen_random_uuid", "generate_uuid", "uuid_string", "sys_guid", "uuid_generate_v4"], &["uuid()"]),
    // Arrays, maps and JSON.
    (&["array_contains", "list_contains", "array_has", "list_has"], &["contains(list, n)"]),
    (&["size", "array_size", "array_length", "list_count"], &["cardinality(list)"]),
    (&["array_slice", "list_slice"], &["slice(list, 1, n)"]),
    (&["sort_array", "list_sort", "arraysort"], &["array_sort(list)"]),
    (&["array_unique", "list_distinct", "arraydistinct"], &["array_distinct(list)"]),
    (&["list_max"], &["array_max(list)"]),
    (&["list_min"], &["array_min(list)"]),
    (&["list_extract", "array_get", "get", "list_element", "try_element_at"], &["element_at(list, n)"]),
    (&["array_intersection", "list_intersect"], &["array_intersect(list, list)"]),
    (&["list_has_any", "array_overlap"], &["arrays_overlap(list, list)"]),
    (&["list_position", "array_indexof"], &["array_position(list, n)"]),
    (&["generate_array", "generate_series", "generate_date_array"], &["sequence(1, n)"]),
    (&["object_keys"], &["map_keys(pairs)"]),
    (&["map_contains_key"], &["contains(map_keys(pairs), s)"]),
    (&["map_from_arrays"], &["map(list, list)"]),
    (&["array", "array_construct", "list_value"], &["ARRAY[x, y]"]),
    (&["struct"], &["ROW(x, s)"]),
    (&["named_struct"], &["CAST(ROW(x, s) AS row(a double, b varchar))"]),
    (&["object_construct"], &["map(ARRAY[s, t], ARRAY[x, y])"]),
    (&["list_transform", "list_apply", "array_map", "arraymap"], &["transform(list, e -> e + 1)"]),
    (&["list_filter", "array_filter", "arrayfilter"], &["filter(list, e -> e > 1)"]),
    (&["list_reduce", "aggregate"], &["reduce(list, 0, (sum, e) -> sum + e, sum -> sum)"]),
    (&["forall"], &["all_match(list, e -> e > 1)"]),
    (&["arrays_zip", "list_zip"], &["zip(list, list)"]),
    (&["str_to_map"], &["split_to_map(s, ',', '=')"]),
    (&["get_json_object", "json_extract_string", "json_extract_path_text", "json_unquote", "jsonextractstring"],
        &["json_extract_scalar(json, '$.key')"]),
    (&["json_extract_path", "jsonb_extract_path", "get_path"], &["json_extract(json, '$.key')"]),
    (&["json_build_object", "jsonb_build_object"], &["JSON_OBJECT('key' : x)"]),
    (&["json_build_array", "jsonb_build_array"], &["JSON_ARRAY(x, y)"]),
    (&["parse_json", "try_parse_json", "to_variant"], &["json_parse(s)"]),
    (&["to_json", "to_json_string", "tojsonstring"], &["json_format(json)"]),
    (&["json_length", "jsonarraylength"], &["json_array_length(json)"]),
];

/// The names that others use for what lake SQL does not have.
const MISSING: &[(&[&str], &str)] = &[
    (
        &["initcap", "proper"],
        "lake SQL has no function for it; `upper(substr(s, 1, 1)) || lower(substr(s, 2))` does it to one word",
    ),
    (
        &["mode"],
        "the most frequent value is the first of `GROUP BY x ORDER BY count(*) DESC LIMIT 1`",
    ),
    (
        &["stuff", "overlay", "insert"],
        "put a text together of its parts: `substr(s, 1, 2) || t || substr(s, 5)`",
    ),
    (
        &["explode", "explode_outer", "unnest"],
        "an array becomes rows in FROM: `CROSS JOIN UNNEST(list) AS u(element)`",
    ),
    (
        &["posexplode"],
        "an array becomes rows in FROM: `CROSS JOIN UNNEST(list) WITH ORDINALITY AS u(element, place)`",
    ),
    (&["json_array_elements", "json_each"], "lake SQL can't yet turn JSON into rows"),
    (
        &[
            "current_user",
            "session_user",
            "user",
            "current_role",
            "current_database",
            "current_schema",
            "database",
            "version",
        ],
        "a query says the same on every engine, so it can't ask for the session",
    ),
    (&["grouping_id"], "`grouping(a, b)` has a bit for each key"),
    (
        &["time_bucket", "date_bin", "time_slice"],
        "`date_trunc` rounds to whole units; other widths have no function",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_name_stands_once_and_is_not_a_function_of_ours() {
        let mut seen = HashSet::new();
        for name in foreign_names() {
            assert_eq!(name, name.to_ascii_lowercase());
            assert!(seen.insert(name), "{name} stands twice");
            assert!(crate::function::lookup(name).is_none(), "{name} is a function of lake SQL");
        }
        assert_eq!(seen.len(), NAMES);
    }

    /// So many functions of others are known.
    const NAMES: usize = 461;

    #[test]
    fn a_name_is_found_in_any_case() {
        assert_eq!(foreign("MEDIAN"), Some(Foreign::Write(&["approx_percentile(x, 0.5)"])));
        assert!(matches!(foreign("initcap"), Some(Foreign::Nothing(_))));
        assert_eq!(foreign("upper"), None);
    }
}
