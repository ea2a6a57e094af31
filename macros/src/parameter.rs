//! The Rust expressions in a query: the values of its parameters.
//!
//! They come first in an expansion, and nothing that is written before them depends on
//! what is written in them. An editor expands a query once as it is and once with a made-up
//! name at the cursor, and looks for that name's place in the first expansion. For the same
//! reason a query with errors keeps them all. What else an editor is to find in an
//! expansion belongs here, before them.
//!
//! Of what we write around an expression, only punctuation stands where the expression does:
//! rustc needs it there, to underline the expression and nothing else when its type is wrong,
//! and an editor takes each name that stands there for what the user's name means.

use lakequery_compiler::diagnostic::Code;
use lakequery_compiler::{Compiled, Parameter};
use proc_macro2::{Delimiter, TokenStream};

use crate::code::Part;
use crate::kinds::{self, Place};
use crate::nested::Nested;
use crate::problem::{self, Problem};
use crate::source::Source;

/// A parameter as Rust code.
pub(crate) struct Value {
    /// The method of `Query` that takes the value.
    bind: &'static str,
    /// The value.
    code: Vec<Part>,
}

/// All parameters of a query.
pub(crate) fn all<'a>(
    compiled: &'a Compiled,
    source: &'a Source,
    nested: &'a mut Nested,
) -> impl Iterator<Item = Result<Value, Problem>> + 'a {
    compiled
        .parameters
        .iter()
        .zip(source.parameters())
        .map(|(parameter, expression)| value(parameter, expression, source, nested))
}

fn value(
    parameter: &Parameter,
    expression: TokenStream,
    source: &Source,
    nested: &mut Nested,
) -> Result<Value, Problem> {
    let Parameter { ty, nullable, list, compared: _, span } = parameter;
    let (bind, place, convert) = match list {
        false => ("__bind", kinds::parameter(ty, *nullable, nested), "to_sql"),
        true => ("__bind_list", kinds::list(ty, nested), "to_sql_list"),
    };
    let place =
        place.map_err(|message| source.problem_at(Code::UntypedParameter, *span, message))?;
    let Problem { start, end, .. } = problem::around(&expression);
    // One that is not written yet is an error in its place, and a value of any type.
    let expression = match source.missing_at(*span) {
        Some(problem) => problem.tokens(),
        None => expression,
    };
    let mut code = match place {
        Place::Anywhere(path) => vec![Part::At(start, "::".to_owned()), path.into()],
        // Of a trait that is declared here rustc underlines the type that implements it.
        Place::Here(name) => vec![
            "<".into(),
            Part::At(start, "::".to_owned()),
            "lakequery::__private::Same<_".into(),
            Part::At(end, ">".to_owned()),
            format!("as {name}>").into(),
        ],
    };
    code.extend([
        format!("::{convert}::<").into(),
        Part::At(end, ">".to_owned()),
        Part::parentheses(vec![
            Part::At(start, "&".to_owned()),
            Part::Group(Delimiter::Parenthesis, end, vec![expression.into()]),
        ]),
    ]);
    Ok(Value { bind, code })
}

/// A query that is given the values of its parameters, with the items that both need.
pub(crate) fn first(parameters: Vec<Value>, items: String, mut query: Vec<Part>) -> Vec<Part> {
    if parameters.is_empty() {
        if !items.is_empty() {
            query.insert(0, items.into());
            query = vec![Part::braces(query)];
        }
        return query;
    }
    let mut values = Vec::new();
    for (index, Value { bind, code }) in parameters.into_iter().enumerate() {
        query.push(format!(".{bind}(__values.{index})").into());
        values.extend(code);
        values.push(",".into());
    }
    let mut block = vec!["let __values =".into(), Part::parentheses(values), ";".into()];
    block.push(items.into());
    block.extend(query);
    vec![Part::braces(block)]
}

#[cfg(test)]
mod tests;
