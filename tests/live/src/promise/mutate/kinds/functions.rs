//! Changes to calls of functions.

use std::ops::Range;

use lakequery_compiler::function::FunctionKind;

use crate::promise::mutate::Draft;
use crate::promise::mutate::places::{closing, items};
use crate::promise::mutate::pools::LITERALS;

/// The arguments of the call whose name stands there.
fn arguments(draft: &Draft<'_>, call: usize) -> Option<Vec<Range<usize>>> {
    let end = closing(&draft.words, call + 1)?;
    Some(items(&draft.words, call + 2..end))
}

pub(super) fn swapped(draft: &mut Draft<'_>) -> Option<()> {
    let call = draft.call()?;
    let count = arguments(draft, call)?.len();
    let alike = draft.pools.functions.iter().filter(|(_, _, arities)| arities.contains(&count));
    let alike: Vec<&str> = alike.map(|(name, ..)| *name).collect();
    let name = draft.one(&alike)?;
    draft.put(call..call + 1, name)
}

pub(super) fn called(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.operand(|_| true)?;
    let (name, kind, arities) = draft.one(&draft.pools.functions)?;
    let mut arguments = vec![draft.said(range.clone())];
    let count = draft.one(&arities)?.max(1);
    while arguments.len() < count {
        let other = match draft.below(3) {
            0 => draft.other_column(None)?,
            _ => draft.one(LITERALS)?.to_owned(),
        };
        arguments.push(other);
    }
    if draft.below(6) == 0 {
        arguments.reverse();
    }
    let over = if kind == FunctionKind::Window { " OVER (ORDER BY 1)" } else { "" };
    draft.put(range, &format!("{name}({}){over}", arguments.join(", ")))
}

pub(super) fn misspelled(draft: &mut Draft<'_>) -> Option<()> {
    let call = draft.call()?;
    let name =
        draft.one(&["cout", "len", "nvl", "ifnull", "to_char", "isnull", "row", "try", "now"])?;
    draft.put(call..call + 1, name)
}

pub(super) fn argument_dropped(draft: &mut Draft<'_>) -> Option<()> {
    let call = draft.call()?;
    let arguments = arguments(draft, call)?;
    let range = draft.one(&arguments)?;
    let comma = if draft.words[range.end].is(",") { 1 } else { 0 };
    draft.put(range.start..range.end + comma, "")
}

pub(super) fn argument_doubled(draft: &mut Draft<'_>) -> Option<()> {
    let call = draft.call()?;
    let arguments = arguments(draft, call)?;
    let range = draft.one(&arguments)?;
    let text = draft.said(range.clone());
    draft.put(range, &format!("{text}, {text}"))
}

pub(super) fn arguments_swapped(draft: &mut Draft<'_>) -> Option<()> {
    let call = draft.call()?;
    let arguments = arguments(draft, call)?;
    let [.., first, second] = &arguments[..] else { return None };
    let text = format!("{}, {}", draft.said(second.clone()), draft.said(first.clone()));
    draft.put(first.start..second.end, &text)
}

pub(super) fn distinct(draft: &mut Draft<'_>) -> Option<()> {
    let call = draft.call()?;
    draft.put(call + 2..call + 2, "DISTINCT")
}

pub(super) fn ordered(draft: &mut Draft<'_>) -> Option<()> {
    let call = draft.call()?;
    let end = closing(&draft.words, call + 1)?;
    let column = draft.other_column(None)?;
    let direction = draft.one(&["", "DESC", "ASC NULLS FIRST"])?;
    draft.put(end..end, &format!("ORDER BY {column} {direction}"))
}

pub(super) fn filtered(draft: &mut Draft<'_>) -> Option<()> {
    let call = draft.call()?;
    let end = closing(&draft.words, call + 1)? + 1;
    let column = draft.other_column(None)?;
    let condition = draft.one(&["IS NOT NULL", "= 1", "> 'x'", ""])?;
    draft.put(end..end, &format!("FILTER (WHERE {column} {condition})"))
}
