//! A compiled query to the Rust code that makes a `Query` of it.
//!
//! What is written here for each query is what rustc spends its time on: it is
//! kept small, and names nothing but `::lakequery::__private` and the standard
//! library by full paths. The items stand in blocks of their own, so that the
//! expressions of the parameters can't see them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use lakequery_compiler::config::Config;
use lakequery_compiler::diagnostic::Code;
use lakequery_compiler::{Compiled, OutputColumn, Parameter};
use lakequery_compiler::{emit, token};
use lakequery_project::queries;
use lakequery_types::{Column, Piece, Statement, Type};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use unicode_ident::{is_xid_continue, is_xid_start};

use crate::code::{self, Part, string};
use crate::kinds;
use crate::nested::Nested;
use crate::parameter;
use crate::problem::{self, Problem};
use crate::rust_type;
use crate::source::Source;
use crate::tables;

/// What a row becomes.
pub(crate) enum Output {
    /// A struct made for the query.
    Row,
    /// The user's struct.
    Struct(TokenStream),
    /// The value of its one column.
    Value,
}

/// The expression that makes the `Query`.
///
/// # Errors
///
/// Where a column or a parameter has no place in Rust.
pub(crate) fn expand(
    compiled: &Compiled,
    config: &Config,
    source: &Source,
    files: &[PathBuf],
    output: Output,
) -> Result<TokenStream, Vec<Problem>> {
    let mut nested = Nested::default();
    let (parameters, mut problems) = partition(parameter::all(compiled, source, &mut nested));
    let decode = decode(&compiled.columns, source, output, &mut nested).unwrap_or_else(|found| {
        problems.extend(found);
        Vec::new()
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut made = vec![known(compiled, files)?.into(), ",".into()];
    made.extend(decode);
    let new = "::lakequery::__private::Query::new".into();
    let query = vec![new, Part::parentheses(made), tables::call(compiled, config).into()];
    Ok(code::tokens(parameter::first(parameters, nested.into_items(), query)))
}

/// What is known when the program is compiled: one text, in a block that names
/// the files that rustc has to be told of.
///
/// # Errors
///
/// When `cargo lake check` wants to know the query, and it can't be told.
pub(crate) fn known(compiled: &Compiled, files: &[PathBuf]) -> Result<String, Vec<Problem>> {
    let statement = statement(compiled);
    queries::record(&statement)
        .map_err(|error| vec![Problem::new(Span::call_site(), error.to_string())])?;
    if files.is_empty() {
        return Ok(string(&statement));
    }
    let mut code = String::from("{ const _: () = {");
    for path in files {
        code += &format!("::core::include_bytes!({});", string(&path.to_string_lossy()));
    }
    code += "}; ";
    code += &string(&statement);
    code += " }";
    Ok(code)
}

/// The query as the runtime reads it.
fn statement(compiled: &Compiled) -> String {
    let location = location();
    let statement = Statement {
        location: &location,
        columns: compiled.columns.iter().map(column).collect(),
        parameters: compiled
            .parameters
            .iter()
            .map(|Parameter { ty, compared, .. }| lakequery_types::Parameter {
                ty: ty.clone(),
                compared: *compared,
            })
            .collect(),
        sql: compiled
            .templates
            .iter()
            .map(|template| (template.engine, pieces(&template.pieces)))
            .collect(),
    };
    statement.write()
}

/// `file:line:column` of the macro; empty where no compiler runs it.
fn location() -> String {
    if !proc_macro::is_available() {
        return String::new();
    }
    let start = proc_macro::Span::call_site().start();
    format!("{}:{}:{}", start.file(), start.line(), start.column())
}

fn column(column: &OutputColumn) -> Column<'_> {
    let name = column.name.as_deref().unwrap_or_default();
    Column { name, ty: column.ty.clone(), nullable: column.nullable }
}

fn pieces(pieces: &[emit::Piece]) -> Vec<Piece<'_>> {
    pieces.iter().map(piece).collect()
}

fn piece(piece: &emit::Piece) -> Piece<'_> {
    match piece {
        emit::Piece::Text(text) => Piece::Text(text),
        emit::Piece::Parameter(index) => Piece::Parameter(*index),
        emit::Piece::InList { operand, parameter, negated } => {
            Piece::InList { operand: pieces(operand), parameter: *parameter, negated: *negated }
        }
    }
}

