//! Changes to the names that queries give.

use std::ops::Range;

use crate::promise::mutate::Draft;
use crate::promise::mutate::places::{Place, clauses, items, places};

/// One of the outputs of one of the queries.
fn some_output(draft: &mut Draft<'_>) -> Option<Range<usize>> {
    let all = clauses(&draft.words, &["select"]);
    let clause = draft.one(&all)?;
    let outputs = items(&draft.words, clause.start + 1..clause.end);
    draft.one(&outputs)
}

pub(super) fn given(draft: &mut Draft<'_>) -> Option<()> {
    let output = some_output(draft)?;
    let alias = draft.one(&["AS a", "AS \"A b\"", "AS v", "v", "AS \"select\"", "AS count"])?;
    draft.put(output.end..output.end, alias)
}

pub(super) fn taken(draft: &mut Draft<'_>) -> Option<()> {
    let output = some_output(draft)?;
    let column = draft.other_column(None)?;
    draft.put(output.end..output.end, &format!("AS {column}"))
}

pub(super) fn dropped(draft: &mut Draft<'_>) -> Option<()> {
    let places = places(&draft.words);
    let at = draft.find(|words, at| {
        at > 0 && words[at - 1].is("as") && matches!(places[at], Place::Name | Place::Table)
    })?;
    draft.put(at - 1..at + 1, "")
}

/// A table behind FROM or JOIN that has no alias: where it ends.
fn bare_table(draft: &mut Draft<'_>) -> Option<usize> {
    let at = draft.find(|words, at| {
        // FROM, the schema, a point and the table.
        let after = words.get(at + 4);
        at + 3 < words.len()
            && (words[at].is("from") || words[at].is("join"))
            && words[at + 2].is(".")
            && !after.is_some_and(|word| word.is_name() || word.is("as"))
    })?;
    Some(at + 4)
}

pub(super) fn table_given(draft: &mut Draft<'_>) -> Option<()> {
    let at = bare_table(draft)?.min(draft.words.len());
    let alias = draft.one(&["t", "AS t", "AS \"T\"", "AS orders"])?;
    draft.put(at..at, alias)
}

pub(super) fn table_columns(draft: &mut Draft<'_>) -> Option<()> {
    let at = bare_table(draft)?.min(draft.words.len());
    let alias = draft.one(&["AS t(a)", "AS t(a, b)", "t(a, b, c)", "AS t(a, a)"])?;
    draft.put(at..at, alias)
}

pub(super) fn output(draft: &mut Draft<'_>) -> Option<()> {
    let output = some_output(draft)?;
    let column = draft.other_column(None)?;
    let more = match draft.below(6) {
        0 => "*".to_owned(),
        1 => column,
        2 => format!("{column}, {column}"),
        3 => "count(*)".to_owned(),
        4 => format!("max({column})"),
        _ => "1".to_owned(),
    };
    draft.put(output.end..output.end, &format!(", {more}"))
}
