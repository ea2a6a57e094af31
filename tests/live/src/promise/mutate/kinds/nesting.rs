//! Changes that put queries into queries.

use crate::promise::mutate::Draft;

pub(super) fn whole(draft: &mut Draft<'_>) -> Option<()> {
    let end = draft.words.len();
    let query = draft.said(0..end);
    let (table, column) = draft.table()?;
    let nested = match draft.below(10) {
        0 => format!("SELECT * FROM ({query}) AS q"),
        1 => format!("SELECT * FROM ({query})"),
        2 => format!("WITH w AS ({query}) SELECT * FROM w"),
        3 => format!("WITH w AS ({query}) SELECT a.*, b.* FROM w a CROSS JOIN w AS b"),
        4 => format!("SELECT count(*) AS n FROM ({query}) q"),
        5 => format!("SELECT 1 AS one WHERE EXISTS ({query})"),
        6 => format!("SELECT ({query}) AS v"),
        7 => format!("SELECT {column} FROM {table} WHERE {column} IN ({query})"),
        8 => format!("SELECT {column} = ALL ({query}) AS v FROM {table}"),
        _ => format!("SELECT DISTINCT q.* FROM {table} LEFT JOIN ({query}) q ON true LIMIT 1"),
    };
    draft.put(0..end, &nested)
}

pub(super) fn table(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| {
        at > 1
            && words[at].is(".")
            && (words[at - 2].is("from") || words[at - 2].is("join") || words[at - 2].is(","))
    })?;
    // A word may have been dropped behind the point.
    let name = draft.words.get(at + 1)?.text.clone();
    let table = draft.said(at - 1..at + 2);
    let named = draft.words.get(at + 2).is_some_and(|word| word.is_name() || word.is("as"));
    let alias = if named { "" } else { &name };
    let column = draft.other_column(None)?;
    let query = match draft.below(4) {
        0 => format!("(SELECT * FROM {table})"),
        1 => format!("(SELECT {name}.*, 1 AS extra FROM {table})"),
        2 => format!("(SELECT * FROM {table} WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 5)"),
        _ => format!("(SELECT {column} FROM {table})"),
    };
    draft.put(at - 1..at + 2, &format!("{query} {alias}"))
}

pub(super) fn operand(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.operand(|_| true)?;
    let text = draft.said(range.clone());
    let (table, column) = draft.table()?;
    let query = match draft.below(6) {
        0 => format!("(SELECT {text})"),
        1 => format!("(SELECT max(i.{column}) FROM {table} i)"),
        2 => format!("(SELECT max(i.{column}) FROM {table} i WHERE i.{column} = {text})"),
        3 => format!("(SELECT i.{column} FROM {table} i WHERE i.{column} > {text} LIMIT 1)"),
        4 => format!("(SELECT count(*) FROM {table} i WHERE i.{column} = {text})"),
        _ => format!("(SELECT {text} FROM {table} i LIMIT 1)"),
    };
    draft.put(range, &query)
}

pub(super) fn compared(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.operand(|_| true)?;
    let text = draft.said(range.clone());
    let (table, column) = draft.table()?;
    let condition = match draft.below(7) {
        0 => format!("({text} IN (SELECT {column} FROM {table}))"),
        1 => format!("({text} NOT IN (SELECT i.{column} FROM {table} i WHERE i.{column} > 1))"),
        2 => format!("EXISTS (SELECT 1 FROM {table} i WHERE i.{column} = {text})"),
        3 => format!("NOT EXISTS (SELECT * FROM {table} i WHERE i.{column} < {text})"),
        4 => format!("({text} > ANY (SELECT {column} FROM {table}))"),
        5 => format!("({text} = ALL (VALUES 1, 2))"),
        _ => format!(
            "EXISTS (SELECT 1 FROM {table} i WHERE EXISTS \
             (SELECT 1 FROM {table} j WHERE j.{column} = {text}))"
        ),
    };
    draft.put(range, &condition)
}
