//! A query as it was written: the tokens the compiler sees, and the way back
//! from each to the Rust tokens or the text it was made from.

use std::ops::Range;

use lakequery_compiler::diagnostic::{self, Diagnostic};
use lakequery_compiler::token::{self, TextToken, Token};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use crate::literal::Text;
use crate::problem::Problem;

/// A query as it was written.
pub(crate) struct Source {
    /// What the compiler sees.
    pub(crate) tokens: Vec<Token>,
    /// What they were made from.
    pub(crate) form: Form,
}

/// One of the spellings of a query.
pub(crate) enum Form {
    /// Rust tokens, one entry for each token of the query.
    Bare {
        /// What each token was made from.
        places: Vec<Place>,
        /// What to underline where the query has no token: the macro call.
        call: Span,
    },
    /// A string literal, or a file named by one.
    Text(Box<TextForm>),
}

/// What a token was made from.
#[derive(Clone)]
pub(crate) enum Place {
    /// A Rust token of its own.
    Tree(TokenTree),
    /// `.5`: two Rust tokens.
    Pair(TokenTree, TokenTree),
    /// `{expr}`
    Parameter(Group),
    /// The opening `(` or `[` of a group.
    Open(Delimiter, Span),
    /// The closing one.
    Close(Span),
}

/// A query in a text.
pub(crate) struct TextForm {
    /// The text, and where it stands in the literal as written.
    pub(crate) text: Text,
    /// The bytes of each token in the text.
    pub(crate) bytes: Vec<Range<usize>>,
    /// Where the text stands.
    pub(crate) origin: diagnostic::Origin,
    /// The Rust expression of each parameter, in order.
    pub(crate) parameters: Vec<TokenStream>,
    /// The literal.
    pub(crate) literal: Span,
}

impl Source {
    /// The expressions of all parameters, in order.
    pub(crate) fn parameters(&self) -> Vec<TokenStream> {
        match &self.form {
            Form::Bare { places, .. } => {
                let parameter = |place: &Place| match place {
                    Place::Parameter(group) => Some(group.stream()),
                    _ => None,
                };
                places.iter().filter_map(parameter).collect()
            }
            Form::Text(form) => form.parameters.clone(),
        }
    }

    /// The Rust span that stands for a run of tokens where only one can be had:
    /// that of its last token, or the literal.
    pub(crate) fn rust_span(&self, span: token::Span) -> Span {
        self.ends(span).1
    }

    /// The first and the last Rust token of a run of tokens.
    fn ends(&self, span: token::Span) -> (Span, Span) {
        match &self.form {
            Form::Text(form) => (form.literal, form.literal),
            Form::Bare { places, call } => {
                let start = (span.start as usize).min(places.len().saturating_sub(1));
                let end = (span.end as usize).clamp(start + 1, places.len().max(start + 1));
                match places.get(start..end) {
                    Some([only]) => (only.start(), only.end()),
                    Some([first, .., last]) => (first.start(), last.end()),
                    _ => (*call, *call),
                }
            }
        }
    }

    /// The Rust tokens of a run of tokens: the type of an override.
    ///
    /// # Errors
    ///
    /// Where it is no Rust.
    pub(crate) fn rust_tokens(&self, span: token::Span) -> Result<TokenStream, Problem> {
        let run = span.start as usize..span.end as usize;
        match &self.form {
            Form::Bare { places, .. } => Ok(regroup(&mut places[run].iter())),
            Form::Text(form) => {
                let bytes = &form.bytes[run];
                let text = match bytes {
                    [] => "",
                    [first, ..] => &form.text.value[first.start..bytes[bytes.len() - 1].end],
                };
                rust_in_text(text, form.literal)
                    .map_err(|()| Problem::new(form.literal, format!("`{text}` is no Rust type")))
            }
        }
    }

    /// One diagnostic as rustc is to report it.
    pub(crate) fn problem(&self, diagnostic: &Diagnostic) -> Problem {
        match &self.form {
            Form::Bare { .. } => {
                let (start, end) = self.ends(diagnostic.span);
                Problem { message: diagnostic::message(diagnostic), start, end }
            }
            Form::Text(form) => {
                Problem::new(form.literal, self.report(form, std::slice::from_ref(diagnostic)))
            }
        }
    }

    /// Diagnostics as rustc is to report them: each at its tokens, or all in one
    /// message where the query is a text.
    pub(crate) fn problems(&self, diagnostics: &[Diagnostic]) -> Vec<Problem> {
        match &self.form {
            Form::Bare { .. } => diagnostics.iter().map(|one| self.problem(one)).collect(),
            Form::Text(form) => vec![Problem::new(form.literal, self.report(form, diagnostics))],
        }
    }

    fn report(&self, form: &TextForm, diagnostics: &[Diagnostic]) -> String {
        let token = |(token, bytes): (&Token, &Range<usize>)| TextToken {
            token: token.clone(),
            bytes: form.text.range(bytes.clone()),
        };
        let tokens: Vec<_> = self.tokens.iter().zip(&form.bytes).map(token).collect();
        diagnostic::render(&form.text.source, &form.origin, &tokens, diagnostics)
    }
}

impl Place {
    fn start(&self) -> Span {
        match self {
            Place::Tree(tree) | Place::Pair(tree, _) => tree.span(),
            Place::Parameter(group) => group.span_open(),
            Place::Open(_, span) | Place::Close(span) => *span,
        }
    }

    fn end(&self) -> Span {
        match self {
            Place::Tree(tree) | Place::Pair(_, tree) => tree.span(),
            Place::Parameter(group) => group.span_close(),
            Place::Open(_, span) | Place::Close(span) => *span,
        }
    }
}

/// Puts flattened groups together again.
fn regroup(places: &mut std::slice::Iter<'_, Place>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while let Some(place) = places.next() {
        match place {
            Place::Tree(tree) => tokens.extend([tree.clone()]),
            Place::Pair(first, second) => tokens.extend([first.clone(), second.clone()]),
            Place::Parameter(group) => tokens.extend([TokenTree::from(group.clone())]),
            Place::Open(delimiter, span) => {
                let mut group = Group::new(*delimiter, regroup(places));
                group.set_span(*span);
                tokens.extend([TokenTree::from(group)]);
            }
            Place::Close(_) => break,
        }
    }
    tokens
}

/// Reads Rust that stands in a text; its tokens get the span of the literal.
pub(crate) fn rust_in_text(text: &str, literal: Span) -> Result<TokenStream, ()> {
    text.parse().map(|tokens| respan(tokens, literal)).map_err(|_| ())
}

fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let respan = |mut tree: TokenTree| {
        if let TokenTree::Group(group) = &tree {
            tree = Group::new(group.delimiter(), respan(group.stream(), span)).into();
        }
        tree.set_span(span);
        tree
    };
    tokens.into_iter().map(respan).collect()
}
