//! Which columns of a result can be NULL (`nullability.tsv`).

use crate::common::{compile_text, config_for};

const NULLS: &str = "(VALUES (1, NULL), (2, 'b')) AS n(a, b)";

#[test]
fn nullability_is_sound_and_sharp() {
    let mut wrong = Vec::new();
    let rows = include_str!("nullability.tsv").lines().filter(|line| !line.starts_with('#'));
    for row in rows {
        let (sql, expected) = row.split_once('\t').expect("a query and its columns");
        let found = match compile_text(&sql.replace("{n}", NULLS), &config_for("\"trino\""), true) {
            Ok(compiled) => {
                let columns = compiled.columns.iter().map(|column| {
                    let mark = if column.nullable { '?' } else { '!' };
                    format!("{}{mark}", column.name.as_deref().unwrap_or("_"))
                });
                columns.collect::<Vec<_>>().join(" ")
            }
            Err(_) => "refused".to_owned(),
        };
        if found != expected {
            wrong.push(format!("{sql}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
