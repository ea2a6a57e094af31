//! The type that each parameter takes (`parameters.tsv`).

use crate::common::{compile_text, config_for};
use lakequery_compiler::Parameter;

/// `~` before what is only compared, `[]` behind a list.
fn shown(parameter: &Parameter) -> String {
    let compared = if parameter.compared { "~" } else { "" };
    let list = if parameter.list { "[]" } else { "" };
    format!("{compared}{}{list}", parameter.ty)
}

#[test]
fn each_takes_the_type_of_its_place() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    let rows = include_str!("parameters.tsv").lines().filter(|line| !line.starts_with('#'));
    for row in rows {
        let (sql, expected) = row.split_once('\t').expect("a query and its parameters");
        let query = match sql.split_once(' ') {
            Some(("WHERE" | "GROUP", _)) => {
                format!(
                    "SELECT count(*) FROM tpch.orders JOIN tpch.lineitem ON l_orderkey = o_orderkey {sql}"
                )
            }
            _ => sql.to_owned(),
        };
        let found = match compile_text(&query, &config_for("\"trino\", \"datafusion\""), false) {
            Ok(compiled) => compiled.parameters.iter().map(shown).collect::<Vec<_>>().join(" | "),
            Err(diagnostics) => {
                let errors = diagnostics.iter().map(|error| {
                    let help = error.help.iter().map(|help| format!("; {help}"));
                    format!("! {}{}", error.message, help.collect::<String>())
                });
                errors.collect::<Vec<_>>().join(" | ")
            }
        };
        compared += 1;
        if found != expected {
            wrong.push(format!("{sql}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(compared, ROWS);
}

/// So many rows the table has.
const ROWS: usize = 98;
