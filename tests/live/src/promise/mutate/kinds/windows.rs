//! Changes that make windows.

use crate::promise::mutate::Draft;
use crate::promise::mutate::places::closing;
use crate::promise::mutate::pools::FRAMES;

/// A window over columns of the query.
fn window(draft: &mut Draft<'_>) -> Option<String> {
    let (a, b) = (draft.other_column(None)?, draft.other_column(None)?);
    let frame = draft.one(FRAMES)?;
    Some(match draft.below(6) {
        0 => String::new(),
        1 => format!("PARTITION BY {a}"),
        2 => format!("ORDER BY {b} {frame}"),
        3 => format!("PARTITION BY {a} ORDER BY {b} DESC {frame}"),
        4 => format!("PARTITION BY {a}, {b} {frame}"),
        _ => format!("ORDER BY {a} NULLS FIRST, {b} {frame}"),
    })
}

pub(super) fn over(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.operand(|_| true)?;
    let (text, window) = (draft.said(range.clone()), window(draft)?);
    let call = draft.one(&[
        "sum(#)",
        "count(#)",
        "max(#)",
        "avg(#)",
        "array_agg(#)",
        "row_number()",
        "rank()",
        "ntile(#)",
        "percent_rank()",
        "lag(#)",
        "lead(#, 2)",
        "lag(#, 1, #)",
        "first_value(#)",
        "last_value(#) IGNORE NULLS",
        "nth_value(#, 2)",
        "count(DISTINCT #)",
        "#",
    ])?;
    draft.put(range, &format!("{} OVER ({window})", call.replace('#', &text)))
}

pub(super) fn swapped(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| at > 0 && words[at].is("(") && words[at - 1].is("over"))?;
    let end = closing(&draft.words, at)?;
    let window = window(draft)?;
    draft.put(at + 1..end, &window)
}
