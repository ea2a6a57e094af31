//! From the input of a query macro to its expansion.

use lakequery_compiler::diagnostic::{Code, Diagnostic};
use lakequery_compiler::{Compiled, Request, compile};
use lakequery_project::Project;
use proc_macro2::{Span, TokenStream, TokenTree};

use crate::code;
use crate::expand::{Output, expand};
use crate::files;
use crate::problem::{self, Problem};
use crate::source::{Source, Unread};
use crate::{text, tokens};

/// `query!`, `query_scalar!`: SQL as tokens or as a string.
pub(crate) fn inline(input: TokenStream, output: Output) -> TokenStream {
    let project = files::project(problem::around(&input));
    let source = match text::only_literal(&input) {
        Err(problem) => Err(unread(problem, input)),
        Ok(Some(literal)) => text::from_literal(&literal),
        Ok(None) => tokens::read(input, Span::call_site()),
    };
    finish(project, source, output)
}

/// `query_file!`, `query_file_scalar!`: SQL in a file.
pub(crate) fn file(input: TokenStream, output: Output) -> TokenStream {
    let project = files::project(problem::around(&input));
    let source = match text::only_literal(&input) {
        Err(problem) => Err(unread(problem, input)),
        Ok(Some(literal)) => text::from_file(&literal),
        Ok(None) => {
            let message = "expected the path of an SQL file, as a string";
            Err(unread(Problem { message: message.into(), ..problem::around(&input) }, input))
        }
    };
    finish(project, source, output)
}

/// `query_as!`, `query_file_as!`: a Rust type, a comma, and what `rest` reads.
pub(crate) fn into_struct(
    input: TokenStream,
    rest: fn(TokenStream, Output) -> TokenStream,
) -> TokenStream {
    match split_type(&input) {
        Ok((ty, query)) => rest(query, Output::Struct(ty)),
        Err(problem) => {
            let Unread { problems, parameters } = unread(problem, input);
            problem::expression(&problems, &parameters)
        }
    }
}

/// An input with a mistake that keeps it from being read further.
fn unread(problem: Problem, input: TokenStream) -> Unread {
    let parameters = tokens::read(input, Span::call_site())
        .map_or_else(|unread| unread.parameters, |source| source.parameters());
    Unread { problems: vec![problem], parameters }
}

fn finish(
    project: Result<Project, Problem>,
    source: Result<Source, Unread>,
    output: Output,
) -> TokenStream {
    // Whatever the user wrote in Rust stays in use when the query is wrong.
    let mut kept = match &source {
        Ok(source) => source.parameters(),
        Err(unread) => unread.parameters.clone(),
    };
    if let Output::Struct(ty) = &output {
        kept.push(kept_type(ty.clone()));
    }
    let expansion = match (project, source) {
        (Err(problem), Ok(source)) => Err([vec![problem], source.missing()].concat()),
        (Err(problem), Err(unread)) => Err([vec![problem], unread.problems].concat()),
        (Ok(_), Err(unread)) => Err(unread.problems),
        (Ok(project), Ok(source)) => expansion(&project, &source, output, &mut kept)
            .map_err(|problems| [problems, source.missing()].concat()),
    };
    expansion.unwrap_or_else(|problems| problem::expression(&problems, &kept))
}

/// A value of a type, which keeps the type in use.
fn kept_type(ty: TokenStream) -> TokenStream {
    code::tokens(vec!["::core::option::Option::<".into(), ty.into(), ">::None".into()])
}

fn expansion(
    project: &Project,
    source: &Source,
    output: Output,
    kept: &mut Vec<TokenStream>,
) -> Result<TokenStream, Vec<Problem>> {
    let compiled = checked(project, source, !matches!(output, Output::Value))?;
    let written = compiled.columns.iter().filter_map(|column| column.rust_type.as_ref());
    kept.extend(written.filter_map(|ty| source.rust_tokens(ty.span).ok()).map(kept_type));
    check_shape(&compiled, &output).map_err(|wrong| source.problems(&[wrong]))?;
    let read = project.files_read().into_iter().chain(source.sql_file());
    expand(&compiled, &project.config, source, &files::unnamed(read), output)
}

/// Compiles a query.
///
/// # Errors
///
/// All that is wrong with it.
pub(crate) fn checked(
    project: &Project,
    source: &Source,
    named_columns: bool,
) -> Result<Compiled, Vec<Problem>> {
    let request = Request {
        tokens: &source.tokens,
        config: &project.config,
        snapshots: &project.store,
        named_columns,
    };
    compile(request).map_err(|mut diagnostics| {
        // Of an expression that is missing nothing else need be said.
        diagnostics.retain(|diagnostic| {
            diagnostic.code != Code::UntypedParameter
                || source.missing_at(diagnostic.span).is_none()
        });
        let missing = |diagnostic: &&mut Diagnostic| {
            matches!(diagnostic.code, Code::UnknownTable | Code::UnknownSchema)
        };
        // The compiler knows no paths.
        if let Some(last) = diagnostics.iter_mut().rfind(missing) {
            last.help.push(format!("the snapshots are in `{}`", project.store.shown()));
        }
        source.problems(&diagnostics)
    })
}

/// Whether the columns are as many as the macro has a use for.
fn check_shape(compiled: &Compiled, output: &Output) -> Result<(), Diagnostic> {
    let wrong = |span, message| Err(problem::diagnostic(Code::ColumnCount, span, message));
    match (output, compiled.columns.as_slice()) {
        (Output::Value, [_]) | (Output::Row, _) | (Output::Struct(_), [_, ..]) => Ok(()),
        (Output::Value, [_, second, ..]) => wrong(
            second.span,
            format!("a scalar query has one column, not {}", compiled.columns.len()),
        ),
        (Output::Value | Output::Struct(_), []) => {
            wrong(Default::default(), "this statement returns no rows; use `query!`".into())
        }
    }
}

/// The tokens up to the first comma that is not between `<` and `>`, and those
/// after it.
fn split_type(input: &TokenStream) -> Result<(TokenStream, TokenStream), Problem> {
    let mut trees = input.clone().into_iter();
    let mut ty = TokenStream::new();
    let mut depth = 0_usize;
    let mut arrow = false;
    for tree in trees.by_ref() {
        if let TokenTree::Punct(punct) = &tree {
            match punct.as_char() {
                ',' if depth == 0 && !ty.is_empty() => return Ok((ty, trees.collect())),
                '<' => depth += 1,
                '>' if !arrow => depth = depth.saturating_sub(1),
                _ => {}
            }
            arrow = punct.as_char() == '-';
        }
        ty.extend([tree]);
    }
    let message = "expected the struct to fill, a comma, and the query: `query_as!(Order, …)`";
    Err(Problem { message: message.into(), ..problem::around(input) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_ends_at_the_first_comma_outside_of_it() {
        for (input, ty, rest) in [
            ("Order, SELECT a, b", "Order", "SELECT a, b"),
            ("a::B<C, D>, \"x\"", "a :: B < C , D >", "\"x\""),
            ("B<fn(a, b) -> C, D>, x", "B < fn (a , b) -> C , D >", "x"),
        ] {
            let (found, query) = split_type(&input.parse().unwrap()).unwrap();
            assert_eq!(found.to_string(), ty);
            assert_eq!(query.to_string(), rest.parse::<TokenStream>().unwrap().to_string());
        }
        for input in ["", "SELECT a FROM b", ", a", "B<C, D>"] {
            assert!(split_type(&input.parse().unwrap()).is_err(), "{input}");
        }
    }
}
