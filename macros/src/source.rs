//! A query as it was written: the tokens the compiler sees, and the way back
//! from each to the Rust tokens or the text it was made from.

use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;

use lakequery_compiler::diagnostic::{self, Code, Diagnostic, Origin};
use lakequery_compiler::token::{self, TextToken, TextTokenError, Token};
use lakequery_project::package;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use crate::literal::Text;
use crate::problem::{self, Problem};

/// A query as it was written.
pub(crate) struct Source {
    /// What the compiler sees.
    pub(crate) tokens: Vec<Token>,
    /// What they were made from.
    pub(crate) form: Form,
}

/// A query that can't be read.
#[derive(Debug)]
pub(crate) struct Unread {
    /// Why not.
    pub(crate) problems: Vec<Problem>,
    /// The expressions of its parameters, as far as they were found.
    pub(crate) parameters: Vec<TokenStream>,
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
    pub(crate) place: TextPlace,
    /// The Rust expression of each parameter, in order.
    pub(crate) parameters: Vec<TokenStream>,
}

/// Where a text stands.
pub(crate) struct TextPlace {
    /// The literal: the query itself, or the name of its file.
    pub(crate) literal: Span,
    /// Where the text of the query begins.
    pub(crate) origin: Origin,
    /// The Rust file, where the query itself stands there.
    pub(crate) rust: Option<PathBuf>,
    /// The SQL file that a literal names.
    pub(crate) sql: Option<PathBuf>,
}

impl Source {
    /// The expressions of all parameters, in order.
    pub(crate) fn parameters(&self) -> Vec<TokenStream> {
        match &self.form {
            Form::Bare { places, .. } => expressions(places),
            Form::Text(form) => form.parameters.clone(),
        }
    }

    /// What is wrong with the parameters whose expressions are not written yet. In a text
    /// that is a mistake of the text.
    pub(crate) fn missing(&self) -> Vec<Problem> {
        match &self.form {
            Form::Bare { places, .. } => missing(places),
            Form::Text(_) => Vec::new(),
        }
    }

    /// The same for the parameter that is this token.
    pub(crate) fn missing_at(&self, span: token::Span) -> Option<Problem> {
        match &self.form {
            Form::Bare { places, .. } if span.end == span.start + 1 => {
                places.get(span.start as usize)?.missing()
            }
            _ => None,
        }
    }

    /// The SQL file that the query was read from.
    pub(crate) fn sql_file(&self) -> Option<PathBuf> {
        match &self.form {
            Form::Bare { .. } => None,
            Form::Text(form) => form.place.sql.clone(),
        }
    }

    /// The Rust span that stands for a run of tokens where only one can be had:
    /// that of its last token, or the literal.
    pub(crate) fn rust_span(&self, span: token::Span) -> Span {
        self.ends(span).1
    }

    /// The span of a field that is named as a run of tokens is: that of its last token, so
    /// that an editor goes from the field to the name, and renames both. In a text the
    /// name has no token, and what the literal's span had would be renamed as a whole.
    pub(crate) fn name_span(&self, span: token::Span) -> Span {
        match &self.form {
            Form::Text(_) => Span::call_site(),
            Form::Bare { .. } => self.rust_span(span),
        }
    }

    /// The first and the last Rust token of a run of tokens.
    fn ends(&self, span: token::Span) -> (Span, Span) {
        match &self.form {
            Form::Text(form) => (form.place.literal, form.place.literal),
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
                rust_in_text(text, form.place.literal).map_err(|()| {
                    Problem::new(form.place.literal, format!("`{text}` is not a Rust type"))
                })
            }
        }
    }

    /// One diagnostic as rustc is to report it.
    pub(crate) fn problem(&self, diagnostic: &Diagnostic) -> Problem {
        match &self.form {
            Form::Bare { places, .. } => {
                let (start, end) = self.ends(diagnostic.span);
                let diagnostic = in_rust(diagnostic, places);
                Problem { message: diagnostic::message(&diagnostic), start, end }
            }
            Form::Text(form) => form.problem(&self.tokens, std::slice::from_ref(diagnostic)),
        }
    }

    /// The same for what only the macros can see.
    pub(crate) fn problem_at(&self, code: Code, span: token::Span, message: String) -> Problem {
        self.problem(&problem::diagnostic(code, span, message))
    }

    /// Diagnostics as rustc is to report them: each at its tokens, or all in one
    /// message where the query is a text.
    pub(crate) fn problems(&self, diagnostics: &[Diagnostic]) -> Vec<Problem> {
        match &self.form {
            Form::Bare { .. } => diagnostics.iter().map(|one| self.problem(one)).collect(),
            Form::Text(form) => vec![form.problem(&self.tokens, diagnostics)],
        }
    }
}

