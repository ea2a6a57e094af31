//! The macros' own code, and a macro that says which names of an expansion stand at which
//! tokens of its input.

#![allow(dead_code, unused_imports, reason = "the derives are not here")]

#[path = "../../../macros/src/code.rs"]
mod code;
#[path = "../../../macros/src/expand.rs"]
mod expand;
#[path = "../../../macros/src/files.rs"]
mod files;
#[path = "../../../macros/src/kinds.rs"]
mod kinds;
#[path = "../../../macros/src/literal.rs"]
mod literal;
#[path = "../../../macros/src/nested.rs"]
mod nested;
#[path = "../../../macros/src/parameter.rs"]
mod parameter;
#[path = "../../../macros/src/problem.rs"]
mod problem;
#[path = "../../../macros/src/query.rs"]
mod query;
#[path = "../../../macros/src/rust_type.rs"]
mod rust_type;
#[path = "../../../macros/src/source.rs"]
mod source;
#[path = "../../../macros/src/tables.rs"]
mod tables;
#[path = "../../../macros/src/text.rs"]
mod text;
#[path = "../../../macros/src/tokens.rs"]
mod tokens;
#[path = "../../../macros/src/type_part.rs"]
mod type_part;

extern crate proc_macro;

use std::collections::BTreeMap;

use proc_macro::{Literal, Span, TokenStream, TokenTree};

/// Where a token stands.
type Place = [usize; 4];

fn place(span: Span) -> Place {
    let (start, end) = (span.start(), span.end());
    [start.line(), start.column(), end.line(), end.column()]
}

/// The tokens that are no groups, those within groups among them.
fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let parts = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => flat(group.stream()),
        tree => vec![tree],
    });
    parts.flatten().collect()
}

/// `places!(query, SELECT …)`: a text with a line for each token of the query that names
/// of the expansion stand at.
#[proc_macro]
pub fn places(input: TokenStream) -> TokenStream {
    let mut trees = input.into_iter();
    let name = trees.next().map(|tree| tree.to_string()).unwrap_or_default();
    trees.next();
    let query: TokenStream = trees.collect();
    let tokens = proc_macro2::TokenStream::from(query.clone());
    let expansion: TokenStream = match name.as_str() {
        "query" => query::inline(tokens, expand::Output::Row),
        "query_scalar" => query::inline(tokens, expand::Output::Value),
        "query_as" => query::into_struct(tokens, query::inline),
        "query_file" => query::file(tokens, expand::Output::Row),
        "query_file_as" => query::into_struct(tokens, query::file),
        _ => panic!("{name}"),
    }
    .into();

    let mut names: BTreeMap<Place, Vec<String>> = BTreeMap::new();
    for tree in flat(expansion) {
        if let TokenTree::Ident(ident) = tree {
            names.entry(place(ident.span())).or_default().push(ident.to_string());
        }
    }
    let mut said = format!("{name}! {query}\n");
    for tree in flat(query) {
        if let Some(names) = names.get(&place(tree.span())) {
            said += &format!("    {tree}: {}\n", names.join(", "));
        }
    }
    TokenTree::from(Literal::string(&said)).into()
}
