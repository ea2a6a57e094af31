//! Trino.

use lakequery_types::Engine;

use crate::emit::{ANSI, Counts, Dialect};
use crate::tree::Call;

mod function;
mod subquery;

/// Trino's SQL.
pub(crate) static TRINO: Dialect = Dialect {
    engine: Engine::Trino,
    is_reserved: |_, word| RESERVED.binary_search(&word).is_ok(),
    // There, `t.x` is a field of the column `t`.
    selects_sort_key: |_, key| key.is_mistaken,
    refuses_subquery: subquery::refuses,
    refuses_call,
    refuses_counts,
    // A subquery there is planned as no expression can be.
    values_can_hold: |_, expr| !expr.any(&|part| part.subquery().is_some()),
    functions: &function::FUNCTIONS,
    supports_filter_with_over: false,
    ..ANSI
};

/// Reserved words of Trino and of standard SQL, sorted. From
/// <https://trino.io/docs/current/language/reserved.html>.
pub(super) const RESERVED: &[&str] = &[
    "ALTER",
    "AND",
    "AS",
    "AUTO",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CONSTRAINT",
    "CREATE",
    "CROSS",
    "CUBE",
    "CURRENT_CATALOG",
    "CURRENT_DATE",
    "CURRENT_PATH",
    "CURRENT_ROLE",
    "CURRENT_SCHEMA",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "DEALLOCATE",
    "DELETE",
    "DESCRIBE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "END",
    "ESCAPE",
    "EXCEPT",
    "EXECUTE",
    "EXISTS",
    "EXTRACT",
    "FALSE",
    "FOR",
    "FROM",
    "FULL",
    "GROUP",
    "GROUPING",
    "HAVING",
    "IN",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "JOIN",
    "JSON_ARRAY",
    "JSON_EXISTS",
    "JSON_OBJECT",
    "JSON_QUERY",
    "JSON_TABLE",
    "JSON_VALUE",
    "LEFT",
    "LIKE",
    "LISTAGG",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "NATURAL",
    "NORMALIZE",
    "NOT",
    "NULL",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "PREPARE",
    "RECURSIVE",
    "RIGHT",
    "ROLLUP",
    "SELECT",
    "SKIP",
    "TABLE",
    "THEN",
    "TRIM",
    "TRUE",
    "UESCAPE",
    "UNION",
    "UNNEST",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
    "WITH",
];

fn refuses_counts(_: &Dialect, counts: &Counts) -> Option<&'static str> {
    let last = counts.last().filter(|_| counts.is_sorted)?;
    i32::try_from(last)
        .is_err()
        .then_some("with ORDER BY it counts to 2147483647, LIMIT and OFFSET taken together")
}

/// The most arguments of a function. COALESCE is none, and `format` takes a row.
const MAX_ARGUMENTS: usize = 127;

fn refuses_call(_: &Dialect, call: &Call) -> Option<&'static str> {
    (call.args.len() > MAX_ARGUMENTS && !matches!(call.function.name, "coalesce" | "format"))
        .then_some("a function takes at most 127 arguments there; nest one call in another")
}

#[cfg(test)]
mod tests {
    use super::RESERVED;

    #[test]
    fn words_are_sorted_to_be_found() {
        assert!(RESERVED.is_sorted());
    }
}
