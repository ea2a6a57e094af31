//! Words that can't stand for names.

use crate::emit::Dialect;
use crate::engine::trino;

/// Whether Spark, or standard SQL, reserves a word.
pub(super) fn is_reserved(_: &Dialect, word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok() || trino::reserved::RESERVED.binary_search(&word).is_ok()
}

/// The words that Spark reserves beyond Trino's, sorted. From
/// <https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html>.
const RESERVED: &[&str] = &[
    "ALL",
    "ANTI",
    "ANY",
    "AUTHORIZATION",
    "BOTH",
    "CHECK",
    "COLLATE",
    "COLLATION",
    "COLUMN",
    "FETCH",
    "FILTER",
    "FOREIGN",
    "GRANT",
    "LATERAL",
    "LEADING",
    "MINUS",
    "OFFSET",
    "ONLY",
    "OVERLAPS",
    "PRIMARY",
    "REFERENCES",
    "SEMI",
    "SESSION_USER",
    "SOME",
    "SQL",
    "TIME",
    "TO",
    "TRAILING",
    "UNIQUE",
    "UNKNOWN",
    "USER",
    "WITHIN",
];

#[cfg(test)]
mod tests {
    use super::RESERVED;

    #[test]
    fn words_are_sorted_to_be_found() {
        assert!(RESERVED.is_sorted());
    }
}
