//! Words that can't stand for names.

use crate::emit::Dialect;
use crate::engine::trino;

/// Whether the engine's parser or planner, or standard SQL, reserves a word.
pub(super) fn is_reserved(_: &Dialect, word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok() || trino::reserved::RESERVED.binary_search(&word).is_ok()
}

/// The words beyond Trino's that sqlparser or DataFusion's planner does not take
/// for a name everywhere, sorted.
const RESERVED: &[&str] = &[
    "ALL",
    "ANALYZE",
    "ANY",
    "CLUSTER",
    "DISTRIBUTE",
    "EXCLUDE",
    "EXPLAIN",
    "FETCH",
    "INTERVAL",
    "LATERAL",
    "LIMIT",
    "MINUS",
    "OFFSET",
    "RETURNING",
    "SESSION_USER",
    "SOME",
    "SORT",
    "STRUCT",
    "TOP",
    "USER",
    "VIEW",
];

#[cfg(test)]
mod tests {
    use sqlparser::keywords::{
        ALL_KEYWORDS, ALL_KEYWORDS_INDEX, RESERVED_FOR_COLUMN_ALIAS, RESERVED_FOR_IDENTIFIER,
        RESERVED_FOR_TABLE_FACTOR,
    };

    use super::{RESERVED, is_reserved};
    use crate::engine::DATAFUSION;

    #[test]
    fn words_are_sorted_to_be_found() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn what_the_parser_reserves_is_listed() {
        let lists = [RESERVED_FOR_COLUMN_ALIAS, RESERVED_FOR_IDENTIFIER, RESERVED_FOR_TABLE_FACTOR];
        for (word, keyword) in ALL_KEYWORDS.iter().zip(ALL_KEYWORDS_INDEX) {
            if lists.iter().any(|list| list.contains(keyword)) {
                assert!(is_reserved(&DATAFUSION, word), "{word} is not listed");
            }
        }
    }
}
