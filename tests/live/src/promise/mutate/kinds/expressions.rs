//! Changes to expressions.

use crate::promise::mutate::Draft;
use crate::promise::mutate::places::{Place, places};
use crate::promise::mutate::pools::{LITERALS, OPERATORS, TYPES};

pub(super) fn cast(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.operand(|_| true)?;
    let text = draft.said(range.clone());
    let (ty, cast) = (draft.one(TYPES)?, draft.one(&["CAST", "CAST", "TRY_CAST"])?);
    draft.put(range, &format!("{cast}({text} AS {ty})"))
}

pub(super) fn type_swapped(draft: &mut Draft<'_>) -> Option<()> {
    let places = places(&draft.words);
    let at = draft.find(|words, at| {
        places[at] == Place::Type && at > 0 && words[at - 1].is("as") && !words[at].is("as")
    })?;
    let mut end = at;
    let mut depth = 0;
    while let Some(word) = draft.words.get(end) {
        depth += i32::from(word.is("(")) - i32::from(word.is(")"));
        if depth < 0 {
            break;
        }
        end += 1;
    }
    let ty = draft.one(TYPES)?;
    draft.put(at..end, ty)
}

pub(super) fn operator_swapped(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| at > 0 && OPERATORS.iter().any(|sign| words[at].is(sign)))?;
    let operator = draft.one(OPERATORS)?;
    draft.put(at..at + 1, operator)
}

/// Another operand of the query, a column of its tables, or a literal.
fn other(draft: &mut Draft<'_>) -> Option<String> {
    match draft.below(4) {
        0 => draft.one(LITERALS).map(str::to_owned),
        1 => draft.other_column(None),
        _ => {
            let range = draft.operand(|words| words.len() < 20)?;
            Some(draft.said(range))
        }
    }
}

pub(super) fn operated(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.operand(|_| true)?;
    let (text, other) = (draft.said(range.clone()), other(draft)?);
    let operator = draft.one(OPERATORS)?;
    draft.put(range, &format!("({text} {operator} {other})"))
}

pub(super) fn compared(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.operand(|_| true)?;
    let (text, a, b) = (draft.said(range.clone()), other(draft)?, other(draft)?);
    let condition = match draft.below(8) {
        0 => "IS NULL".to_owned(),
        1 => "IS NOT NULL".to_owned(),
        2 => format!("IN ({a}, {b})"),
        3 => format!("NOT IN ({a})"),
        4 => format!("BETWEEN {a} AND {b}"),
        5 => format!("NOT BETWEEN {a} AND {b}"),
        6 => format!("LIKE {a}"),
        _ => "LIKE 'a#_%' ESCAPE '#'".to_owned(),
    };
    draft.put(range, &format!("({text} {condition})"))
}

pub(super) fn case(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.operand(|_| true)?;
    let (text, a, b) = (draft.said(range.clone()), other(draft)?, other(draft)?);
    let case = match draft.below(5) {
        0 => format!("CASE {text} WHEN {a} THEN {b} END"),
        1 => format!("CASE WHEN {a} IS NULL THEN {text} ELSE {b} END"),
        2 => format!("coalesce({text}, {a})"),
        3 => format!("nullif({text}, {a})"),
        _ => format!("if({a} = {b}, {text})"),
    };
    draft.put(range, &case)
}

pub(super) fn swapped(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.operand(|_| true)?;
    let other = other(draft)?;
    draft.put(range, &other)
}

pub(super) fn negated(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| {
        ["where", "and", "or", "on", "having", "when"].iter().any(|word| words[at].is(word))
    })?;
    draft.put(at + 1..at + 1, "NOT")
}
