//! A compiled query to the Rust code that makes a `Query` of it.
//!
//! What is written here for each query is what rustc spends its time on: it is
//! kept small, and names nothing but `::lakequery::__private` and the standard
//! library by full paths. The items stand in blocks of their own, so that the
//! expressions of the parameters can't see them.

use std::path::PathBuf;

use lakequery_compiler::diagnostic::Code;
use lakequery_compiler::emit;
use lakequery_compiler::{Compiled, OutputColumn, Parameter};
use lakequery_project::queries;
use lakequery_types::{Column, Piece, Statement};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use unicode_ident::{is_xid_continue, is_xid_start};

use crate::code::{self, Part, string};
use crate::kinds::Kind;
use crate::problem::{self, Problem};
use crate::rust_type;
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
    let (parameters, mut problems) = partition(parameters(compiled, source));
    let decode = decode(&compiled.columns, source, output).unwrap_or_else(|found| {
        problems.extend(found);
        Vec::new()
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut made = vec![known(compiled, files)?.into(), ",".into()];
    made.extend(decode);
    let mut query = vec!["::lakequery::__private::Query::new".into(), Part::parentheses(made)];
    query.extend(parameters.into_iter().flatten());
    Ok(code::tokens(query))
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

/// The calls that give the query the values of its parameters.
fn parameters<'a>(
    compiled: &'a Compiled,
    source: &'a Source,
) -> impl Iterator<Item = Result<[Part; 2], Problem>> + 'a {
    compiled.parameters.iter().zip(source.parameters()).map(|(parameter, expression)| {
        let Parameter { ty, nullable, list, compared: _, span } = parameter;
        let kind = Kind::of(ty)
            .map_err(|message| problem_at(source, Code::UntypedParameter, *span, message))?;
        let kind = if *nullable { kind.nullable() } else { kind };
        let (bind, place, convert) = match list {
            false => (".__bind", kind.parameter(), "to_sql"),
            true => (".__bind_list", kind.list(), "to_sql_list"),
        };
        // rustc underlines the expression and nothing else when its type is wrong,
        // if path and argument of the call seem to stand just there.
        let Problem { start, end, .. } = problem::around(&expression);
        let call = vec![
            Part::At(start, "::".to_owned()),
            format!("{place}::").into(),
            Part::At(end, convert.to_owned()),
            Part::parentheses(vec![
                Part::At(start, "&".to_owned()),
                Part::Group(Delimiter::Parenthesis, end, vec![expression.into()]),
            ]),
        ];
        Ok([bind.into(), Part::parentheses(call)])
    })
}

