//! The SQL that each engine is sent, held against files in `tests/golden`.
//!
//! A case is a query in `tests/golden/sql` or `tests/tpch`; beside it, in
//! `tests/golden/<engine>`, lies what the engine is sent. `UPDATE_GOLDEN=1 cargo
//! test` writes these files; they are then read by a person who knows the engine.

use std::fs;
use std::path::PathBuf;

use crate::common::{compile_text, config_for, root};
use lakequery_compiler::emit::Piece;

/// The pieces as text, parameters in braces.
fn text(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Parameter(index) => format!("{{{index}}}"),
            Piece::InList { operand, parameter, negated } => {
                let not = if *negated { "NOT " } else { "" };
                format!("{} {not}IN {{{parameter}}}", text(operand))
            }
        })
        .collect()
}

/// The queries.
pub(crate) fn cases() -> Vec<PathBuf> {
    let mut cases = Vec::new();
    for folder in ["tests/golden/sql", "tests/tpch"] {
        for entry in fs::read_dir(root().join(folder)).expect("a folder of cases") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "sql") {
                cases.push(path);
            }
        }
    }
    cases.sort();
    cases
}

/// So many queries there are.
pub(crate) const CASES: usize = 81;

#[test]
fn emitted_sql_is_golden() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for case in cases() {
        let sql = fs::read_to_string(&case).expect("a query");
        let name = case.file_name().expect("a file's name");
        for engine in ["datafusion", "presto", "spark", "trino"] {
            let config = config_for(&format!("\"{engine}\""));
            let emitted = match compile_text(&sql, &config, false) {
                Ok(compiled) => text(&compiled.templates[0].pieces) + "\n",
                Err(errors) => errors
                    .iter()
                    .map(|error| format!("-- {}: {}\n", error.code, error.message))
                    .collect(),
            };
            let path = root().join("tests/golden").join(engine).join(name);
            if update {
                fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
                fs::write(&path, &emitted).expect("can be written");
            }
            compared += 1;
            let golden = fs::read_to_string(&path).unwrap_or_default();
            if golden != emitted {
                let name = name.to_string_lossy();
                wrong.push(format!("{name} on {engine}\n  golden  {golden}  emitted {emitted}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(compared, 4 * CASES);
}
