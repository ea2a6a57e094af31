//! Texts to the tokens of lake SQL: a string literal, or a file that one names.

use lakequery_compiler::diagnostic::{Code, Origin};
use lakequery_compiler::token::{self, TokenKind};
use lakequery_project::package;
use proc_macro2::{Literal, Span, TokenStream, TokenTree};

use crate::literal::{self, Text, Value};
use crate::problem::Problem;
use crate::source::{Form, Source, TextForm, TextPlace, rust_in_text};

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
pub(crate) fn from_literal(literal: &Literal) -> Result<Source, Problem> {
    let span = literal.span();
    let text = string(literal)?;
    let mut place = place(span);
    place.origin.first_column += text.opening;
    read(text, place)
}

/// Reads a query from the file that a literal names, relative to the package.
///
/// # Errors
///
/// Where the file can't be read, and as [`from_literal`].
pub(crate) fn from_file(literal: &Literal) -> Result<Source, Problem> {
    let span = literal.span();
    let name = string(literal)?.value;
    let file = package::read(&name).map_err(|error| Problem::new(span, error.to_string()))?;
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

fn read(text: Text, place: TextPlace) -> Result<Source, Problem> {
    let literal = place.literal;
    let tokens = token::tokenize(&text.value).map_err(|error| place.problem(&text, error))?;
    let mut parameters = Vec::new();
    let mut wrong = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if !matches!(token.token.kind, TokenKind::Parameter(_)) {
            continue;
        }
        let inner = &text.value[token.bytes.start + 1..token.bytes.end - 1];
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
        wrong.push(crate::problem::diagnostic(Code::Syntax, span, message));
    }
    let (tokens, bytes) = tokens.into_iter().map(|token| (token.token, token.bytes)).unzip();
    let form = TextForm { text, bytes, place, parameters };
    let source = Source { tokens, form: Form::Text(Box::new(form)) };
    match source.problems(&wrong).pop() {
        Some(problem) if !wrong.is_empty() => Err(problem),
        _ => Ok(source),
    }
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