/// The function that reads a row, in a block with the struct it fills.
fn decode(
    columns: &[OutputColumn],
    source: &Source,
    output: Output,
) -> Result<Vec<Part>, Vec<Problem>> {
    if columns.is_empty() {
        return Ok(vec!["|_| ::core::result::Result::Ok(())".into()]);
    }
    let (fields, problems) =
        partition(columns.iter().enumerate().map(|(i, column)| field(i, column, source, &output)));
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut declarations = Vec::new();
    let mut values = Vec::new();
    let columns = column_names(fields.iter().filter_map(|field| field.column.as_deref()));
    for Field { name, ty, get, column: _ } in fields {
        match (name, &output) {
            (Some(name), Output::Row) => {
                declarations.extend([format!("pub {name}:").into(), ty, ",".into()]);
                values.push(format!("{name}:").into());
                values.extend(get);
                values.push("?,".into());
            }
            // The user's struct may have no such field: the name is underlined.
            (Some(name), _) => {
                values.extend([TokenStream::from(TokenTree::from(name)).into(), ":".into()]);
                values.extend(get);
                values.push("?,".into());
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
) -> Result<Field, Problem> {
    let span = source.rust_span(column.span);
    let kind = Kind::of(&column.ty)
        .map_err(|message| problem_at(source, Code::NotSupported, column.span, message))?;
    let kind = if column.nullable { kind.nullable() } else { kind };
    let rust = kind.rust.clone();
    let shown = column_type(column.name.as_deref());
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
    let (ty, get, column) = match (&column.rust_type, output) {
        (Some(said), _) => {
            let written = source.rust_tokens(said.span)?;
            if let Some(expected) = rust_type::mismatch(&written, &column.ty, false) {
                let not_null = if column.nullable { "" } else { " not null" };
                let message = format!(
                    "column `{}` is `{}{not_null}`: {expected}",
                    column.name.as_deref().unwrap_or("value"),
                    column.ty
                );
                return Err(problem_at(source, Code::TypeMismatch, said.span, message));
            }
            let place = problem::around(&written);
            let ty = if column.nullable {
                let option = TokenTree::from(Ident::new("Option", place.start));
                let path = vec!["::core::option::".into(), TokenStream::from(option).into()];
                let end = Part::At(place.end, ">".into());
                code::tokens(
                    [path, vec!["<".into(), written.into(), end]].into_iter().flatten().collect(),
                )
            } else {
                written
            };
            let get = get(index, &kind, &shown, ty.clone().into(), &place);
            (ty.into(), get, Some(shown))
        }
        // The type of the user's field is for rustc to find.
        (None, Output::Struct(_)) => {
            let any = Part::At(span, "_".into());
            (rust.into(), get(index, &kind, &shown, any, &Problem::new(span, "")), Some(shown))
        }
        // These fit; the type is said once.
        (None, Output::Row) => (rust.into(), vec![format!("row.read({index})").into()], None),
        (None, Output::Value) => {
            let read = format!("row.read::<{rust}>({index})");
            (rust.into(), vec![read.into()], None)
        }
    };
    Ok(Field { name, ty, get, column })
}

/// Reads a column that `column_type` has the name of; what is wrong with its types
/// is an error at `place`.
pub(crate) fn get(index: usize, kind: &Kind, column: &str, ty: Part, place: &Problem) -> Vec<Part> {
    let reads = kind.column(&format!("__column::{column}"));
    vec![
        Part::At(place.start, "<".into()),
        ty,
        Part::At(place.end, format!("as {reads}>::read")),
        format!("(&row, {index})").into(),
    ]
}

/// What to call the type that stands for a column in the errors of rustc.
pub(crate) fn column_type(name: Option<&str>) -> String {
    let name = name.and_then(|name| identifier(name, Span::call_site()));
    name.map_or_else(|| "value".to_owned(), |name| name.to_string())
}

/// The types that stand for columns, in a module where they hide no type of the user's.
pub(crate) fn column_names<'c>(columns: impl Iterator<Item = &'c str>) -> String {
    let columns: Vec<String> = columns.map(|column| format!("pub enum {column} {{}}")).collect();
    match columns.is_empty() {
        true => String::new(),
        false => format!("mod __column {{ {} }}", columns.join(" ")),
    }
}

/// A problem at a place of the query.
fn problem_at(
    source: &Source,
    code: Code,
    span: lakequery_compiler::token::Span,
    message: String,
) -> Problem {
    source.problem(&problem::diagnostic(code, span, message))
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
mod tests {
    use std::sync::Arc;

    use lakequery_compiler::config::Config;
    use lakequery_compiler::snapshot::{Snapshots, Table, file};
    use lakequery_compiler::{Request, compile};

    use super::*;
    use crate::tokens;

    struct One;

    impl Snapshots for One {
        fn table(&self, schema: &str, _: &str) -> Result<Option<Arc<Table>>, String> {
            let text =
                "version = 1\nname = \"t\"\n[columns]\na = \"bigint not null\"\nb = \"varchar\"";
            Ok(Some(file::parse(schema, text).unwrap().into()))
        }

        fn schemas(&self) -> Vec<String> {
            Vec::new()
        }

        fn tables(&self, _: &str) -> Vec<String> {
            Vec::new()
        }
    }

    fn expanded(query: &str, output: Output) -> String {
        let source = tokens::read(query.parse().unwrap(), Span::call_site()).unwrap();
        let config = Config::parse("targets = [\"trino\"]").unwrap();
        let compiled = compile(Request {
            tokens: &source.tokens,
            config: &config,
            snapshots: &One,
            named_columns: !matches!(output, Output::Value),
        });
        let files = [PathBuf::from("/lake.toml")];
        expand(&compiled.unwrap(), &source, &files, output).unwrap().to_string().replace(' ', "")
    }

    /// Code without its spaces, which say nothing.
    fn rust(code: &str) -> String {
        code.replace([' ', '\n'], "")
    }

    #[test]
    fn a_query_is_one_expression() {
        let found = expanded("SELECT a, b AS r#type FROM s.t WHERE a > {x.y()}", Output::Row);
        let expected = r#"::lakequery::__private::Query::new(
            {
                const _: () = { ::core::include_bytes!("/lake.toml"); };
                "0:2;1:a6:bigintn4:type7:varchary1;6:biginty1;5:trino2;t39:SELECT a, b AS type FROM s.t WHERE a > p0;"
            },
            {
                #[derive(Debug)]
                #[allow(dead_code, non_snake_case)]
                pub struct Row {
                    pub a: ::core::primitive::i64,
                    pub r#type: ::core::option::Option<::std::string::String>,
                }
                fn decode(row: ::lakequery::__private::Row<'_>) -> ::lakequery::__private::Result<Row> {
                    ::core::result::Result::Ok(Row {
                        a: row.read(0)?,
                        r#type: row.read(1)?,
                    })
                }
                decode
            }
        ).__bind(::lakequery::__private::BigIntOrNullParameter::to_sql(&(x.y())))"#;
        assert_eq!(found, rust(expected));
    }

    #[test]
    fn the_users_struct_is_filled_by_a_closure() {
        let found =
            expanded("SELECT a AS k: Key FROM s.t", Output::Struct("p::T<U>".parse().unwrap()));
        let expected = r#"|row| {
            mod __column { pub enum k {} }
            ::core::result::Result::Ok(p::T::<U> {
                k: <Key as ::lakequery::__private::BigIntColumn<__column::k>>::read(&row, 0)?,
            })
        }"#;
        assert!(found.contains(&rust(expected)), "{found}");
    }

    #[test]
    fn a_scalar_is_its_value() {
        let found = expanded("SELECT b IN {list} FROM s.t", Output::Value);
        for part in [
            "|row| row.read::<::core::option::Option<::core::primitive::bool>>(0)",
            ".__bind_list(::lakequery::__private::VarcharList::to_sql_list(&(list)))",
            "1;7:varchary1;5:trino3;t",
        ] {
            assert!(found.contains(&rust(part)), "{part} in {found}");
        }
    }

    #[test]
    fn keywords_become_raw_names() {
        for (name, expected) in [
            ("c_name", Some("c_name")),
            ("type", Some("r#type")),
            ("gen", Some("r#gen")),
            ("union", Some("union")),
            ("\u{e4}", Some("\u{e4}")),
            ("_x", Some("_x")),
            ("self", None),
            ("_", None),
            ("", None),
            ("a b", None),
            ("1a", None),
            // A letter, but not where a name begins.
            ("\u{24b6}", None),
        ] {
            let found = identifier(name, Span::call_site()).map(|ident| ident.to_string());
            assert_eq!(found.as_deref(), expected, "{name:?}");
        }
    }
}
