//! Names, quoted where they have to be.

use super::Dialect;

impl Dialect {
    /// A name as it is written.
    pub(crate) fn ident(&self, name: &str) -> String {
        let plain = is_word(name)
            && !(self.lowercases_unquoted_names && name.bytes().any(|b| b.is_ascii_uppercase()))
            && !self.is_reserved(&name.to_ascii_uppercase());
        if plain { name.to_owned() } else { self.quoted_ident(name) }
    }

    /// The name of a field, whose case a type keeps only where it is quoted.
    pub(crate) fn field_ident(&self, name: &str) -> String {
        match name.bytes().any(|b| b.is_ascii_uppercase()) {
            true => self.quoted_ident(name),
            false => self.ident(name),
        }
    }

    fn quoted_ident(&self, name: &str) -> String {
        let quote = self.identifier_quote.to_string();
        format!("{quote}{}{quote}", name.replace(self.identifier_quote, &quote.repeat(2)))
    }
}

/// Whether this is a word of ASCII letters, digits and `_` that starts with no digit.
pub(super) fn is_word(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}
