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
        Part::group(Delimiter::Parenthesis, ["(", ")"], parts)
    }

    /// `{…}` at the call site.
    pub(crate) fn braces(parts: Vec<Part>) -> Part {
        Part::group(Delimiter::Brace, ["{", "}"], parts)
    }

    /// A group at the call site: a text, where it is made of nothing else.
    fn group(delimiter: Delimiter, [open, close]: [&str; 2], parts: Vec<Part>) -> Part {
        let mut text = open.to_owned();
        for part in &parts {
            let Part::Text(part) = part else {
                return Part::Group(delimiter, Span::call_site(), parts);
            };
            text.extend([part, " "]);
        }
        Part::Text(text + close)
    }
}

/// The tokens of all parts.
pub(crate) fn tokens(parts: Vec<Part>) -> TokenStream {
    let mut streams = Vec::new();
    let mut text = String::new();
    for part in parts {
        let stream = match part {
            // Texts that follow each other are read at once.
            Part::Text(part) => {
                text.extend([&part, " "]);
                continue;
            }
            Part::At(span, text) => at(span, read(&text)),
            Part::Tokens(tokens) => tokens,
            Part::Group(delimiter, span, parts) => {
                let mut group = Group::new(delimiter, tokens(parts));
                group.set_span(span);
                TokenTree::from(group).into()
            }
        };
        if !text.is_empty() {
            streams.push(read(&std::mem::take(&mut text)));
        }
        streams.push(stream);
    }
    if !text.is_empty() {
        streams.push(read(&text));
    }
    streams.into_iter().collect()
}

fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let at = |mut tree: TokenTree| {
        tree.set_span(span);
        tree
    };
    tokens.into_iter().map(at).collect()
}

/// rustc's reading of a text. That of proc_macro2, which first looks at each
/// token itself, takes ten times as long and is for tests alone.
fn read(text: &str) -> TokenStream {
    let tokens = if proc_macro::is_available() {
        text.parse::<proc_macro::TokenStream>().ok().map(Into::into)
    } else {
        text.parse().ok()
    };
    tokens.unwrap_or_else(|| {
        let message =
            format!("lakequery wrote code that is not Rust; this is a bug of lakequery: {text}");
        problem::items(&[Problem::new(Span::call_site(), message)])
    })
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
