//! URLs. A part that is not there is the empty text, but for that of what is not a URL.

use crate::emit::{FunctionRow, same, template, unsupported};

pub(super) const ROWS: &[FunctionRow] = &[
    same(&["url_encode", "url_decode"]),
    template(
        &["url_extract_protocol"],
        "coalesce(try_parse_url({0}, 'PROTOCOL'), left(try_parse_url({0}, 'FILE'), 0))",
    ),
    template(
        &["url_extract_host"],
        "coalesce(try_parse_url({0}, 'HOST'), left(try_parse_url({0}, 'FILE'), 0))",
    ),
    template(
        &["url_extract_path"],
        "url_decode(replace(coalesce(try_parse_url({0}, 'PATH'), \
         left(try_parse_url({0}, 'FILE'), 0)), '+', '%2B'))",
    ),
    template(
        &["url_extract_query"],
        "url_decode(replace(coalesce(try_parse_url({0}, 'QUERY'), \
         left(try_parse_url({0}, 'FILE'), 0)), '+', '%2B'))",
    ),
    template(
        &["url_extract_fragment"],
        "url_decode(replace(coalesce(try_parse_url({0}, 'REF'), \
         left(try_parse_url({0}, 'FILE'), 0)), '+', '%2B'))",
    ),
    unsupported(
        &["url_extract_parameter"],
        "Spark leaves it encoded, and finds no name without `=`",
    ),
];
