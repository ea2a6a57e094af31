//! Trino.

use lakequery_types::Engine;

use crate::emit::{ANSI, Clause, Conjunct, Counts, Dialect, Subquery, SubqueryKind};
use crate::tree::{Body, Call};

mod function;

/// Trino's SQL.
pub(crate) static TRINO: Dialect = Dialect {
    engine: Engine::Trino,
    is_reserved: |_, word| RESERVED.binary_search(&word).is_ok(),
    // There, `t.x` is a field of the column `t`.
    selects_sort_key: |_, key| key.is_mistaken,
    refuses_subquery,
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

/// The shapes that Trino answers with "Given correlated subquery is not
/// supported": it turns a correlated subquery into a join, and can't where
/// rows are counted off or grouped before the join's condition is known.
fn refuses_subquery(_: &Dialect, subquery: &Subquery<'_>) -> Option<&'static str> {
    let correlation = subquery.correlation.as_ref()?;
    if subquery.clause == Clause::OuterOn || correlation.in_outer_join {
        return Some("the ON of an outer join can't use columns of a query around it");
    }
    let filters = matches!(subquery.clause, Clause::Where | Clause::Having | Clause::On);
    let exists = matches!(subquery.kind, SubqueryKind::Exists);
    if exists && correlation.is_skipped && !filters {
        return Some(
            "outside of conditions it finds columns of the query right around it, not beyond it",
        );
    }
    let Body::Select(select) = &subquery.query.body else { return None };
    if subquery.query.offset.is_some() {
        return Some("it can't have OFFSET and use columns of the query around it");
    }
    let is_in = matches!(subquery.kind, SubqueryKind::In { .. });
    let is_row = select.from.is_empty() && select.filter.is_none() && exists;
    if correlation.in_projection && !is_row {
        return Some("its SELECT list can't use columns of the query around it");
    }
    if select.projection.iter().any(|item| item.expr.any(&|part| part.subquery().is_some())) {
        return Some(
            "its SELECT list can't have a subquery while it uses columns of the query around it",
        );
    }
    if correlation.in_having {
        return Some("its HAVING can't use columns of the query around it");
    }
    let limited = subquery.query.limit.is_some();
    if limited && is_in {
        return Some("it can't have LIMIT and use columns of the query around it");
    }
    let fits = |conjunct: &Conjunct| {
        conjunct.is_equality && conjunct.outer_is_column || conjunct.is_grouped && !limited
    };
    if (limited || select.group_by.is_some())
        && (correlation.is_elsewhere() || !correlation.conjuncts.iter().all(fits))
    {
        return Some(
            "with LIMIT or GROUP BY it can use columns of the query around it only in \
             comparisons with `=`, or with what it groups by",
        );
    }
    None
}

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
