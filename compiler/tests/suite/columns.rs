//! The columns that queries have: name, type, and `?` where they can be NULL (`columns/*.tsv`).

use std::fs;

use crate::common::{compile_text, config_for, root};

/// The columns of a query, as the tables write them.
fn columns(sql: &str) -> String {
    match compile_text(sql, &config_for("\"trino\""), false) {
        Ok(compiled) => {
            let columns = compiled.columns.iter().map(|column| {
                let name = column.name.as_deref().unwrap_or("_");
                format!("{name} {}{}", column.ty, if column.nullable { "?" } else { "" })
            });
            columns.collect::<Vec<_>>().join(" | ")
        }
        Err(diagnostics) => format!("refused: {}", diagnostics[0].message),
    }
}

#[test]
fn columns_are_those_of_trino() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for entry in fs::read_dir(root().join("compiler/tests/suite/columns")).expect("a folder") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a table");
        for row in text.lines().filter(|row| !row.starts_with('#')) {
            let (sql, expected) = row.split_once('\t').expect("a query and its columns");
            let found = columns(sql);
            compared += 1;
            if found != expected {
                wrong.push(format!("{sql}\t{expected}\n{sql}\t{found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n\n"));
    assert_eq!(compared, ROWS, "the rows of the tables");
}

/// The rows of all tables, so that none gets lost.
const ROWS: usize = 52;
