//! `#[derive(LakeTable)]`: a struct whose fields are columns of a table.
//!
//! The fields become a query, `SELECT fields FROM table`, which is checked and
//! translated as any other; its tokens lead back to the fields.

use lakequery_compiler::OutputColumn;
use lakequery_compiler::diagnostic::Code;
use lakequery_compiler::token::{Token, TokenKind};
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{DeriveInput, Fields, WherePredicate, parse_quote};

use crate::code;
use crate::derive::input;
use crate::derive::settings::{self, Value};
use crate::expand::{column_names, column_type, get, known, of_column, reads};
use crate::files;
use crate::nested::Nested;
use crate::problem::{self, Problem};
use crate::query::checked;
use crate::rust_type;
use crate::source::{Form, Place, Source};
use crate::tables;

/// The implementation of `LakeTable`, or the errors.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let item = match input::read(input) {
        Ok(item) => item,
        Err(errors) => return errors,
    };
    let Scan { table, columns, conditions, body } = scan(&item).unwrap_or_else(|problems| Scan {
        // The trait stays implemented, so that its uses are no further errors.
        body: problem::expression(&problems, &[]),
        ..Scan::default()
    });
    let name = &item.ident;
    let mut generics = item.generics;
    if !conditions.is_empty() {
        generics.make_where_clause().predicates.extend(conditions);
    }
    let (parameters, arguments, conditions) = generics.split_for_impl();
    quote! {
        const _: () = {
            #columns
            #[automatically_derived]
            impl #parameters ::lakequery::__private::LakeTable for #name #arguments #conditions {
                const TABLE: &'static ::core::primitive::str = #table;
                fn scan() -> ::lakequery::__private::Query<Self> #body
            }
        };
    }
}

/// What is generated for a table.
#[derive(Default)]
struct Scan {
    /// The name of the table.
    table: String,
    /// The types that stand for columns and rows.
    columns: TokenStream,
    /// What must hold of the types that depend on the struct's parameters.
    conditions: Vec<WherePredicate>,
    /// The body of `scan`.
    body: TokenStream,
}

/// A field of the struct, and its column.
struct Field {
    name: Ident,
    ty: TokenStream,
    column: Value,
}

