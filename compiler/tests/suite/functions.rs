//! The page that lists the functions, held against the table of functions.
//!
//! `UPDATE_GOLDEN=1 cargo test` writes the page.

use std::fmt::Write;

use crate::common::root;
use lakequery_compiler::function::{Function, FunctionKind, all};
use lakequery_compiler::refuses_function;

/// What the page says of the engines that queries are compiled for. Whether
/// Spark has a function may depend on the arguments; its reason says so.
fn refusals(function: &Function) -> String {
    let refused =
        ["datafusion", "presto", "trino", "dremio", "spark"].into_iter().filter_map(|name| {
            let reason = refuses_function(name.parse().expect("an engine"), function)?;
            Some(format!("not on {name}: {reason}"))
        });
    refused.collect::<Vec<_>>().join("; ")
}

fn page() -> String {
    let mut page = String::from(
        "# The functions of lake SQL\n\n\
         Names and meanings are Trino's: see its [documentation](https://trino.io/docs/current/functions.html).\n\
         The notation of the parameters: `T:orderable` is any type that can be ordered, the same\n\
         wherever `T` stands; `decimal(p,s)` any decimal; `'date_unit'` a string literal such as `'day'`;\n\
         `…?` may be left out, `…...` is one or more. What is in an array or a map of the result can be\n\
         NULL, unless it is `not null`, or a `T` that was NULL in no argument. Where the reason for\n\
         a refusal names what an engine does, such as “texts only”, the rest is refused.\n\
         Databricks has the functions that Spark has.\n",
    );
    for (kind, title) in [
        (FunctionKind::Scalar, "Scalar functions"),
        (FunctionKind::Aggregate, "Aggregate functions"),
        (FunctionKind::Window, "Window functions"),
    ] {
        let mut functions: Vec<_> = all().filter(|function| function.kind == kind).collect();
        functions.sort_by_key(|function| function.name);
        let _ = write!(page, "\n## {title}\n\n| function | signatures | |\n|---|---|---|\n");
        for function in functions {
            let signatures: Vec<String> =
                function.signatures.iter().map(|signature| format!("`{signature}`")).collect();
            let _ = writeln!(
                page,
                "| `{}` | {} | {} |",
                function.name,
                signatures.join("<br>"),
                refusals(function)
            );
        }
    }
    page
}

#[test]
fn the_page_of_functions_is_up_to_date() {
    let path = root().join("docs/functions.md");
    let page = page();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    assert_eq!(all().count(), 303);
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "docs/functions.md is out of date: UPDATE_GOLDEN=1 cargo test");
}
