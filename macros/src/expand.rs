//! A compiled query to the Rust code that makes a `Query` of it.
//!
//! What is written here for each query is what rustc spends its time on: it is
//! kept small, and names nothing but `::lakequery::__private` and the standard
//! library by full paths. The items stand in blocks of their own, so that the
//! expressions of the parameters can't see them.

use std::path::PathBuf;

use lakequery_compiler::diagnostic::{Code, Diagnostic};
use lakequery_compiler::emit::{Piece, Template};
use lakequery_compiler::{Compiled, OutputColumn, Parameter};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::quote;
use unicode_ident::{is_xid_continue, is_xid_start};

use crate::kinds::Kind;
use crate::problem::{self, Problem};
use crate::source::Source;

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
    source: &Source,
    files: &[PathBuf],
    output: Output,
) -> Result<TokenStream, Vec<Problem>> {
    let statement = statement(compiled, files);
    let (parameters, mut problems) = partition(parameters(compiled, source));
    let decode = decode(&compiled.columns, source, output).unwrap_or_else(|found| {
        problems.extend(found);
        TokenStream::new()
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(quote! {
        ::lakequery::__private::Query::new(
            #statement,
            ::std::vec![#(#parameters),*],
            #decode
        )
    })
}

/// The block that holds all that is known when the program is compiled.
pub(crate) fn statement(compiled: &Compiled, files: &[PathBuf]) -> TokenStream {
    let files = files.iter().map(|path| path.to_string_lossy());
    let sql = compiled.templates.iter().map(template);
    let columns = compiled.columns.iter().map(|column| {
        let name = column.name.as_deref().unwrap_or_default();
        let (ty, nullable) = (column.ty.to_string(), column.nullable);
        quote!(::lakequery::__private::Column { name: #name, ty: #ty, nullable: #nullable })
    });
    let parameters = compiled.parameters.iter().map(|parameter| parameter.ty.to_string());
    quote!({
        #(const _: &[::core::primitive::u8] = ::core::include_bytes!(#files);)*
        static STATEMENT: ::lakequery::__private::Statement =
            ::lakequery::__private::Statement {
                sql: &[#(#sql),*],
                columns: &[#(#columns),*],
                parameters: &[#(#parameters),*],
                location: ::core::concat!(
                    ::core::file!(), ":", ::core::line!(), ":", ::core::column!()
                ),
            };
        &STATEMENT
    })
}

fn template(template: &Template) -> TokenStream {
    // The variants of `Engine` are named alike in both places.
    let engine = Ident::new(&format!("{:?}", template.engine), Span::call_site());
    let pieces = template.pieces.iter().map(piece);
    quote!((::lakequery::__private::Engine::#engine, &[#(#pieces),*]))
}

fn piece(piece: &Piece) -> TokenStream {
    let piece = match piece {
        Piece::Text(text) => quote!(Text(#text)),
        Piece::Parameter(index) => {
            let index = Literal::usize_unsuffixed(*index);
            quote!(Parameter(#index))
        }
        Piece::InList { operand, parameter, negated } => {
            let operand = operand.iter().map(self::piece);
            let parameter = Literal::usize_unsuffixed(*parameter);
            quote!(InList { operand: &[#(#operand),*], parameter: #parameter, negated: #negated })
        }
    };
    quote!(::lakequery::__private::Piece::#piece)
}

/// The values of the parameters.
fn parameters<'a>(
    compiled: &'a Compiled,
    source: &'a Source,
) -> impl Iterator<Item = Result<TokenStream, Problem>> + 'a {
    compiled.parameters.iter().zip(source.parameters()).map(|(parameter, expression)| {
        let Parameter { ty, nullable, list, span } = parameter;
        let kind = Kind::of(ty)
            .map_err(|message| problem_at(source, Code::UntypedParameter, *span, message))?;
        let Kind { kind, .. } = if *nullable { kind.nullable() } else { kind };
        let (variant, convert) = match list {
            false => (quote!(One), quote!(::lakequery::__private::ToSql::<#kind>::to_sql)),
            true => (quote!(List), quote!(::lakequery::__private::ToSqlList::<#kind>::to_sql_list)),
        };
        // rustc underlines the expression and nothing else when its type is wrong,
        // if all of the call seems to stand there.
        let place = problem::around(&expression);
        let convert = spanned(convert, &place);
        let value = spanned(quote!(&), &place);
        let mut expression = Group::new(Delimiter::Parenthesis, expression);
        expression.set_span(place.end);
        Ok(quote!(::lakequery::__private::Argument::#variant(#convert(#value #expression))))
    })
}

/// The tokens with the spans of a place: those of the last with that of its end.
fn spanned(tokens: TokenStream, place: &Problem) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut spanned = TokenStream::new();
    while let Some(tree) = tokens.next() {
        let last = tokens.peek().is_none();
        spanned.extend(at(tree.into(), if last { place.end } else { place.start }));
    }
    spanned
}

/// The tokens with this span.
pub(crate) fn at(tokens: TokenStream, span: Span) -> TokenStream {
    let at = |mut tree: TokenTree| {
        tree.set_span(span);
        tree
    };
    tokens.into_iter().map(at).collect()
}

/// The closure that reads a row, in a block with the struct it fills.
fn decode(
    columns: &[OutputColumn],
    source: &Source,
    output: Output,
) -> Result<TokenStream, Vec<Problem>> {
    if columns.is_empty() {
        return Ok(quote!(|_| ::core::result::Result::Ok(())));
    }
    let (fields, problems) =
        partition(columns.iter().enumerate().map(|(i, column)| field(i, column, source, &output)));
    if !problems.is_empty() {
        return Err(problems);
    }
    let row = Ident::new("Row", Span::call_site());
    Ok(match output {
        Output::Row => {
            let declarations = fields.iter().map(|field| {
                let (name, ty) = (&field.name, &field.ty);
                quote!(pub #name: #ty)
            });
            let values = fields.iter().map(Field::value);
            quote!({
                #[derive(Debug, Clone, PartialEq)]
                #[allow(dead_code, non_snake_case)]
                pub struct #row { #(#declarations),* }
                |row| ::core::result::Result::Ok(#row { #(#values),* })
            })
        }
        Output::Struct(path) => {
            let path = expression_path(path);
            let values = fields.iter().map(Field::value);
            quote!(|row| ::core::result::Result::Ok(#path { #(#values),* }))
        }
        Output::Value => {
            let values = fields.iter().map(|field| &field.get);
            quote!(|row| #(#values)*)
        }
    })
}

/// A field of the row.
struct Field {
    name: Option<Ident>,
    ty: TokenStream,
    get: TokenStream,
}

impl Field {
    fn value(&self) -> TokenStream {
        let Field { name, get, .. } = self;
        quote!(#name: #get?)
    }
}

fn field(
    index: usize,
    column: &OutputColumn,
    source: &Source,
    output: &Output,
) -> Result<Field, Problem> {
    let span = source.rust_span(column.span);
    let kind = Kind::of(&column.ty)
        .map_err(|message| problem_at(source, Code::NotSupported, column.span, message))?;
    let Kind { kind, rust, .. } = if column.nullable { kind.nullable() } else { kind };
    let ty = match &column.rust_type {
        None => rust,
        Some(written) => {
            let written = source.rust_tokens(written.span)?;
            if column.nullable { quote!(::core::option::Option<#written>) } else { written }
        }
    };
    let name = match &column.name {
        Some(name) if !matches!(output, Output::Value) => {
            Some(identifier(name, span).ok_or_else(|| {
                let message = format!("a Rust field can't be named `{name}`");
                problem_at(source, Code::ColumnName, column.span, message)
            })?)
        }
        _ => None,
    };
    // A wrong type is an error at the type where one is written, or else at the name.
    let place = match &column.rust_type {
        Some(written) => problem::around(&source.rust_tokens(written.span)?),
        None => Problem::new(span, ""),
    };
    let wanted = match output {
        // The type of the user's field is for rustc to find.
        Output::Struct(_) if column.rust_type.is_none() => at(quote!(_), span),
        _ => ty.clone(),
    };
    let get = get(index, &kind, &wanted, &place);
    Ok(Field { name, ty, get })
}

/// Reads a column; what is wrong with its types is an error at `place`.
pub(crate) fn get(
    index: usize,
    kind: &TokenStream,
    ty: &TokenStream,
    place: &Problem,
) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    let before = at(quote!(::lakequery::__private::Row::get::<#kind,), place.start);
    let after = at(quote!(>(&row, #index)), place.end);
    quote!(#before #ty #after)
}

/// A problem at a place of the query.
fn problem_at(
    source: &Source,
    code: Code,
    span: lakequery_compiler::token::Span,
    message: String,
) -> Problem {
    source.problem(&Diagnostic::new(code, span, message))
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
            path.extend(quote!(::));
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
