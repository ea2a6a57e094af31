//! Changes that know nothing of grammar.

use crate::promise::mutate::Draft;

pub(super) fn dropped(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|_, _| true)?;
    draft.put(at..at + 1, "")
}

pub(super) fn doubled(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|_, _| true)?;
    let word = draft.words[at].clone();
    draft.words.insert(at, word);
    Some(())
}

pub(super) fn swapped(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| at + 1 < words.len())?;
    draft.words.swap(at, at + 1);
    Some(())
}

pub(super) fn parenthesized(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.operand(|_| true)?;
    let text = draft.said(range.clone());
    let around = draft.one(&["(#)", "((#))", "(#, #)", "ROW(#)", "ARRAY[#]", "(#)[1]", "- #"])?;
    draft.put(range, &around.replace('#', &text))
}
