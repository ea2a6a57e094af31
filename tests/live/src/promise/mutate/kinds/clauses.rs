//! Changes to the clauses of queries.

use std::ops::Range;

use crate::promise::mutate::Draft;
use crate::promise::mutate::places::{clauses, items};
use crate::promise::mutate::words::Kind;

/// Where the clause FROM of one of the queries ends, with a condition where there is one.
fn end_of_from(draft: &mut Draft<'_>) -> Option<Range<usize>> {
    let all = clauses(&draft.words, &["from", "where"]);
    draft.one(&all)
}

pub(super) fn dropped(draft: &mut Draft<'_>) -> Option<()> {
    let heads = ["from", "where", "group", "having", "order", "limit", "offset", "fetch"];
    let all = clauses(&draft.words, &heads);
    let range = draft.one(&all)?;
    draft.put(range, "")
}

pub(super) fn condition(draft: &mut Draft<'_>) -> Option<()> {
    let clause = end_of_from(draft)?;
    let column = draft.other_column(None)?;
    let word = if draft.words[clause.start].is("where") { "AND" } else { "WHERE" };
    let condition = draft.one(&["= 1", "IS NOT NULL", "> 'a'", "<> 1.5", "IN (1, 2)", "= {p}"])?;
    draft.put(clause.end..clause.end, &format!("{word} {column} {condition}"))
}

pub(super) fn groups(draft: &mut Draft<'_>) -> Option<()> {
    let clause = end_of_from(draft)?;
    let (a, b) = (draft.other_column(None)?, draft.other_column(None)?);
    let keys = match draft.below(8) {
        0 => "1".to_owned(),
        1 => "1, 2".to_owned(),
        2 => a,
        3 => format!("{a}, {b}"),
        4 => format!("ROLLUP ({a}, {b})"),
        5 => format!("CUBE ({a})"),
        6 => format!("GROUPING SETS (({a}, {b}), ({a}), ())"),
        _ => "()".to_owned(),
    };
    draft.put(clause.end..clause.end, &format!("GROUP BY {keys}"))
}

pub(super) fn order(draft: &mut Draft<'_>) -> Option<()> {
    let column = draft.other_column(None)?;
    let key = match draft.below(6) {
        0 => "1 DESC".to_owned(),
        1 => "2, 1".to_owned(),
        2 => format!("{column} NULLS FIRST"),
        3 => format!("count({column})"),
        4 => format!("upper(CAST({column} AS varchar)), 1"),
        _ => format!("(SELECT max({column}))"),
    };
    let end = draft.words.len();
    draft.put(end..end, &format!("ORDER BY {key}"))
}

pub(super) fn limit(draft: &mut Draft<'_>) -> Option<()> {
    let limit = draft.one(&[
        "LIMIT 5",
        "LIMIT 0",
        "LIMIT ALL",
        "OFFSET 2",
        "OFFSET 2 ROWS",
        "OFFSET 2 LIMIT 3",
        "LIMIT 3 OFFSET 2",
        "FETCH FIRST ROW ONLY",
        "FETCH FIRST 3 ROWS ONLY",
        "FETCH FIRST 3 ROWS WITH TIES",
        "OFFSET 1 ROW FETCH NEXT ROW ONLY",
        "LIMIT {n}",
        "OFFSET {n}",
        "LIMIT NULL",
        "LIMIT 9223372036854775807",
    ])?;
    let end = draft.words.len();
    draft.put(end..end, limit)
}

pub(super) fn having(draft: &mut Draft<'_>) -> Option<()> {
    let all = clauses(&draft.words, &["group", "where", "from"]);
    let clause = draft.one(&all)?;
    let column = draft.other_column(None)?;
    let condition = draft.one(&["count(*) > 1", "max(#) IS NULL", "# = 1", "sum(#) > avg(#)"])?;
    let condition = condition.replace('#', &column);
    draft.put(clause.end..clause.end, &format!("HAVING {condition}"))
}

pub(super) fn distinct(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| words[at].is("select"))?;
    draft.put(at + 1..at + 1, "DISTINCT")
}

pub(super) fn ordinal(draft: &mut Draft<'_>) -> Option<()> {
    let all = clauses(&draft.words, &["group", "order"]);
    let clause = draft.one(&all)?;
    let keys = items(&draft.words, clause.start + 2..clause.end);
    let key = draft.one(&keys)?;
    let ordinal = draft.one(&["1", "2", "0", "99", "1 + 0"])?;
    let kept = draft.words[key.clone()].iter().rposition(|word| word.kind != Kind::Word);
    let end = kept.map_or(key.end, |kept| key.start + kept + 1);
    draft.put(key.start..end, ordinal)
}

pub(super) fn direction(draft: &mut Draft<'_>) -> Option<()> {
    let all = clauses(&draft.words, &["order"]);
    let clause = draft.one(&all)?;
    let keys = items(&draft.words, clause.start + 2..clause.end);
    let key = draft.one(&keys)?;
    let direction = draft.one(&["DESC", "ASC", "NULLS FIRST", "DESC NULLS LAST"])?;
    draft.put(key.end..key.end, direction)
}

pub(super) fn set_operation(draft: &mut Draft<'_>) -> Option<()> {
    let operation =
        draft.one(&["UNION", "UNION ALL", "EXCEPT", "INTERSECT", "EXCEPT ALL", "INTERSECT ALL"])?;
    let query = draft.said(0..draft.words.len());
    let (table, column) = draft.table()?;
    let end = draft.words.len();
    let all = match draft.below(4) {
        0 => format!("{query} {operation} {query}"),
        1 => format!("({query}) {operation} ({query}) ORDER BY 1 LIMIT 3"),
        2 => format!("SELECT {column} FROM {table} {operation} ({query})"),
        _ => format!("{query} {operation} SELECT {column} FROM {table}"),
    };
    draft.put(0..end, &all)
}
