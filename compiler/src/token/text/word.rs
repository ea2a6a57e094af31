//! Words: keywords, and names without quotes.

pub(super) fn starts_word(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

pub(super) fn continues_word(c: char) -> bool {
    // The combining marks let a name be written with its accents apart.
    c.is_alphanumeric() || matches!(c, '_' | '$' | '\u{300}'..='\u{36f}')
}

/// Where the run of word characters that starts at `at` ends.
pub(super) fn word_end(text: &str, at: usize) -> usize {
    text[at..].find(|c| !continues_word(c)).map_or(text.len(), |length| at + length)
}