fn scan(item: &DeriveInput) -> Result<Scan, Vec<Problem>> {
    let (table, fields) = read(item)?;
    let source = query(&table, &fields);
    let place = Problem::new(item.ident.span(), "");
    let project = files::project(place).map_err(|problem| vec![problem])?;
    let compiled = checked(&project, &source, false)?;
    let (mut problems, mut values, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
    let columns = compiled.columns.iter().map(|column| column_type(column.name.as_deref()));
    let columns: Vec<String> = columns.collect();
    let mut nested = Nested::default();
    for (index, (field, column)) in fields.iter().zip(&compiled.columns).enumerate() {
        match checked_reads(field, column, &columns[index], &mut nested) {
            Ok(reads) => {
                values.push(value(index, field, &reads));
                if input::is_generic(&field.ty, &item.generics) {
                    conditions.push(condition(field, &reads));
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let known = known(&compiled, &files::unnamed(project.files_read()))?;
    let known = code::tokens(vec![known.into()]);
    let tables = code::tokens(vec![tables::call(&compiled, &project.config).into()]);
    let body = quote! {
        {
            ::lakequery::__private::Query::new(#known, |row| {
                ::core::result::Result::Ok(Self { #(#values,)* })
            }) #tables
        }
    };
    let columns = column_names(columns.iter().map(String::as_str));
    let columns = code::tokens(vec![columns.into(), nested.into_items().into()]);
    Ok(Scan { table: table.text, columns, conditions, body })
}

/// The table and the fields.
fn read(item: &DeriveInput) -> Result<(Value, Vec<Field>), Vec<Problem>> {
    let wrong = |message: &str| vec![Problem::new(item.ident.span(), message)];
    let fields = input::fields(item, "LakeTable", "").map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let mut value = |attributes, key| {
        settings::value(attributes, key).unwrap_or_else(|found| {
            problems.extend(found);
            None
        })
    };
    let table = value(&item.attrs, "table");
    let columns: Vec<_> = fields.iter().map(|field| value(&field.attrs, "column")).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let Some(table) = table else {
        let message = "which table is this? write `#[lake(table = \"schema.table\")]` above it";
        return Err(wrong(message));
    };
    let Fields::Named(fields) = fields else {
        return Err(wrong(NO_FIELDS));
    };
    if fields.named.is_empty() {
        return Err(wrong(NO_FIELDS));
    }
    let field = |(field, column): (&syn::Field, Option<Value>)| {
        let name = field.ident.clone()?;
        let column =
            column.unwrap_or_else(|| Value { text: name.unraw().to_string(), span: name.span() });
        Some(Field { ty: field.ty.to_token_stream(), name, column })
    };
    Ok((table, fields.named.iter().zip(columns).filter_map(field).collect()))
}

const NO_FIELDS: &str = "`LakeTable` needs a struct with named fields: one for each column to read";

/// `SELECT fields FROM table`
fn query(table: &Value, fields: &[Field]) -> Source {
    let call = Span::call_site();
    let mut tokens = Vec::new();
    let mut places = Vec::new();
    let mut push = |kind, span| {
        tokens.push(Token { kind, joint: false });
        let mut tree = TokenTree::from(Literal::u8_unsuffixed(0));
        tree.set_span(span);
        places.push(Place::Tree(tree));
    };
    push(TokenKind::Word("SELECT".into()), call);
    for (i, Field { column, .. }) in fields.iter().enumerate() {
        if i > 0 {
            push(TokenKind::Punct(','), call);
        }
        push(TokenKind::Quoted(column.text.clone()), column.span);
    }
    push(TokenKind::Word("FROM".into()), call);
    for (i, part) in table.text.split('.').enumerate() {
        if i > 0 {
            push(TokenKind::Punct('.'), table.span);
        }
        push(TokenKind::Quoted(part.trim().to_owned()), table.span);
    }
    Source { tokens, form: Form::Bare { places, call } }
}

/// The trait of the types that a column can be read into, where its field is not of a type
/// that is known to be wrong.
fn checked_reads(
    field: &Field,
    column: &OutputColumn,
    shown: &str,
    nested: &mut Nested,
) -> Result<String, Problem> {
    if let Some(wrong) = rust_type::mismatch(&field.ty, &column.ty, column.nullable) {
        let name = &field.column.text;
        let message = of_column(name, &column.ty, column.nullable, &wrong.message);
        let message = problem::worded(Code::TypeMismatch, message);
        let tokens = problem::flat(&field.ty);
        let place = |number: usize| tokens.get(number).map(|(_, span)| *span);
        return Err(match (place(wrong.part.start), place(wrong.part.end.saturating_sub(1))) {
            (Some(start), Some(end)) => Problem { message, start, end },
            _ => Problem { message, ..problem::around(&field.ty) },
        });
    }
    reads(column, shown, nested).map_err(|message| Problem {
        message: problem::worded(Code::NotSupported, message),
        ..problem::around(&field.ty)
    })
}

/// `field: <Type as Reads>::read(&row, index)?`, whose type rustc checks.
fn value(index: usize, field: &Field, reads: &str) -> TokenStream {
    let Field { name, ty, .. } = field;
    let get = code::tokens(get(index, reads, ty.clone().into(), &problem::around(ty)));
    quote!(#name: #get?)
}

/// `Type: Reads`
fn condition(field: &Field, reads: &str) -> WherePredicate {
    let ty = &field.ty;
    let reads = code::tokens(vec![reads.to_owned().into()]);
    parse_quote!(#ty: #reads)
}
