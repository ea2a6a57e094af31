//! Texts to the tokens of lake SQL: a string literal, or a file that one names.

use std::ops::Range;

use lakequery_compiler::diagnostic::{Code, Diagnostic, Origin};
use lakequery_compiler::token::{self, TextToken, TokenKind};
use lakequery_project::package;
use proc_macro2::{Literal, Span, TokenStream, TokenTree};

use crate::literal::{self, Text, Value};
use crate::problem::{self, Problem};
use crate::source::{Form, Source, TextForm, TextPlace, Unread, rust_in_text};

/// The string literal that is all there is, a comma at the end aside.
///
/// # Errors
///
/// Where a string literal is followed by arguments: other crates take the values
/// of parameters so.
pub(crate) fn only_literal(tokens: &TokenStream) -> Result<Option<Literal>, Problem> {
    let mut trees = tokens.clone().into_iter();
    let literal = match trees.next() {
        // A literal that a `macro_rules!` macro passed on.
        Some(TokenTree::Group(group)) if group.delimiter() == proc_macro2::Delimiter::None => {
            only_literal(&group.stream())?
        }
        Some(TokenTree::Literal(literal)) => Some(literal),
        _ => None,
    };
    let Some(literal) = literal.filter(|literal| literal.to_string().starts_with(['"', 'r']))
    else {
        return Ok(None);
    };
    match trees.next() {
        Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => match trees.next() {
            None => Ok(Some(literal)),
            Some(argument) => Err(Problem {
                message: "the values of parameters are written where they stand in the query, \
                          as `{expr}`"
                    .into(),
                start: argument.span(),
                end: trees.last().map_or_else(|| argument.span(), |last| last.span()),
            }),
        },
        None => Ok(Some(literal)),
        // SQL that starts with a string: the parser has something to say to it.
        Some(_) => Ok(None),
    }
}

/// Reads a query written as a string literal.
///
/// # Errors
///
/// Where the text can't be cut into tokens, or a parameter is no Rust.
pub(crate) fn from_literal(literal: &Literal) -> Result<Source, Unread> {
    let span = literal.span();
    let text = string(literal).map_err(unread)?;
    let mut place = place(span);
    place.origin.first_column += text.opening;
    read(text, place)
}

/// Reads a query from the file that a literal names, relative to the package.
///
/// # Errors
///
/// Where the file can't be read, and as [`from_literal`].
pub(crate) fn from_file(literal: &Literal) -> Result<Source, Unread> {
    let span = literal.span();
    let name = string(literal).map_err(unread)?.value;
    let file =
        package::read(&name).map_err(|error| unread(Problem::new(span, error.to_string())))?;
    let origin = Origin { name: file.shown, first_line: 1, first_column: 1 };
    let place = TextPlace { literal: span, origin, rust: None, sql: Some(file.path) };
    read(Text::plain(file.text), place)
}

/// The value of a string literal.
fn string(literal: &Literal) -> Result<Text, Problem> {
    match literal::read(&literal.to_string()) {
        Ok(Value::Text(text)) => Ok(text),
        Ok(_) => Err(Problem::new(literal.span(), "expected a string")),
        Err(message) => Err(Problem::new(literal.span(), message)),
    }
}

fn read(text: Text, place: TextPlace) -> Result<Source, Unread> {
    let tokens = match token::tokenize(&text.value) {
        Ok(tokens) => tokens,
        Err(error) => {
            let parameters = parameters_around(&text.value, error.bytes.clone(), place.literal);
            return Err(Unread { problems: vec![place.problem(&text, error)], parameters });
        }
    };
    let (parameters, wrong) = parameters(&text.value, &tokens, place.literal);
    let (tokens, bytes) = tokens.into_iter().map(|token| (token.token, token.bytes)).unzip();
    let form = TextForm { text, bytes, place, parameters };
    let source = Source { tokens, form: Form::Text(Box::new(form)) };
    if wrong.is_empty() {
        return Ok(source);
    }
    Err(Unread { problems: source.problems(&wrong), parameters: source.parameters() })
}

/// The expressions of the parameters among tokens, and what is wrong with those that are
/// none.
fn parameters(
    text: &str,
    tokens: &[TextToken],
    literal: Span,
) -> (Vec<TokenStream>, Vec<Diagnostic>) {
    let (mut parameters, mut wrong) = (Vec::new(), Vec::new());
    for (index, token) in tokens.iter().enumerate() {
        if !matches!(token.token.kind, TokenKind::Parameter(_)) {
            continue;
        }
        let inner = &text[token.bytes.start + 1..token.bytes.end - 1];
        let message = match rust_in_text(inner, literal) {
            Ok(tokens) if tokens.is_empty() => {
                "this parameter is empty: write a Rust expression between the braces".to_owned()
            }
            Ok(tokens) => {
                parameters.push(tokens);
                continue;
            }
            Err(()) => format!("`{}` is not a Rust expression", inner.trim()),
        };
        let span = token::Span::token(u32::try_from(index).unwrap_or(u32::MAX));
        wrong.push(problem::diagnostic(Code::Syntax, span, message));
    }
    (parameters, wrong)
}

/// The expressions of the parameters around what can't be cut into tokens. What is behind
/// it counts only where it surely ends: where it is a parameter without an expression.
fn parameters_around(text: &str, error: Range<usize>, literal: Span) -> Vec<TokenStream> {
    let part = |bytes: Range<usize>| text.get(bytes).unwrap_or_default();
    let (before, wrong) = (part(0..error.start), part(error.clone()));
    let is_parameter = wrong.starts_with('{') && wrong.ends_with('}');
    let behind = if is_parameter { part(error.end..text.len()) } else { "" };
    let expressions = |part: &str| match token::tokenize(part) {
        Ok(tokens) => parameters(part, &tokens, literal).0,
        Err(_) => Vec::new(),
    };
    [expressions(before), expressions(behind)].concat()
}

fn unread(problem: Problem) -> Unread {
    Unread { problems: vec![problem], parameters: Vec::new() }
}

/// Where a literal stands.
fn place(literal: Span) -> TextPlace {
    let mut origin = Origin { name: String::new(), first_line: 1, first_column: 1 };
    let mut rust = None;
    if proc_macro::is_available() {
        let span = literal.unwrap();
        origin = Origin {
            name: span.file(),
            // An IDE's server may not know.
            first_line: span.line().max(1),
            first_column: span.column().max(1),
        };
        rust = span.local_file();
    }
    TextPlace { literal, origin, rust, sql: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Result<Option<String>, String> {
        let tokens: TokenStream = text.parse().unwrap();
        only_literal(&tokens)
            .map(|literal| literal.map(|literal| literal.to_string()))
            .map_err(|problem| problem.message)
    }

    #[test]
    fn one_string_is_a_text() {
        for text in ["\"a\"", "r#\"a\"#"] {
            assert_eq!(only(text), Ok(Some(text.to_owned())));
            assert_eq!(only(&format!("{text},")), Ok(Some(text.to_owned())));
        }
        for text in ["", "SELECT \"a\"", "\"a\" \"b\"", "1", "b\"a\""] {
            assert_eq!(only(text), Ok(None), "{text}");
        }
        assert!(only("\"a\", x").is_err_and(|message| message.contains("{expr}")));
    }
}
