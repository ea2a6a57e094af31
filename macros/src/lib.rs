//! The procedural macros of lakequery; what each does is told where the crate
//! `lakequery` re-exports it.
//!
//! Rust tokens in, Rust tokens out: the SQL is checked and translated by
//! `lakequery-compiler`, and the files it asks for are read in `project`.

use proc_macro::TokenStream;

use crate::expand::Output;

mod code;
mod derive_table;
mod derive_type;
mod expand;
mod item;
mod kinds;
mod literal;
mod problem;
mod project;
mod query;
mod rust_type;
mod source;
mod text;
mod tokens;

/// `query!(SELECT …)`: a query whose rows are structs made for it.
#[proc_macro]
pub fn query(input: TokenStream) -> TokenStream {
    query::inline(input.into(), Output::Row).into()
}

/// `query_as!(Order, SELECT …)`: a query whose rows are the given struct.
#[proc_macro]
pub fn query_as(input: TokenStream) -> TokenStream {
    query::into_struct(input.into(), query::inline).into()
}

/// `query_scalar!(SELECT …)`: a query of one column, whose rows are its values.
#[proc_macro]
pub fn query_scalar(input: TokenStream) -> TokenStream {
    query::inline(input.into(), Output::Value).into()
}

/// `query_file!("path.sql")`: as `query!`, with the SQL in a file.
#[proc_macro]
pub fn query_file(input: TokenStream) -> TokenStream {
    query::file(input.into(), Output::Row).into()
}

/// `query_file_as!(Order, "path.sql")`: as `query_as!`, with the SQL in a file.
#[proc_macro]
pub fn query_file_as(input: TokenStream) -> TokenStream {
    query::into_struct(input.into(), query::file).into()
}

/// `query_file_scalar!("path.sql")`: as `query_scalar!`, with the SQL in a file.
#[proc_macro]
pub fn query_file_scalar(input: TokenStream) -> TokenStream {
    query::file(input.into(), Output::Value).into()
}

/// `#[derive(LakeTable)]`: a struct whose fields are columns of a table.
#[proc_macro_derive(LakeTable, attributes(lake))]
pub fn derive_table(input: TokenStream) -> TokenStream {
    derive_table::expand(input.into()).into()
}

/// `#[derive(SqlType)]`: a newtype that stands where its inner type can.
#[proc_macro_derive(SqlType)]
pub fn derive_type(input: TokenStream) -> TokenStream {
    derive_type::expand(input.into()).into()
}