/// The function that reads a row, in a block with the struct it fills.
fn decode(
    columns: &[OutputColumn],
    source: &Source,
    output: Output,
    nested: &mut Nested,
) -> Result<Vec<Part>, Vec<Problem>> {
    if columns.is_empty() {
        return Ok(vec!["|_| ::core::result::Result::Ok(())".into()]);
    }
    let fields = columns.iter().enumerate();
    let (fields, problems) =
        partition(fields.map(|(i, column)| field(i, column, source, &output, nested)));
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut declarations = Vec::new();
    let mut values = Vec::new();
    let columns = column_names(fields.iter().filter_map(|field| field.column.as_deref()));
    for Field { name, ty, get, column: _ } in fields {
        match (name, &output) {
            (Some(name), output) => {
                let name = || TokenStream::from(TokenTree::from(name.clone())).into();
                if let Output::Row = output {
                    declarations.extend(["pub".into(), name(), ":".into(), ty, ",".into()]);
                }
                values.extend([name(), ": match".into()]);
                values.extend(get);
                values.push(OR_RETURN.into());
            }
            (None, _) => values.extend(get),
        }
    }
    Ok(match output {
        // A function is cheaper to compile than a closure, but can't name what is
        // generic around it, as the user's struct may. Not all columns need be read,
        // and they have the names that the query gives them: hence what is allowed.
        Output::Row => vec![Part::braces(vec![
            "#[derive(Debug)] #[allow(dead_code, non_snake_case)] pub struct Row".into(),
            Part::braces(declarations),
            "fn decode(row: ::lakequery::__private::Row<'_>) \
             -> ::lakequery::__private::Result<Row>"
                .into(),
            Part::braces(vec![
                "::core::result::Result::Ok".into(),
                Part::parentheses(vec!["Row".into(), Part::braces(values)]),
            ]),
            columns.into(),
            "decode".into(),
        ])],
        Output::Struct(path) => vec![
            "|row|".into(),
            Part::braces(vec![
                columns.into(),
                "::core::result::Result::Ok".into(),
                Part::parentheses(vec![expression_path(path).into(), Part::braces(values)]),
            ]),
        ],
        Output::Value if columns.is_empty() => {
            values.insert(0, "|row|".into());
            values
        }
        Output::Value => {
            values.insert(0, columns.into());
            vec!["|row|".into(), Part::braces(values)]
        }
    })
}

/// What `?` does here, for which rustc would take longer.
const OR_RETURN: &str = "{ ::core::result::Result::Ok(value) => value, \
     ::core::result::Result::Err(error) => return ::core::result::Result::Err(error) },";

/// A field of the row.
struct Field {
    name: Option<Ident>,
    ty: Part,
    get: Vec<Part>,
    /// What stands for the column in what rustc says of its type, where it may.
    column: Option<String>,
}

fn field(
    index: usize,
    column: &OutputColumn,
    source: &Source,
    output: &Output,
    nested: &mut Nested,
) -> Result<Field, Problem> {
    let OutputColumn { ty: sql, nullable, .. } = column;
    let no_place = |message| source.problem_at(Code::NotSupported, column.span, message);
    let shown = column_type(column.name.as_deref());
    let name = match &column.name {
        Some(name) if !matches!(output, Output::Value) => {
            Some(identifier(name, source.name_span(column.span)).ok_or_else(|| {
                let message = format!("a Rust field can't be named `{name}`");
                source.problem_at(Code::ColumnName, column.span, message)
            })?)
        }
        _ => None,
    };
    // A wrong type is an error at the type where one is written, or else at the name.
    let (ty, get, column) = match (&column.rust_type, output) {
        (Some(said), _) => {
            let written = source.rust_tokens(said.span)?;
            if let Some(wrong) = rust_type::mismatch(&written, sql, false) {
                let name = column.name.as_deref().unwrap_or("value");
                let token = |number: usize| {
                    let number = u32::try_from(number).unwrap_or(u32::MAX);
                    said.span.start.saturating_add(number).min(said.span.end)
                };
                let span =
                    token::Span { start: token(wrong.part.start), end: token(wrong.part.end) };
                let message = of_column(name, sql, *nullable, &wrong.message);
                return Err(source.problem_at(Code::TypeMismatch, span, message));
            }
            let place = problem::around(&written);
            let ty = if *nullable {
                let option = TokenTree::from(Ident::new("Option", place.start));
                let path = vec!["::core::option::".into(), TokenStream::from(option).into()];
                let end = Part::At(place.end, ">".into());
                code::tokens(
                    [path, vec!["<".into(), written.into(), end]].into_iter().flatten().collect(),
                )
            } else {
                written
            };
            let reads = reads(column, &shown, nested).map_err(no_place)?;
            let get = get(index, &reads, ty.clone().into(), &place);
            (ty.into(), get, Some(shown))
        }
        // The type of the user's field is for rustc to find.
        (None, Output::Struct(_)) => {
            let span = source.rust_span(column.span);
            let any = || Part::At(span, "_".into());
            let reads = reads(column, &shown, nested).map_err(no_place)?;
            (any(), get(index, &reads, any(), &Problem::new(span, "")), Some(shown))
        }
        // These fit; the type is said once.
        (None, Output::Row) => {
            let rust = kinds::rust(sql, *nullable).map_err(no_place)?;
            (rust.into(), vec![format!("row.read({index})").into()], None)
        }
        (None, Output::Value) => {
            let rust = kinds::rust(sql, *nullable).map_err(no_place)?;
            let read = format!("row.read::<{rust}>({index})");
            (rust.into(), vec![read.into()], None)
        }
    };
    Ok(Field { name, ty, get, column })
}