impl TextForm {
    fn problem(&self, tokens: &[Token], diagnostics: &[Diagnostic]) -> Problem {
        let (text, origin, offset) = self.place.shown(&self.text);
        let token = |(token, bytes): (&Token, &Range<usize>)| {
            let Range { start, end } = self.text.range(bytes.clone());
            TextToken { token: token.clone(), bytes: start + offset..end + offset }
        };
        let tokens: Vec<_> = tokens.iter().zip(&self.bytes).map(token).collect();
        let report = diagnostic::render(&text, &origin, &tokens, diagnostics);
        Problem::new(self.place.literal, after_error(&report))
    }
}

impl TextPlace {
    /// The error of a text that can't be cut into tokens.
    pub(crate) fn problem(&self, text: &Text, mut error: TextTokenError) -> Problem {
        let (shown, origin, offset) = self.shown(text);
        let Range { start, end } = text.range(error.bytes);
        error.bytes = start + offset..end + offset;
        let report = diagnostic::render_text_error(&shown, &origin, &error);
        Problem::new(self.literal, after_error(&report))
    }

    /// The text that a report shows, where it stands, and where in it the query
    /// begins: the lines of the Rust file, where they can be had as they were
    /// compiled, or the query alone.
    fn shown<'a>(&self, text: &'a Text) -> (Cow<'a, str>, Origin, usize) {
        let alone = || (Cow::from(&text.source), self.origin.clone(), 0);
        let Some(mut file) = self.rust.as_deref().and_then(package::rust_source) else {
            return alone();
        };
        let lines: usize =
            file.split_inclusive('\n').take(self.origin.first_line - 1).map(str::len).sum();
        let before = file[lines..].chars().take(self.origin.first_column - 1);
        let offset = lines + before.map(char::len_utf8).sum::<usize>();
        if !file[offset..].starts_with(&text.source) || text.value.trim().is_empty() {
            return alone();
        }
        let line_end = file[offset + text.source.len()..].find('\n').unwrap_or(0);
        file.truncate(offset + text.source.len() + line_end);
        let origin = Origin { first_line: 1, first_column: 1, ..self.origin.clone() };
        (file.into(), origin, offset)
    }
}

/// A report as rustc prints it after its own `error: `, in the form of
/// [`diagnostic::message`].
fn after_error(report: &str) -> String {
    let first_line = report.strip_prefix("error[").and_then(|rest| rest.split_once("]: "));
    let Some((code, rest)) = first_line else { return report.to_owned() };
    let (message, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    format!("{message} [{code}]\n{rest}")
}

/// A diagnostic as it is worded beside Rust tokens. rustc underlines the one
/// culprit without a label, so that other places are named by what stands there,
/// and a string in SQL takes the quotes that it has in Rust.
fn in_rust(diagnostic: &Diagnostic, places: &[Place]) -> Diagnostic {
    let mut diagnostic = diagnostic.clone();
    diagnostic.label = None;
    for (span, label) in &mut diagnostic.related {
        let written = places.get(span.start as usize..span.end as usize).unwrap_or_default();
        let written = regroup(&mut written.iter()).to_string();
        if !written.is_empty() && written.len() <= 60 && !written.contains('\n') {
            *label = format!("`{written}`: {label}");
        }
    }
    for help in &mut diagnostic.help {
        let parts = help.split('`').enumerate();
        let requoted = parts.map(|(i, part)| match i % 2 {
            1 => part.replace('\'', "\""),
            _ => part.to_owned(),
        });
        *help = requoted.collect::<Vec<_>>().join("`");
    }
    diagnostic
}

impl Place {
    /// What is wrong with a parameter whose expression is not written yet.
    fn missing(&self) -> Option<Problem> {
        let Place::Parameter(group) = self else { return None };
        group.stream().is_empty().then(|| {
            let message = "this parameter is empty: write a Rust expression between the braces";
            let message = problem::worded(Code::Syntax, message);
            Problem { message, start: self.start(), end: self.end() }
        })
    }

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

/// The expressions of the parameters among places.
pub(crate) fn expressions(places: &[Place]) -> Vec<TokenStream> {
    let expression = |place: &Place| match place {
        Place::Parameter(group) => Some(group.stream()),
        _ => None,
    };
    places.iter().filter_map(expression).collect()
}

/// What is wrong with the parameters among places whose expressions are not written yet.
pub(crate) fn missing(places: &[Place]) -> Vec<Problem> {
    places.iter().filter_map(Place::missing).collect()
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
