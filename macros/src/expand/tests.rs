//! The expansion of queries.

use std::sync::Arc;

use lakequery_compiler::config::Config;
use lakequery_compiler::snapshot::{Snapshots, Table, file};
use lakequery_compiler::{Request, compile};

use super::*;
use crate::tokens;

struct One;

impl Snapshots for One {
    fn table(&self, schema: &str, _: &str) -> Result<Option<Arc<Table>>, String> {
        let text = "version = 1\nname = \"t\"\n[columns]\na = \"bigint not null\"\nb = \"varchar\"";
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
    expanded_for("trino", query, output)
}

fn expanded_for(engine: &str, query: &str, output: Output) -> String {
    expanded_with(&format!("targets = [\"{engine}\"]"), query, output)
}

fn expanded_with(config: &str, query: &str, output: Output) -> String {
    let source = tokens::read(query.parse().unwrap(), Span::call_site()).unwrap();
    let config = Config::parse(config).unwrap();
    let compiled = compile(Request {
        tokens: &source.tokens,
        config: &config,
        snapshots: &One,
        named_columns: !matches!(output, Output::Value),
    });
    let files = [PathBuf::from("/lake.toml")];
    expand(&compiled.unwrap(), &config, &source, &files, output)
        .unwrap()
        .to_string()
        .replace(' ', "")
}

/// Code without its spaces, which say nothing.
fn rust(code: &str) -> String {
    code.replace("OR_RETURN", OR_RETURN).replace([' ', '\n'], "")
}

#[test]
fn a_query_is_one_expression() {
    let found = expanded("SELECT a, b AS r#type FROM s.t WHERE a > {x.y()}", Output::Row);
    let expected = r#"{
        let __values = (::lakequery::__private::BigIntOrNullParameter::to_sql::<>(&(x.y())),);
        ::lakequery::__private::Query::new(
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
                    a: match row.read(0) OR_RETURN
                    r#type: match row.read(1) OR_RETURN
                })
            }
            decode
        }
    ).__bind(__values.0) }"#;
    assert_eq!(found, rust(expected));
}

#[test]
fn the_users_struct_is_filled_by_a_closure() {
    let found = expanded("SELECT a AS k: Key FROM s.t", Output::Struct("p::T<U>".parse().unwrap()));
    let expected = r#"|row| {
        mod __column { pub enum k {} }
        ::core::result::Result::Ok(p::T::<U> {
            k: match <Key as ::lakequery::__private::BigIntColumn<__column::k>>::read::<>(&row, 0) OR_RETURN
        })
    }"#;
    assert!(found.contains(&rust(expected)), "{found}");
}

#[test]
fn a_scalar_is_its_value() {
    let found = expanded("SELECT b IN {list} FROM s.t", Output::Value);
    for part in [
        "|row| row.read::<::core::option::Option<::core::primitive::bool>>(0)",
        "let __values = (::lakequery::__private::VarcharList::to_sql_list::<>(&(list)),);",
        ".__bind_list(__values.0)",
        "1;7:varchary1;5:trino3;t",
    ] {
        assert!(found.contains(&rust(part)), "{part} in {found}");
    }
}

/// What reads files is told the types of the columns that are read, and no others.
#[test]
fn an_engine_over_files_is_told_of_the_tables() {
    let told = |query| expanded_for("datafusion", query, Output::Value);
    let found = told("SELECT a FROM s.t WHERE a > {x}");
    let expected = r#").__tables("1;1:s1:t1;1:a6:bigintn0;").__bind(__values.0)"#;
    assert!(found.contains(expected), "{found}");
    let found = told("SELECT count(*) FROM s.t x JOIN s.t y USING (a, b)");
    assert!(found.contains(r#".__tables("1;1:s1:t2;1:a6:bigintn1:b7:varchary0;")"#), "{found}");
    let found = told("SELECT a AS ab FROM s.t");
    assert!(found.contains(r#".__tables("1;1:s1:t1;1:a6:bigintn0;")"#), "{found}");
    assert!(!told("SELECT 1").contains("__tables"));
    // How its files are read is in lake.toml, which is not there when the program runs.
    let config = "targets = ['datafusion']\n[table.'S.T']\ndelimiter = ';'\nheader = true";
    let found = expanded_with(config, "SELECT a FROM s.t", Output::Value);
    let expected = r#".__tables("1;1:s1:t1;1:a6:bigintn2;9:delimiter1:;6:header4:true")"#;
    assert!(found.contains(expected), "{found}");
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
