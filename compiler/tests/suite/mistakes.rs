//! What is said to mistakes that other databases let pass (`mistakes.tsv`).

use crate::common::{compile_text, config_for};

#[test]
fn each_is_named_with_its_remedy() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    let rows = include_str!("mistakes.tsv").lines().filter(|line| !line.starts_with('#'));
    for row in rows {
        let (condition, expected) = row.split_once('\t').expect("an expression and what is said");
        let sql = format!(
            "SELECT {condition} AS x FROM (SELECT o.*, o_clerk AS note FROM tpch.orders o) o"
        );
        let found = match compile_text(&sql, &config_for("\"trino\""), false) {
            Ok(_) => "accepted".to_owned(),
            Err(errors) => {
                let errors = errors.iter().map(|error| {
                    let help = error.help.iter().map(|help| format!("; {help}"));
                    format!("{}: {}{}", error.code, error.message, help.collect::<String>())
                });
                errors.collect::<Vec<_>>().join(" | ")
            }
        };
        compared += 1;
        if found != expected {
            wrong.push(format!("{condition}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(compared, ROWS);
}

/// So many rows the table has.
const ROWS: usize = 58;
