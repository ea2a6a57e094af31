//! What goes wrong on the way, as errors of the Rust compiler.

use std::fmt;

use crate::code::{self, Part};
use lakequery_compiler::diagnostic::{self, Code, Diagnostic};
use lakequery_compiler::token;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// An error, and the Rust tokens to underline: from the first to the last.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// What rustc prints after `error: `.
    pub(crate) message: String,
    /// The first token.
    pub(crate) start: Span,
    /// The last token.
    pub(crate) end: Span,
}

impl Problem {
    /// An error at one token.
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Problem {
        Problem { message: message.into(), start: span, end: span }
    }

    /// `::core::compile_error! { "message" }`; rustc underlines from its first to
    /// its last token.
    pub(crate) fn tokens(&self) -> TokenStream {
        let punct = |c, spacing| {
            let mut punct = Punct::new(c, spacing);
            punct.set_span(self.start);
            TokenTree::from(punct)
        };
        let word = |word| TokenTree::from(Ident::new(word, self.start));
        let mut message = Literal::string(&self.message);
        message.set_span(self.end);
        let mut group = Group::new(Delimiter::Brace, TokenTree::from(message).into());
        group.set_span(self.end);
        TokenStream::from_iter([
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            word("core"),
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            word("compile_error"),
            punct('!', Spacing::Alone),
            TokenTree::from(group),
        ])
    }
}

/// What only this front end can see, in the compiler's codes and words: the one
/// place where a diagnostic is made outside of the compiler.
pub(crate) fn diagnostic(code: Code, span: token::Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, span, message)
}

/// The message of an error that has a code but no token of the query.
pub(crate) fn worded(code: Code, message: impl Into<String>) -> String {
    diagnostic::message(&Diagnostic::new(code, token::Span::default(), message))
}

/// An expression that reports all problems.
///
/// rustc takes `compile_error!` for a value of any type, so that nothing that
/// is done with it is an error too. What the user wrote in Rust is kept, before all else
/// (see `parameter`): it may have errors of its own, an editor completes inside it, and
/// what it names is not reported as unused.
pub(crate) fn expression(problems: &[Problem], kept: &[TokenStream]) -> TokenStream {
    let mut parts = Vec::new();
    for expression in kept {
        parts.extend(["let _ = &".into(), Part::parentheses(vec![expression.clone().into()])]);
        parts.push(";".into());
    }
    for (i, problem) in problems.iter().enumerate() {
        if i > 0 {
            parts.push(";".into());
        }
        parts.push(problem.tokens().into());
    }
    code::tokens(vec![Part::braces(parts)])
}

/// Items that report all problems.
pub(crate) fn items(problems: &[Problem]) -> TokenStream {
    problems.iter().map(Problem::tokens).collect()
}

/// A problem without a message, at all of some tokens or, if there are none, at
/// the macro call.
pub(crate) fn around(tokens: &TokenStream) -> Problem {
    let ends = |tree: TokenTree| match tree {
        TokenTree::Group(group) if group.delimiter() != Delimiter::None => {
            (group.span_open(), group.span_close())
        }
        tree => (tree.span(), tree.span()),
    };
    let mut spans = tokens.clone().into_iter().map(ends);
    let call = (Span::call_site(), Span::call_site());
    let (start, only) = spans.next().unwrap_or(call);
    let (_, end) = spans.last().unwrap_or((start, only));
    Problem { message: String::new(), start, end }
}

/// A token of Rust, where brackets are tokens too.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Flat {
    /// A name, or a literal.
    Word(String),
    Punct(char),
    Open(Delimiter),
    Close(Delimiter),
}

impl fmt::Display for Flat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flat::Word(word) => word,
            Flat::Punct(punct) => return write!(f, "{punct}"),
            Flat::Open(Delimiter::Parenthesis) => "(",
            Flat::Close(Delimiter::Parenthesis) => ")",
            Flat::Open(Delimiter::Bracket) => "[",
            Flat::Close(Delimiter::Bracket) => "]",
            Flat::Open(_) => "{",
            Flat::Close(_) => "}",
        })
    }
}

/// Tokens one by one, with their places. What a `macro_rules!` macro passed on is not grouped.
pub(crate) fn flat(tokens: &TokenStream) -> Vec<(Flat, Span)> {
    let mut all = Vec::new();
    for tree in tokens.clone() {
        let span = tree.span();
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                all.extend(flat(&group.stream()));
            }
            TokenTree::Group(group) => {
                all.push((Flat::Open(group.delimiter()), group.span_open()));
                all.extend(flat(&group.stream()));
                all.push((Flat::Close(group.delimiter()), group.span_close()));
            }
            TokenTree::Punct(punct) => all.push((Flat::Punct(punct.as_char()), span)),
            tree => all.push((Flat::Word(tree.to_string()), span)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_one_error() {
        let problem = |message: &str| Problem::new(Span::call_site(), message);
        let tokens = expression(&[problem("a"), problem("b\n\"c\"")], &["x+1".parse().unwrap()]);
        let expected = r#"{
            let _ = &(x + 1);
            ::core::compile_error! { "a" };
            ::core::compile_error! { "b\n\"c\"" }
        }"#;
        assert_eq!(tokens.to_string(), expected.parse::<TokenStream>().unwrap().to_string());
    }
}
