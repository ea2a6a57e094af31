//! What a source names: in `use`, and by paths in its code.

use crate::source::Token;

/// A `use`, or a path where it is used.
pub(crate) struct Named {
    pub(crate) path: Vec<String>,
    /// What a `use` calls it.
    pub(crate) alias: Option<String>,
    /// A `pub use`: it gives the name to others, and may need it itself or not.
    pub(crate) is_reexport: bool,
}

/// What a file names: its uses, and the paths in its code.
pub(crate) fn names(tokens: &[Token]) -> Vec<Named> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].is("use") {
            let is_reexport = at > 0 && (tokens[at - 1].is("pub") || tokens[at - 1].is(")"));
            at = tree(tokens, at + 1, &[], is_reexport, &mut names);
        } else if tokens[at].is_word() {
            // Whom `pub(in …)` lets in is not needed.
            let is_visibility = at > 1 && tokens[at - 1].is("in") && tokens[at - 2].is("(");
            let mut path = vec![tokens[at].text.clone()];
            at += 1;
            while let [colons, word, ..] = &tokens[at..]
                && colons.is("::")
                && word.is_word()
            {
                path.push(word.text.clone());
                at += 2;
            }
            if path.len() > 1 && !is_visibility {
                names.push(Named { path, alias: None, is_reexport: false });
            }
        } else {
            at += 1;
        }
    }
    names
}

/// Reads one tree of a `use`, `a::{b, c as d}`; gives the place behind it.
fn tree(
    tokens: &[Token],
    mut at: usize,
    before: &[String],
    is_reexport: bool,
    names: &mut Vec<Named>,
) -> usize {
    let mut path = before.to_vec();
    loop {
        match tokens.get(at).map(|token| &*token.text) {
            Some("::") => at += 1,
            Some("{") => {
                at += 1;
                while !tokens[at].is("}") {
                    at = tree(tokens, at, &path, is_reexport, names);
                    at += usize::from(tokens[at].is(","));
                }
                return at + 1;
            }
            Some("*") => {
                names.push(Named { path, alias: None, is_reexport: false });
                return at + 1;
            }
            Some("self") if !path.is_empty() => at += 1,
            Some(word) if tokens[at].is_word() && word != "as" => {
                path.push(word.to_owned());
                at += 1;
            }
            next => {
                let mut alias = path.last().cloned();
                if next == Some("as") {
                    alias = Some(tokens[at + 1].text.clone());
                    at += 2;
                }
                names.push(Named { path, alias, is_reexport });
                return at;
            }
        }
    }
}
