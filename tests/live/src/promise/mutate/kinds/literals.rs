//! Changes to literals.

use crate::promise::mutate::Draft;
use crate::promise::mutate::pools::LITERALS;

pub(super) fn swapped(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.literal()?;
    let literal = draft.one(LITERALS)?;
    draft.put(range, literal)
}

pub(super) fn dropped(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.literal()?;
    draft.put(range, "")
}

pub(super) fn column(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.literal()?;
    let column = draft.other_column(None)?;
    draft.put(range, &column)
}

pub(super) fn parameter(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.literal()?;
    draft.put(range, "{p}")
}

pub(super) fn negated(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.literal()?;
    let sign = draft.one(&["-", "+", "- -"])?;
    draft.put(range.start..range.start, sign)
}
