//! Changes to names.

use crate::promise::mutate::Draft;
use crate::promise::mutate::pools::LITERALS;
use crate::promise::mutate::words::Kind;

pub(super) fn swapped(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.column()?;
    let last = range.end - 1;
    let name = draft.words[last].text.to_lowercase();
    let other = draft.other_column(Some(&name))?;
    draft.put(last..last + 1, &other)
}

pub(super) fn misspelled(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| words[at].kind == Kind::Word)?;
    let mut letters: Vec<char> = draft.words[at].text.chars().collect();
    let letter = draft.below(letters.len());
    match draft.below(3) {
        0 if letters.len() > 1 => drop(letters.remove(letter)),
        1 => letters.insert(letter, letters[letter]),
        _ => letters[letter] = 'x',
    }
    let name: String = letters.into_iter().collect();
    draft.put(at..at + 1, &name)
}

pub(super) fn quoted(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| words[at].kind == Kind::Word && words[at].is_name())?;
    let name = draft.words[at].text.clone();
    let name = if draft.below(2) == 0 { name.to_uppercase() } else { name.to_lowercase() };
    draft.put(at..at + 1, &format!("\"{name}\""))
}

pub(super) fn qualified(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.column()?;
    let qualifier = draft.find(|words, at| {
        words[at].is_name()
            && at > 0
            && ["from", "join", ",", "as", "."].iter().any(|word| words[at - 1].is(word))
    })?;
    let qualifier = draft.words[qualifier].text.clone();
    draft.put(range.start..range.start, &format!("{qualifier}."))
}

pub(super) fn unqualified(draft: &mut Draft<'_>) -> Option<()> {
    let at = draft.find(|words, at| words[at].is(".") && at > 0)?;
    draft.put(at - 1..at + 1, "")
}

pub(super) fn literal(draft: &mut Draft<'_>) -> Option<()> {
    let range = draft.column()?;
    let literal = draft.one(LITERALS)?;
    draft.put(range, literal)
}
