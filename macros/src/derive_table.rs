//! `#[derive(LakeTable)]`: a struct whose fields are columns of a table.
//!
//! The fields become a query, `SELECT fields FROM table`, which is checked and
//! translated as any other; its tokens lead back to the fields.

use lakequery_compiler::OutputColumn;
use lakequery_compiler::diagnostic::Code;
use lakequery_compiler::token::{Token, TokenKind};
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};

use crate::code::{self, Part, string};
use crate::expand::{column_names, column_type, get, known};
use crate::files;
use crate::item::{self, Field, Struct, setting};
use crate::kinds::Kind;
use crate::problem::{self, Problem};
use crate::query::checked;
use crate::rust_type;
use crate::source::{Form, Place, Source};

/// The implementation of `LakeTable`, or the errors.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let name = item::simple_name(&input);
    let implementation = item::read(input, "LakeTable")
        .map_err(|problem| vec![problem])
        .and_then(|item| implementation(&item));
    let (table, scan) = match (implementation, &name) {
        (Ok(implementation), _) => implementation,
        (Err(problems), None) => return problem::items(&problems),
        // The trait stays implemented, so that its uses are no further errors.
        (Err(problems), Some(_)) => (String::new(), problem::expression(&problems, &[])),
    };
    code::tokens(vec![
        "#[automatically_derived] impl ::lakequery::__private::LakeTable for".into(),
        TokenStream::from_iter(name.map(TokenTree::from)).into(),
        Part::braces(vec![
            format!("const TABLE: &'static ::core::primitive::str = {};", string(&table)).into(),
            "fn scan() -> ::lakequery::__private::Query<Self>".into(),
            Part::braces(vec![scan.into()]),
        ]),
    ])
}

/// The table's name and the body of `scan`.
fn implementation(item: &Struct) -> Result<(String, TokenStream), Vec<Problem>> {
    let (table, source) = query(item).map_err(|problem| vec![problem])?;
    let place = Problem::new(item.name.span(), "");
    let project = files::project(place).map_err(|problem| vec![problem])?;
    let compiled = checked(&project, &source, false)?;
    let mut problems = Vec::new();
    let mut values = Vec::new();
    let names = compiled.columns.iter().map(|column| column_type(column.name.as_deref()));
    let names: Vec<String> = names.collect();
    for (index, (field, column)) in item.fields.iter().zip(&compiled.columns).enumerate() {
        match value(index, field, column) {
            Ok(value) => values.extend(value),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let scan = code::tokens(vec![
        "::lakequery::__private::Query::new".into(),
        Part::parentheses(vec![
            known(&compiled, &files::unnamed(project.files_read()))?.into(),
            ", |row|".into(),
            Part::braces(vec![
                column_names(names.iter().map(String::as_str)).into(),
                "::core::result::Result::Ok".into(),
                Part::parentheses(vec!["Self".into(), Part::braces(values)]),
            ]),
        ]),
    ]);
    Ok((table, scan))
}

/// `SELECT fields FROM table`
fn query(item: &Struct) -> Result<(String, Source), Problem> {
    let call = Span::call_site();
    let Some(table) = setting(&item.settings, "table")? else {
        let message = "which table is this? write `#[lake(table = \"schema.table\")]` above it";
        return Err(Problem::new(item.name.span(), message));
    };
    if !item.named || item.fields.is_empty() {
        let message = "`LakeTable` needs a struct with named fields: one for each column to read";
        return Err(Problem::new(item.name.span(), message));
    }
    let mut tokens = Vec::new();
    let mut places = Vec::new();
    let mut push = |kind, span| {
        tokens.push(Token { kind, joint: false });
        let mut tree = TokenTree::from(Literal::u8_unsuffixed(0));
        tree.set_span(span);
        places.push(Place::Tree(tree));
    };
    push(TokenKind::Word("SELECT".into()), call);
    for (i, field) in item.fields.iter().enumerate() {
        if i > 0 {
            push(TokenKind::Punct(','), call);
        }
        let (name, span) = column(field)?;
        push(TokenKind::Quoted(name), span);
    }
    push(TokenKind::Word("FROM".into()), call);
    for (i, part) in table.value.split('.').enumerate() {
        if i > 0 {
            push(TokenKind::Punct('.'), table.span);
        }
        push(TokenKind::Quoted(part.trim().to_owned()), table.span);
    }
    Ok((table.value.clone(), Source { tokens, form: Form::Bare { places, call } }))
}

/// The name of a field's column, and where it is written.
fn column(field: &Field) -> Result<(String, Span), Problem> {
    if let Some(column) = setting(&field.settings, "column")? {
        return Ok((column.value.clone(), column.span));
    }
    let name = field.name.as_ref().map_or_else(String::new, Ident::to_string);
    let span = field.name.as_ref().map_or_else(Span::call_site, Ident::span);
    Ok((name.strip_prefix("r#").unwrap_or(&name).to_owned(), span))
}

/// `field: <Type as Kind<column>>::read(&row, index)?`, whose type rustc checks against the
/// kind, where it is not one that is known to be wrong.
fn value(index: usize, field: &Field, column: &OutputColumn) -> Result<Vec<Part>, Problem> {
    let (name, ty) = (&field.name, &field.ty);
    let spans = problem::around(ty);
    let wrong = |code, message: String| Problem {
        message: problem::worded(code, message),
        ..spans.clone()
    };
    let kind = Kind::of(&column.ty).map_err(|message| wrong(Code::NotSupported, message))?;
    if let Some(expected) = rust_type::mismatch(ty, &column.ty, column.nullable) {
        let not_null = if column.nullable { "" } else { " not null" };
        let (name, _) = self::column(field)?;
        let message = format!("column `{name}` is `{}{not_null}`: {expected}", column.ty);
        return Err(wrong(Code::TypeMismatch, message));
    }
    let kind = if column.nullable { kind.nullable() } else { kind };
    let shown = column_type(column.name.as_deref());
    let name = TokenStream::from_iter(name.clone().map(TokenTree::from));
    let mut value = vec![name.into(), ":".into()];
    value.extend(get(index, &kind, &shown, ty.clone().into(), &spans));
    value.push("?,".into());
    Ok(value)
}
