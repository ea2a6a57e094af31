//! Writing Rust.
//!
//! Most of what is written stands at the call site and is text, which rustc reads
//! faster than a macro can put tokens together one by one; into the text go the
//! few tokens that have a place of their own.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use crate::problem::{self, Problem};

/// A part of generated code.
pub(crate) enum Part {
    /// Whole tokens at the call site.
    Text(String),
    /// Whole tokens, without groups, that stand here.
    At(Span, String),
    /// Tokens as they are.
    Tokens(TokenStream),
    /// A group that stands here.
    Group(Delimiter, Span, Vec<Part>),
}

impl From<String> for Part {
    fn from(text: String) -> Part {
        Part::Text(text)
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Part {
        Part::Text(text.to_owned())
    }
}

impl From<TokenStream> for Part {
    fn from(tokens: TokenStream) -> Part {
        Part::Tokens(tokens)
    }
}

impl Part {
    /// `(…)` at the call site.
    pub(crate) fn parentheses(parts: Vec<Part>) -> Part {
        Part::Group(Delimiter::Parenthesis, Span::call_site(), parts)
    }

    /// `{…}` at the call site.
    pub(crate) fn braces(parts: Vec<Part>) -> Part {
        Part::Group(Delimiter::Brace, Span::call_site(), parts)
    }
}

/// Stands in the text for what is no text of the call site. No generated code
/// and no name of a user's gets into a text with this name.
const MARK: &str = "__";

/// What a mark stands for.
enum Marked {
    Start(Span),
    End,
    Tokens(TokenStream),
}

/// The tokens of all parts.
pub(crate) fn tokens(parts: Vec<Part>) -> TokenStream {
    let mut text = String::new();
    let mut marked = Vec::new();
    for part in parts {
        match part {
            Part::Text(part) => text.push_str(&part),
            Part::At(span, part) => {
                text.extend([" ", MARK, " ", &part, " ", MARK]);
                marked.extend([Marked::Start(span), Marked::End]);
            }
            Part::Tokens(tokens) => {
                text.extend([" ", MARK]);
                marked.push(Marked::Tokens(tokens));
            }
            Part::Group(delimiter, span, parts) => {
                text.extend([" ", MARK]);
                let mut group = Group::new(delimiter, tokens(parts));
                group.set_span(span);
                marked.push(Marked::Tokens(TokenTree::from(group).into()));
            }
        }
        text.push(' ');
    }
    let read = read(&text).unwrap_or_else(|| {
        let message = format!("lakequery wrote Rust that is none; this is its fault: {text}");
        problem::items(&[Problem::new(Span::call_site(), message)])
    });
    if marked.is_empty() {
        return read;
    }
    let mut marked = marked.into_iter();
    let mut span = None;
    let mut written = Vec::new();
    for mut tree in read {
        if matches!(&tree, TokenTree::Ident(ident) if ident == MARK) {
            match marked.next() {
                Some(Marked::Start(start)) => span = Some(start),
                Some(Marked::Tokens(tokens)) => written.extend(tokens),
                Some(Marked::End) | None => span = None,
            }
            continue;
        }
        if let Some(span) = span {
            tree.set_span(span);
        }
        written.push(tree);
    }
    written.into_iter().collect()
}

/// rustc's reading of a text. That of proc_macro2, which first looks at each
/// token itself, takes ten times as long and is for tests alone.
fn read(text: &str) -> Option<TokenStream> {
    if proc_macro::is_available() {
        return text.parse::<proc_macro::TokenStream>().ok().map(Into::into);
    }
    text.parse().ok()
}

/// A string as a literal.
pub(crate) fn string(value: &str) -> String {
    format!("{value:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_one_stream() {
        let tokens = tokens(vec![
            "f::<A>".into(),
            Part::parentheses(vec![
                Part::At(Span::call_site(), "&x".into()),
                ",".into(),
                "y . z".parse::<TokenStream>().unwrap().into(),
                format!(", {}", string("it's \"\n\u{1}\u{301}")).into(),
            ]),
            "; g".into(),
        ]);
        let expected: TokenStream =
            "f::<A>(&x, y.z, \"it's \\\"\\n\\u{1}\\u{301}\"); g".parse().unwrap();
        assert_eq!(tokens.to_string(), expected.to_string());
    }
}
