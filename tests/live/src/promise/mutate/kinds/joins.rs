//! Changes to the tables that queries are of.

use crate::promise::mutate::Draft;
use crate::promise::mutate::places::clauses;

pub(super) fn table_swapped(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| {
        at > 1
            && at + 1 < words.len()
            && words[at].is(".")
            && (words[at - 2].is("from") || words[at - 2].is("join"))
    })?;
    let (table, _) = draft.table()?;
    draft.put(at - 1..at + 2, &table)
}

pub(super) fn swapped(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| words[at].is("join"))?;
    let is = |word: &str| draft.words[at - 1].is(word);
    let kind = at > 0 && ["left", "right", "full", "inner", "cross", "outer"].into_iter().any(is);
    let start = at - usize::from(kind);
    let kinds = ["JOIN", "INNER JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN"];
    let other = draft.one(&kinds)?;
    draft.put(start..at + 1, other)
}

pub(super) fn added(draft: &mut Draft<'_>) -> Option<()> {
    let all = clauses(&draft.words, &["from"]);
    let clause = draft.one(&all)?;
    let (table, column) = draft.table()?;
    let other = draft.other_column(Some(&column))?;
    let join = match draft.below(8) {
        0 => format!("JOIN {table} k ON k.{column} = {other}"),
        1 => format!("LEFT JOIN {table} k ON k.{column} = {other} AND {other} > k.{column}"),
        2 => format!("FULL JOIN {table} AS k ON k.{column} < {other}"),
        3 => format!("CROSS JOIN {table} k"),
        4 => format!(", {table} k"),
        5 => format!("JOIN {table} k USING ({column})"),
        6 => format!("LEFT JOIN {table} k ON {other} IN (SELECT {column} FROM {table})"),
        _ => format!(
            "CROSS JOIN LATERAL (SELECT k.{column} FROM {table} k WHERE k.{column} = {other}) l"
        ),
    };
    draft.put(clause.end..clause.end, &join)
}

pub(super) fn unnested(draft: &mut Draft<'_>) -> Option<()> {
    let all = clauses(&draft.words, &["from"]);
    let clause = draft.one(&all)?;
    let column = draft.other_column(None)?;
    let join = match draft.below(5) {
        0 => format!("CROSS JOIN UNNEST(ARRAY[{column}, {column}]) AS u(e)"),
        1 => format!("CROSS JOIN UNNEST(ARRAY[1, 2]) WITH ORDINALITY AS u(e, {column})"),
        2 => "CROSS JOIN (VALUES (1, 'a'), (2, NULL)) AS u(e, f)".to_owned(),
        3 => "CROSS JOIN (VALUES 1, 2)".to_owned(),
        _ => format!("LEFT JOIN UNNEST(ARRAY[{column}]) u ON true"),
    };
    draft.put(clause.end..clause.end, &join)
}

pub(super) fn using(draft: &mut Draft<'_>) -> Option<()> {
    let all = clauses(&draft.words, &["on"]);
    let clause = draft.one(&all)?;
    // To the next join, where there is one.
    let next = (clause.start..clause.end).find(|at| {
        ["join", "left", "right", "full", "cross", "inner"].iter().any(|w| draft.words[*at].is(w))
    });
    let column = draft.other_column(None)?;
    draft.put(clause.start..next.unwrap_or(clause.end), &format!("USING ({column})"))
}
