//! The registry, and the rows of the dialects' tables of functions.

use std::collections::HashSet;

use lakequery_types::Engine;

use super::dialect;
use crate::emit::{FunctionSql, Rule};
use crate::function::{all, lookup, most_arguments};

mod inheritance;

#[test]
fn every_engine_has_a_dialect() {
    for engine in Engine::ALL {
        let dialect = dialect(engine).unwrap_or_else(|| panic!("{engine} has none"));
        assert_eq!(dialect.engine, engine);
    }
}

#[test]
fn every_row_is_about_functions_of_lake_sql() {
    let mut rows = 0;
    for engine in Engine::ALL {
        let mut names = HashSet::new();
        for row in dialect(engine).expect("a target").functions.families.iter().copied().flatten() {
            rows += 1;
            assert!(!row.names.is_empty(), "{engine}: {row:?}");
            for name in row.names {
                assert!(names.insert(name), "{engine}: `{name}` twice");
                let function = lookup(name).unwrap_or_else(|| panic!("{engine}: no `{name}`"));
                assert_eq!(function.name, *name, "{engine}");
                if let Rule::Always(sql) = &row.rule {
                    check(sql, name, most_arguments(function));
                }
            }
        }
    }
    // Those of Spark count twice: Databricks inherits them.
    assert_eq!(rows, 392);
}

/// Whether a text can be written for a function that takes so many arguments.
fn check(sql: &FunctionSql, name: &str, most: usize) {
    match sql {
        FunctionSql::Same => {}
        FunctionSql::Name(other) => assert_ne!(*other, name, "that is its name"),
        FunctionSql::Unsupported(reason) => assert!(!reason.is_empty(), "{name}"),
        FunctionSql::Template(text) | FunctionSql::Typed(text, _) => {
            for place in text.split('{').skip(1) {
                let (place, _) = place.split_once('}').expect("a place that ends");
                let (number, ty) = place.split_once(':').unwrap_or((place, ""));
                assert!(number.parse::<usize>().unwrap() < most, "{name}: {text}");
                assert!(matches!(ty, "" | "int"), "{name}: {text}");
            }
        }
    }
}

#[test]
fn trino_refuses_nothing() {
    for function in all() {
        let refused = super::refuses_function(Engine::Trino, function);
        assert_eq!(refused, None, "{}: lake SQL's functions are Trino's", function.name);
    }
}