/// What is wrong with the Rust type that is written for a column.
pub(crate) fn of_column(name: &str, ty: &Type, nullable: bool, wrong: &str) -> String {
    let not_null = if nullable { "" } else { " not null" };
    format!("column `{name}` is `{ty}{not_null}`: {wrong}")
}

/// The trait of the types that a column can be read into; `column_type` has given it the
/// name `shown`.
///
/// # Errors
///
/// One sentence where Rust has nothing for the column's type.
pub(crate) fn reads(
    column: &OutputColumn,
    shown: &str,
    nested: &mut Nested,
) -> Result<String, String> {
    kinds::column(column, &format!("__column::{shown}"), nested)
}

/// Reads a column through the trait `reads`; what is wrong with its types is an error at
/// `place`.
pub(crate) fn get(index: usize, reads: &str, ty: Part, place: &Problem) -> Vec<Part> {
    // As for a parameter, only punctuation stands where an editor finds the user's names.
    vec![
        Part::At(place.start, "<".into()),
        ty,
        format!("as {reads}>::read::<").into(),
        Part::At(place.end, ">".into()),
        format!("(&row, {index})").into(),
    ]
}

/// What to call the type that stands for a column in the errors of rustc.
pub(crate) fn column_type(name: Option<&str>) -> String {
    let name = name.and_then(|name| identifier(name, Span::call_site()));
    name.map_or_else(|| "value".to_owned(), |name| name.to_string())
}

/// The types that stand for columns, in a module where they hide no type of the user's.
/// Several columns may share one: those whose names are not identifiers do.
pub(crate) fn column_names<'c>(columns: impl Iterator<Item = &'c str>) -> String {
    let columns: BTreeSet<&str> = columns.collect();
    if columns.is_empty() {
        return String::new();
    }
    let types: String = columns.iter().map(|column| format!("pub enum {column} {{}} ")).collect();
    format!("mod __column {{ {types}}}")
}

/// A name as a Rust identifier, raw where it is a keyword; `None` where it can't be.
pub(crate) fn identifier(name: &str, span: Span) -> Option<Ident> {
    let mut chars = name.chars();
    let first = chars.next()?;
    if !(first == '_' || is_xid_start(first)) || !chars.all(is_xid_continue) {
        return None;
    }
    match name {
        "_" | "self" | "Self" | "super" | "crate" => None,
        _ if KEYWORDS.contains(&name) => Some(Ident::new_raw(name, span)),
        _ => Some(Ident::new(name, span)),
    }
}

/// The words that no Rust edition takes as a name, or not all do.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// A type as the path of a struct expression: `T<X>` has to be written `T::<X>`.
fn expression_path(ty: TokenStream) -> TokenStream {
    let mut path = TokenStream::new();
    let mut after_name = false;
    for tree in ty {
        let name = matches!(tree, TokenTree::Ident(_));
        if after_name && matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '<') {
            path.extend(code::tokens(vec!["::".into()]));
        }
        after_name = name;
        path.extend([tree]);
    }
    path
}

/// What went well, and what did not.
fn partition<T>(results: impl Iterator<Item = Result<T, Problem>>) -> (Vec<T>, Vec<Problem>) {
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(problem) => problems.push(problem),
        }
    }
    (values, problems)
}

#[cfg(test)]
mod tests;
