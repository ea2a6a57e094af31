//! sqlx: `query!` offline, with what `cargo sqlx prepare` would have saved after
//! asking Postgres.

use std::fmt::Write;

use super::signature;
use crate::lake::{Column, Type};
use crate::query::{Output, Parameter, Query, Verb};
use crate::sha256::sha256;
use crate::sql::{Spelling, sql};

pub(super) const DEPENDENCIES: &str = "\
sqlx = { version = \"=0.9.0\", default-features = false, features = \
[\"runtime-tokio\", \"postgres\", \"macros\", \"chrono\", \"bigdecimal\"] }
";

pub(super) const HEADER: &str = "\
use sqlx::types::BigDecimal;
use sqlx::types::chrono::NaiveDate;
use sqlx::{PgPool, Result, query};
";

pub(super) fn function(name: &str, query: &Query<'_>) -> String {
    let parameters = query.parameters();
    let arguments: String = (0..parameters.len()).map(|i| format!(", p{i}")).collect();
    let parameters = signature(query, "BigDecimal");
    let sql = sql(query, Spelling::Postgres);
    let (verb, count) = match query.verb {
        Verb::All => ("fetch_all", "rows.len()"),
        Verb::One => ("fetch_one", "size_of_val(&rows)"),
        Verb::Optional => ("fetch_optional", "usize::from(rows.is_some())"),
    };
    format!(
        "\npub async fn {name}(pool: &PgPool{parameters}) -> Result<usize> {{
    let rows = query!(
        \"{sql}\"{arguments}
    ).{verb}(pool).await?;
    Ok({count})
}}\n"
    )
}

/// What sqlx saves of a query, and where.
pub(super) fn cached(query: &Query<'_>) -> (String, String) {
    let sql = sql(query, Spelling::Postgres);
    let hash = sha256(sql.as_bytes());
    let (mut columns, mut nullable) = (Vec::new(), Vec::new());
    for (i, output) in query.outputs.iter().enumerate() {
        let (ty, origin, null) = described(query, output);
        let name = output.name();
        columns.push(format!(
            r#"{{ "ordinal": {i}, "name": "{name}", "type_info": "{ty}", "origin": {origin} }}"#
        ));
        nullable.push(null);
    }
    let parameters: Vec<_> = query
        .parameters()
        .into_iter()
        .map(|parameter| format!("{:?}", type_of(parameter)))
        .collect();
    let (columns, nullable) = (columns.join(",\n      "), nullable.join(", "));
    let (parameters, text) = (parameters.join(", "), json(&sql));
    let file = format!(
        r#"{{
  "db_name": "PostgreSQL",
  "query": {text},
  "describe": {{
    "columns": [
      {columns}
    ],
    "parameters": {{ "Left": [{parameters}] }},
    "nullable": [{nullable}]
  }},
  "hash": "{hash}"
}}
"#
    );
    (format!(".sqlx/query-{hash}.json"), file)
}

/// The type, the origin and the nullability of a column of the result: Postgres
/// does not know whether an expression can be NULL, and for a column of an outer
/// join sqlx finds it out.
fn described(query: &Query<'_>, output: &Output<'_>) -> (&'static str, String, &'static str) {
    let one = |column: &Column| type_of(Parameter { ty: column.ty, list: false });
    let ty = match output {
        Output::Column(column) | Output::Max(column) => one(column),
        Output::Count => "Int8",
        Output::Sum(_) | Output::SumOfProduct(..) | Output::Avg(_) => "Numeric",
    };
    match output {
        Output::Column(column) => {
            let (table, name) = (&column.table, &column.name);
            let origin =
                format!(r#"{{ "Table": {{ "table": "tpch.{table}", "name": "{name}" }} }}"#);
            (ty, origin, if query.nullable(column) { "true" } else { "false" })
        }
        _ => (ty, r#""Expression""#.into(), "null"),
    }
}

/// sqlx's name of a type of Postgres.
fn type_of(parameter: Parameter) -> &'static str {
    match (parameter.ty, parameter.list) {
        (Type::Integer, false) => "Int4",
        (Type::BigInt, false) => "Int8",
        (Type::Decimal, false) => "Numeric",
        (Type::Varchar, false) => "Text",
        (Type::Date, false) => "Date",
        (Type::Integer, true) => "Int4Array",
        (Type::BigInt, true) => "Int8Array",
        (Type::Decimal, true) => "NumericArray",
        (Type::Varchar, true) => "TextArray",
        (Type::Date, true) => "DateArray",
    }
}

/// A text as JSON.
fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\0'..='\x1f' => {
                // Writing to a String does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out + "\""
}
